import Platform

/// Works out what `guard install` will do. Pure: from the folder as it stands to a plan.
public struct InstallPlanner: Sendable {
  private let site: HookSite
  private let folder: HooksFolder
  private var plan: Plan

  /// The plan that puts hooks into a folder.
  /// - Throws: `HookError.bare`, `.outside` or `.notAFile`; nothing is planned then.
  public static func plan(
    _ shims: [Shim], for site: HookSite, in folder: HooksFolder
  ) throws(HookError) -> Plan {
    var planner = InstallPlanner(site: site, folder: folder, plan: Plan(folder: folder.path))
    // All hooks of guard's belong to a commit.
    if site.workTree == nil, !site.hasLinkedWorktree { throw .bare(shims.map(\.name)) }
    try planner.refuseForeignFolder()
    planner.planFolder()
    for shim in shims { try planner.plan(shim) }
    return planner.plan
  }

  /// The shims of these names; all when no name is given.
  public static func shims(named names: [[UInt8]], of all: [Shim] = Shim.all) throws(HookError) -> [Shim] {
    for name in names where !all.contains(where: { $0.name == name }) {
      throw .unknownHook(name, known: all.map(\.name))
    }
    return names.isEmpty ? all : all.filter { names.contains($0.name) }
  }

  /// A folder that other repositories use is not this repository's to write: outside of it, or inside and
  /// still configured for all repositories of the user, as in a home directory under Git.
  private func refuseForeignFolder() throws(HookError) {
    let scope = site.hooksPath?.scope
    let isAbsolute = site.hooksPath.map { [UInt8(ascii: "/"), UInt8(ascii: "~")].contains($0.value.first) }
    let isForAll = isAbsolute == true && (scope == .global || scope == .system)
    if folder.place == .outside || isForAll { throw .outside(folder, site) }
  }

  private mutating func planFolder() {
    if !folder.exists {
      let mode = sharing.applied(to: 0o777 & ~site.umask, isDirectory: true)
      plan.add(.createFolder(folder.path, mode: mode, isExact: sharing != .unshared))
    }
    for name in folder.files.keys.sorted(by: { $0.lexicographicallyPrecedes($1) })
    where HookName.isUnfinished(name) {
      plan.add(.remove(folder.path(of: name)))
    }
    if folder.place == .workTree { plan.say([], .shared) }
  }

  private mutating func plan(_ shim: Shim) throws(HookError) {
    let name = shim.name
    let present = folder[name]
    switch present {
    case .directory: throw .notAFile(folder.path(of: name), isDirectory: true)
    case .special: throw .notAFile(folder.path(of: name), isDirectory: false)
    case .file, .link, nil: break
    }
    guard let seal = present?.seal else { return planBesideForeign(shim, present) }
    if !seal.isIntact { return plan.say(name, .edited(name, kept: folder[name + HookName.previous] != nil)) }
    if seal.version > ShimSeal.currentVersion { return plan.say(name, .newer) }
    let text = text(of: shim, calling: folder[name + HookName.previous])
    guard !isWritten(present, text) else { return plan.say(name, .unchanged) }
    plan.add(.write(folder.path(of: name), text, mode: mode))
    plan.say(name, .upgraded)
  }

  /// Nothing, or someone else's hook, is where guard's should be.
  private mutating func planBesideForeign(_ shim: Shim, _ present: HookFile?) {
    let name = shim.name
    let previous = folder[name + HookName.previous]
    let aside = [HookName.legacy, HookName.old].map { name + $0 }.filter { folder[$0]?.isShim == true }
    if let manager = present?.manager, manager.runsLegacy, aside.contains(name + HookName.legacy) {
      return planCalled(shim, by: manager, keeping: previous)
    }
    planAside(name, aside, previous, present)
    guard let present else {
      plan.add(.write(folder.path(of: name), text(of: shim, calling: previous), mode: mode))
      if let previous { plan.say(name, previous.isRun ? .runsFirst(previous.manager) : .keptIdle) }
      return
    }
    plan.add(.copy(folder.path(of: name), present, to: folder.path(of: name + HookName.previous)))
    plan.add(.write(folder.path(of: name), text(of: shim, calling: present), mode: mode))
    if !aside.isEmpty { plan.say(name, .recovered(present.manager)) }
    plan.say(name, present.isRun ? .runsFirst(present.manager) : .keptIdle)
    if let manager = present.manager, [.lefthook, .husky].contains(manager) {
      plan.say(name, .rewrites(manager))
    }
  }

  /// pre-commit and prek move what they find to `NAME.legacy` and call it: guard is reached already.
  private mutating func planCalled(_ shim: Shim, by manager: HookManager, keeping previous: HookFile?) {
    let place = shim.name + HookName.legacy
    // A kept hook of that same program would run twice once it is uninstalled by its own means.
    let isStale = previous?.isSuperseded(by: folder[shim.name]) == true
    let text = text(of: shim, calling: isStale ? nil : previous)
    if let seal = folder[place]?.seal, seal.version <= ShimSeal.currentVersion,
      !isWritten(folder[place], text)
    {
      plan.add(.write(folder.path(of: place), text, mode: mode))
    }
    if isStale { plan.add(.remove(folder.path(of: shim.name + HookName.previous))) }
    plan.say(shim.name, .calledBy(manager))
  }

  /// Makes the folder what it would be if guard had never been there, so that it can come in again: what guard
  /// kept takes the place of the shim that another program put aside.
  private mutating func planAside(
    _ name: [UInt8], _ aside: [[UInt8]], _ previous: HookFile?, _ present: HookFile?
  ) {
    let kept = folder.path(of: name + HookName.previous)
    // A kept hook that is in use stays; so does one that the copy to come replaces by the like of it.
    var isFree = previous.map { present == nil || $0.isShim || $0.isSuperseded(by: present) } ?? true
    for other in aside {
      plan.add(isFree ? .remove(folder.path(of: other)) : .move(kept, to: folder.path(of: other)))
      isFree = true
    }
    guard !isFree else { return }
    let spare = folder.freeSpare(for: name)
    plan.add(.move(kept, to: folder.path(of: spare)))
    plan.say(name, .spared(spare))
  }

  private func text(of shim: Shim, calling previous: HookFile?) -> [UInt8] {
    shim.text(guardExecutable: site.guardExecutable, via: OwnName.shell(for: previous))
  }

  /// Whether a file holds this text and may be executed by all who should. More rights than that were
  /// somebody's wish.
  private func isWritten(_ file: HookFile?, _ text: [UInt8]) -> Bool {
    guard case .file(text, let present) = file else { return false }
    return present & mode == mode
  }

  /// As for any new executable file. Git shares what is in its own directory only.
  private var mode: UInt32 { sharing.applied(to: 0o777 & ~site.umask) }

  private var sharing: SharedRepository {
    folder.place == .gitDirectory ? SharedRepository(site.sharedRepository) : .unshared
  }
}

extension HooksFolder {
  /// A name that nothing has, for a hook that must not be lost.
  fileprivate func freeSpare(for name: [UInt8]) -> [UInt8] {
    var number = 1
    while true {
      let spare = name + HookName.spare + Array(String(number).utf8)
      if self[spare] == nil { return spare }
      number += 1
    }
  }
}
