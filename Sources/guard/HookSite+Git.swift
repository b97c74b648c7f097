import Glibc
import Hooks
import Platform

/// Why the repository that hooks should go into is not known.
enum HookSiteError: Error, CustomStringConvertible {
  /// There is no git to ask.
  case noGit
  /// Git's own words.
  case refused(String)
  /// git could not be run.
  case failed(ProcessError)
  /// The system would not tell a path.
  case system(SystemError)
  /// The place is in a Git directory that has a work tree elsewhere.
  case notInWorkTree

  var description: String {
    switch self {
    case .noGit: "there is no git in PATH"
    case .refused(let words): words
    case .failed(let error): error.description
    case .system(let error): error.description
    case .notInWorkTree: "this is inside a Git directory: run it in the work tree"
    }
  }
}

extension HookSite {
  /// The site of the repository around a directory, as git itself sees it: hooks must go where git will look
  /// for them, whatever the version, the worktree, the include or the variable that decides it.
  init(around surroundings: Surroundings) throws(HookSiteError) {
    let environment = surroundings.environment
    let git = try AskedGit(directory: surroundings.directory, environment: environment)
    let gitDirectory = try git.path(["rev-parse", "--git-dir"])
    let isBare = try git.answer(["rev-parse", "--is-bare-repository"]) == Array("true".utf8)
    let workTree = try git.workTree()
    guard isBare || workTree != nil else { throw .notInWorkTree }
    self.init(
      gitDirectory: gitDirectory,
      commonDirectory: try git.path(["rev-parse", "--git-common-dir"]),
      workTree: workTree,
      hasLinkedWorktree: isBare ? try git.worktreeCount() > 1 : false,
      hooksPath: try git.hooksPath(),
      sharedRepository: try git.setting(["config", "--get", "core.sharedRepository"]),
      guardExecutable: try Self.ownPath(environment),
      home: environment.home,
      umask: Self.currentUmask())
    mergeDriver = try git.setting(["config", "--local", "--get", "\(MergeDriverPlan.section).driver"])
    for files in MergedFiles.allCases where workTree != nil {
      mergeAttributes[files] = try git.mergeAttribute(of: files.sample)
    }
  }

  /// Does what a plan of the merge driver says.
  static func apply(_ plan: MergeDriverPlan, around surroundings: Surroundings) throws(HookSiteError) {
    let git = try AskedGit(directory: surroundings.directory, environment: surroundings.environment)
    for setting in plan.settings {
      _ = try git.answer(
        ["config", "--local", "--replace-all", setting.key].map { Array($0.utf8) } + [setting.value])
    }
    if plan.removes {
      _ = try git.answer(["config", "--local", "--remove-section", MergeDriverPlan.section])
    }
  }

  /// guard's path as it was called: one that leads through a link, such as Homebrew's, outlives an upgrade.
  private static func ownPath(_ environment: ProcessEnvironment) throws(HookSiteError) -> [UInt8] {
    let name = CommandLine.arguments.first.map { Array($0.utf8) } ?? []
    do {
      if name.contains(UInt8(ascii: "/")) {
        let path = FileSystem.join(try FileSystem.currentDirectory(), name)
        if FileSystem.exists(path) { return path }
      } else if let found = environment.executable(named: name) {
        return found
      }
      return try FileSystem.realPath(of: Array("/proc/self/exe".utf8))
    } catch {
      throw .system(error)
    }
  }

  /// The umask can only be read by setting it; nothing else runs yet.
  private static func currentUmask() -> UInt32 {
    let mask = Glibc.umask(0o077)
    _ = Glibc.umask(mask)
    return mask
  }
}

/// git, asked in one directory.
private struct AskedGit {
  let git: [UInt8]
  let directory: [UInt8]
  let environment: ProcessEnvironment

  init(directory: [UInt8], environment: ProcessEnvironment) throws(HookSiteError) {
    guard let git = environment.executable(named: "git") else { throw .noGit }
    self.git = git
    self.directory = directory
    self.environment = environment
  }

  /// What git answers, without the line end.
  func answer(_ arguments: [String]) throws(HookSiteError) -> [UInt8] {
    try answer(arguments.map { Array($0.utf8) })
  }

  /// What git answers, without the line end.
  func answer(_ arguments: [[UInt8]]) throws(HookSiteError) -> [UInt8] {
    let outcome = try run(arguments)
    guard outcome.succeeded else {
      throw .refused(String(decoding: outcome.error.dropLast(while: 0x0A), as: UTF8.self))
    }
    return outcome.output.last == 0x0A ? Array(outcome.output.dropLast()) : outcome.output
  }

  /// A path that git answers, absolute and without `..`; it exists.
  func path(_ arguments: [String]) throws(HookSiteError) -> [UInt8] {
    let answer = try answer(arguments)
    do {
      return try FileSystem.realPath(of: FileSystem.join(directory, answer))
    } catch {
      throw .system(error)
    }
  }

  /// The root of the work tree, which may be elsewhere by `GIT_WORK_TREE`; `nil` where git knows of none.
  func workTree() throws(HookSiteError) -> [UInt8]? {
    let arguments = ["rev-parse", "--show-toplevel"]
    return try run(arguments).succeeded ? try path(arguments) : nil
  }

  /// How many worktrees git lists; a bare repository is one of them.
  func worktreeCount() throws(HookSiteError) -> Int {
    try answer(["worktree", "list", "--porcelain"]).split(separator: 0x0A)
      .count { $0.starts(with: Array("worktree ".utf8)) }
  }

  /// A setting's value, `nil` when it is not set.
  func setting(_ arguments: [String]) throws(HookSiteError) -> [UInt8]? {
    try run(arguments).ending == .exited(1) ? nil : try answer(arguments)
  }

  /// The merge driver of a file; `nil` when Git takes its own.
  func mergeAttribute(of file: String) throws(HookSiteError) -> [UInt8]? {
    let answer = try answer(["check-attr", "-z", "merge", "--", file]).split(separator: 0)
    return answer.count == 3 && !answer[2].elementsEqual("unspecified".utf8) ? Array(answer[2]) : nil
  }

  func hooksPath() throws(HookSiteError) -> HookSite.HooksPath? {
    let arguments = ["config", "--show-scope", "-z", "--type=path", "--get", "core.hooksPath"]
    guard let found = try setting(arguments), let cut = found.firstIndex(of: 0) else { return nil }
    let scope: HookSite.Scope =
      switch String(decoding: found[..<cut], as: UTF8.self) {
      case "local": .local
      case "worktree": .worktree
      case "command": .command
      case "global": .global
      case "system": .system
      default: .unknown
      }
    return HookSite.HooksPath(Array(found[(cut + 1)...].dropLast(while: 0)), scope: scope)
  }

  private func run(_ arguments: [String]) throws(HookSiteError) -> Outcome {
    try run(arguments.map { Array($0.utf8) })
  }

  private func run(_ arguments: [[UInt8]]) throws(HookSiteError) -> Outcome {
    do {
      return try Command(git, arguments, environment: environment, directory: directory).run()
    } catch {
      throw .failed(error)
    }
  }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
  fileprivate func dropLast(while byte: UInt8) -> SubSequence {
    self[..<(lastIndex { $0 != byte }.map { index(after: $0) } ?? startIndex)]
  }
}
