import Platform

extension Plan: CustomStringConvertible {
  /// The steps, one a line; an empty text when there are none.
  public var description: String {
    steps.map { "  \(text(of: $0))\n" }.joined()
  }

  private func text(of step: Step) -> String {
    switch step {
    case .createFolder(let path, let mode, _): "create \(Shown.path(path)) (mode \(Shown.mode(mode)))"
    case .write(let path, _, let mode): "write  \(name(path)) (mode \(Shown.mode(mode)))"
    case .copy(let path, _, let copy): "keep   \(name(path)) as \(name(copy))"
    case .move(let path, let new): "move   \(name(path)) to \(name(new))"
    case .remove(let path): "remove \(name(path))"
    }
  }

  private func name(_ path: [UInt8]) -> String {
    Shown.path(folder.isAbove(path) ? Array(path.dropFirst(folder.count + 1)) : path)
  }
}

extension Remark: CustomStringConvertible {
  /// One or more sentences; lines after the first can be pasted.
  public var description: String {
    hook.isEmpty ? sentence : "\(name): \(sentence)"
  }

  private var name: String { Shown.path(hook) }
  private var kept: [UInt8] { hook + HookName.previous }

  private var sentence: String {
    switch fact {
    case .unchanged: "guard's hook is there already."
    case .upgraded: "guard's hook is brought up to date."
    case .runsFirst(let manager):
      "the hook that was there\(from(manager)) is kept. It runs first, and its exit code counts."
    case .keptIdle:
      "what was there is kept as \(Shown.path(kept)). Git did not run it (it is not executable, or a link "
        + "to nowhere), so guard does not either."
    case .calledBy(let manager):
      "\(manager.rawValue)'s hook is in place and calls guard's, which it keeps as "
        + "\(Shown.path(hook + HookName.legacy))."
    case .recovered(let manager):
      "\(manager?.rawValue ?? "another program") had put guard's hook aside; it is back in its place."
    case .spared(let spare):
      "\(Shown.path(kept)) was a hook that nothing called any more. It is \(Shown.path(spare)) now; delete it "
        + "when you do not need it."
    case .rewrites(let manager): advice(manager)
    case .shared:
      "The hooks folder is in the work tree, where Git can share it. The hooks name the place of guard on this "
        + "machine; on others they look in PATH and in the usual places."
    case .edited(let file, let isKept):
      "guard's hook was changed by hand and is left as it is. To be rid of it:\n    "
        + (isKept ? "mv -f \(word(kept)) \(word(file))" : "rm \(word(file))")
    case .newer: "a newer guard wrote this hook; it is left as it is."
    case .absent: "there is no hook of guard's."
    case .removed: "guard's hook is taken out."
    case .restored(let manager):
      "guard's hook is taken out, and the hook that was there before\(from(manager)) is back."
    case .overwritten(let manager):
      "\(manager?.rawValue ?? "another program") has put its hook over guard's; it is left as it is."
    case .leftOver(let file):
      "\(Shown.path(file)) is a hook that guard kept and that nothing calls. When you do not need it:\n    "
        + "rm \(word(file))"
    }
  }

  private func from(_ manager: HookManager?) -> String { manager.map { " (from \($0.rawValue))" } ?? "" }

  private func word(_ file: [UInt8]) -> String { Shown.word(folder + [UInt8(ascii: "/")] + file) }

  private func advice(_ manager: HookManager) -> String {
    if manager == .husky {
      return "husky writes its folder anew with every `npm install`, and guard's hook is gone then. Run "
        + "`guard install` again, or add this line to .husky/\(name):\n    guard hook \(name) -- \"$@\""
    }
    return "`lefthook install` puts guard's hook aside. Run `guard install` after it, or let lefthook call "
      + "guard, in lefthook.yml:\n    \(name):\n      commands:\n        guard:\n"
      + "          run: guard hook \(name)"
  }
}

extension HookError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .bare(let hooks):
      """
      this is a bare repository: nobody makes commits in it, and Git would never run \
      \(hooks.map(Shown.path).joined(separator: ", ")) here. Nothing was changed. What to do instead:
        1. Install the hooks where people commit, in each clone or linked worktree:
             guard install
        2. Judge here what was pushed, such as in the hook post-receive or in CI:
             guard check --rev main
             guard check --range OLD..NEW
      """
    case .outside(let folder, let site): Self.waysOut(folder, site)
    case .unresolved(let path, let own):
      "core.hooksPath is \(Shown.word(path.value)), which guard does not expand. Write it as an absolute path, "
        + "or let this repository use its own hooks:\n"
        + "    git config --local core.hooksPath \(Shown.word(own)) && guard install"
    case .notAFolder(let path):
      "\(Shown.path(path)) is where Git looks for hooks, and it is no folder. Move it away, then run this again."
    case .notAFile(let path, let isDirectory):
      "\(Shown.path(path)) is \(isDirectory ? "a folder" : "no regular file"), and the hook belongs there. Move "
        + "it away, then run this again. Nothing was changed."
    case .unknownHook(let name, let known):
      "there is no hook \(Shown.word(name)) in this guard. There are: "
        + known.map(Shown.path).joined(separator: ", ") + "."
    case .unreadable(let error): "cannot read the hooks folder: \(error). Nothing was changed."
    case .stopped(_, let done, let error):
      "cannot change the hooks folder: \(error). "
        + (done == 0
          ? "Nothing was changed. See who owns the folder, and its mode: ls -ld \(Self.parent(of: error))"
          : "\(done) steps were done, and hooks work as before. Mend the cause, then run this again.")
    }
  }

  private static func parent(of error: SystemError) -> String {
    Shown.word(FileSystem.parent(of: error.path))
  }

  private static func waysOut(_ folder: HooksFolder, _ site: HookSite) -> String {
    let place = Shown.path(folder.path)
    let own = Shown.word(site.ownFolder)
    let call = "guard hook pre-commit -- \"$@\" || exit $?"
    guard let configured = site.hooksPath else {
      return """
        \(place) leads out of this repository, and other repositories may use it. guard does not write there. \
        Three ways out:
          1. Give this repository a hooks folder of its own:
               rm \(own) && mkdir \(own) && guard install
          2. Keep hooks in the work tree:
               git config --local core.hooksPath .githooks && guard install
          3. Call guard from the hooks that are there. In the hook pre-commit, and likewise in others:
               \(call)
        """
    }
    let set = configured.scope == .worktree ? "--worktree" : "--local"
    return """
      core.hooksPath (\(words(configured.scope))) is \(place), which is not this repository's own: other \
      repositories may use it. guard does not write there. Three ways out:
        1. Let this repository use its own hooks, and no longer those of that folder:
             git config \(set) core.hooksPath \(own) && guard install
        2. Call guard from the hooks in that folder; where there is no DVC it says nothing. In its hook \
      pre-commit, and likewise in others:
             \(call)
        3. Give up core.hooksPath:
             \(configured.scope.unsetting) && guard install
      """
  }

  private static func words(_ scope: HookSite.Scope) -> String {
    switch scope {
    case .local: "in this repository's configuration"
    case .worktree: "in this worktree's configuration"
    case .command: "given for this one command"
    case .global: "in your global configuration"
    case .system: "in the system's configuration"
    case .unknown: "to see where it is set: git config --show-origin --get core.hooksPath"
    }
  }
}

extension HookSite.Scope {
  /// The command that takes `core.hooksPath` away where it is set.
  public var unsetting: String {
    switch self {
    case .local, .unknown: "git config --local --unset-all core.hooksPath"
    case .worktree: "git config --worktree --unset-all core.hooksPath"
    case .global: "git config --global --unset-all core.hooksPath"
    case .system: "sudo git config --system --unset-all core.hooksPath"
    case .command: "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS"
    }
  }
}
