import Platform

/// The repository that hooks go into: what the planner must know of Git, as values.
public struct HookSite: Hashable, Sendable {
  /// Where `core.hooksPath` was set.
  public enum Scope: Hashable, Sendable {
    /// In the repository: its configuration, that of one linked worktree, or for one command.
    case local, worktree, command
    /// For all repositories of a user or of the machine.
    case global, system
    /// Nobody knows.
    case unknown
  }

  /// The value of `core.hooksPath`.
  public struct HooksPath: Hashable, Sendable {
    /// The value as it is written, `~` not expanded.
    public let value: [UInt8]
    /// Where it is written.
    public let scope: Scope

    /// A value and where it is written.
    public init(_ value: [UInt8], scope: Scope) {
      self.value = value
      self.scope = scope
    }
  }

  /// The Git directory, absolute; of a linked worktree its own.
  public var gitDirectory: [UInt8]
  /// The Git directory that all linked worktrees share, absolute: hooks live there.
  public var commonDirectory: [UInt8]
  /// The root of the work tree, absolute; `nil` in a bare repository.
  public var workTree: [UInt8]?
  /// Whether there is a linked worktree: then commits are made even in a bare repository.
  public var hasLinkedWorktree: Bool
  /// `core.hooksPath`, when it is set.
  public var hooksPath: HooksPath?
  /// `core.sharedRepository`, when it is set.
  public var sharedRepository: [UInt8]?
  /// `merge.guard.driver` in the repository's own configuration, when it is set.
  public var mergeDriver: [UInt8]?
  /// The merge driver that Git asks for each kind of DVC's files (gitattributes(5), `merge`).
  public var mergeAttributes: [MergedFiles: [UInt8]] = [:]
  /// Where guard is, absolute; the shims record it.
  public var guardExecutable: [UInt8]
  /// The user's home directory.
  public var home: [UInt8]?
  /// The permission bits that a new file does not get.
  public var umask: UInt32

  /// A site.
  public init(
    gitDirectory: [UInt8], commonDirectory: [UInt8], workTree: [UInt8]?, hasLinkedWorktree: Bool = false,
    hooksPath: HooksPath? = nil, sharedRepository: [UInt8]? = nil, guardExecutable: [UInt8],
    home: [UInt8]? = nil, umask: UInt32 = 0o022
  ) {
    self.gitDirectory = gitDirectory
    self.commonDirectory = commonDirectory
    self.workTree = workTree
    self.hasLinkedWorktree = hasLinkedWorktree
    self.hooksPath = hooksPath
    self.sharedRepository = sharedRepository
    self.guardExecutable = guardExecutable
    self.home = home
    self.umask = umask
  }

  /// Where Git looks for hooks of this repository: git-config(1), `core.hooksPath`. A relative value is seen
  /// from where hooks run: the root of the work tree, or the Git directory of a bare repository.
  /// - Throws: `HookError.unresolved` for `~user/` and `%(prefix)/`.
  public func folderPath() throws(HookError) -> [UInt8] {
    guard let hooksPath else { return ownFolder }
    let value = hooksPath.value
    if value.starts(with: Array("~/".utf8)), let home {
      return FileSystem.join(home, Array(value.dropFirst(2)))
    }
    guard !value.isEmpty, value.first != UInt8(ascii: "~"), !value.starts(with: Array("%(".utf8)) else {
      throw .unresolved(hooksPath, own: ownFolder)
    }
    return FileSystem.join(workTree ?? commonDirectory, value)
  }

  /// The folder that Git uses when nothing is configured.
  var ownFolder: [UInt8] { FileSystem.join(commonDirectory, Array("hooks".utf8)) }
}

/// Whether other users need access to what is written: git-config(1), `core.sharedRepository`.
enum SharedRepository: Hashable {
  case unshared
  /// Bits that are added.
  case adding(UInt32)
  /// Bits that stand for all others.
  case exactly(UInt32)

  /// The meaning of a configured value; what Git does not understand shares nothing here.
  init(_ value: [UInt8]?) {
    switch value.map({ String(decoding: $0, as: UTF8.self).lowercased() }) {
    case "group", "true", "yes", "on", "1": self = .adding(0o660)
    case "all", "world", "everybody", "2": self = .adding(0o664)
    case let text?:
      // Git 2.39, setup.c git_config_perm: 0, 1 and 2 are words; another octal number is a mode, which must
      // let the owner read and write.
      guard let mode = UInt32(text, radix: 8), mode > 2, mode <= 0o777, mode & 0o600 == 0o600
      else {
        self = .unshared
        return
      }
      self = .exactly(mode & 0o666)
    case nil: self = .unshared
    }
  }

  /// The mode of a new file or directory that would have `mode` in a repository of its owner alone.
  /// Git 2.39, path.c calc_shared_perm: whoever may read may execute, when the owner may.
  func applied(to mode: UInt32, isDirectory: Bool = false) -> UInt32 {
    var tweak: UInt32
    switch self {
    case .unshared: return mode
    case .adding(let bits): tweak = bits
    case .exactly(let bits): tweak = bits
    }
    if mode & 0o200 == 0 { tweak &= ~0o222 }
    if mode & 0o100 != 0 { tweak |= (tweak & 0o444) >> 2 }
    let result: UInt32 = if case .exactly = self { tweak } else { mode | tweak }
    return isDirectory ? result | 0o2000 : result
  }
}
