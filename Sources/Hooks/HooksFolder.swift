import Glibc
import Platform

/// The hooks folder as it stands: what the planners look at. Reading it changes nothing.
public struct HooksFolder: Hashable, Sendable {
  /// Whose folder it is.
  public enum Place: Hashable, Sendable {
    /// In the repository's Git directory.
    case gitDirectory
    /// In the work tree, where Git may track it.
    case workTree
    /// Neither: other repositories may use it too.
    case outside
  }

  /// Where Git looks for hooks.
  public let path: [UInt8]
  /// Whose it is, symbolic links on the way followed.
  public let place: Place
  /// Whether it is there.
  public let exists: Bool
  /// What stands in it: every name that is a hook or that guard or another program makes of one.
  public let files: [[UInt8]: HookFile]

  /// A folder as it is told; for tests and for folders that are not there.
  public init(path: [UInt8], place: Place, exists: Bool = true, files: [[UInt8]: HookFile] = [:]) {
    self.path = path
    self.place = place
    self.exists = exists
    self.files = files
  }

  /// The folder of a site.
  /// - Throws: `HookError.unresolved`, `.notAFolder`, `.unreadable`.
  public init(of site: HookSite) throws(HookError) {
    let path = try site.folderPath()
    self.path = path
    let kind: FileKind?
    do throws(SystemError) {
      place = try Self.place(of: path, in: site)
      kind = try Self.kind(of: path)
      exists = kind == .directory
      files = exists && place != .outside ? try Self.read(path) : [:]
    } catch {
      throw .unreadable(error)
    }
    // `core.hooksPath = /dev/null` switches hooks off: that is somebody's wish, not a broken folder.
    if kind != nil, !exists, place != .outside { throw .notAFolder(path) }
  }

  subscript(_ name: [UInt8]) -> HookFile? { files[name] }

  /// The path of a name in the folder.
  func path(of name: [UInt8]) -> [UInt8] { FileSystem.join(path, name) }

  private static func kind(of path: [UInt8]) throws(SystemError) -> FileKind? {
    do {
      return try FileSystem.status(of: path).kind
    } catch  where error.isMissing {
      return nil
    }
  }

  private static func place(of path: [UInt8], in site: HookSite) throws(SystemError) -> Place {
    let real = try existingRealPath(of: path)
    for directory in [site.commonDirectory, site.gitDirectory] {
      if try FileSystem.realPath(of: directory).isAbove(real) { return .gitDirectory }
    }
    guard let workTree = site.workTree, try FileSystem.realPath(of: workTree).isAbove(real) else {
      return .outside
    }
    return .workTree
  }

  /// The real path of what exists of a path, with the rest behind it.
  private static func existingRealPath(of path: [UInt8]) throws(SystemError) -> [UInt8] {
    var here = path
    var rest: [UInt8] = []
    while true {
      do {
        return try FileSystem.realPath(of: here) + rest
      } catch  where error.isMissing && FileSystem.parent(of: here) != here {
        let parent = FileSystem.parent(of: here)
        rest = here.dropFirst(parent.count) + rest
        here = parent
      }
    }
  }

  private static func read(_ path: [UInt8]) throws(SystemError) -> [[UInt8]: HookFile] {
    var files: [[UInt8]: HookFile] = [:]
    for entry in try FileSystem.list(path) where HookName.isRelated(entry.name) {
      files[entry.name] = try file(at: FileSystem.join(path, entry.name))
    }
    return files
  }

  private static func file(at path: [UInt8]) throws(SystemError) -> HookFile? {
    guard let status = try FileSystem.existing(path) else { return nil }
    switch status.kind {
    case .directory: return .directory
    case .special: return .special
    case .file: return .file(try FileSystem.read(path, limit: largestHook), mode: status.mode)
    case .symbolicLink:
      let target = try FileSystem.linkTarget(of: path)
      // A link that leads nowhere, in a circle or to no regular file: Git runs none of them.
      do throws(SystemError) {
        let behind = try FileSystem.status(of: path)
        guard behind.kind == .file else { return .link(target: target, behind: nil, isExecutable: false) }
        let bytes = try FileSystem.read(path, limit: largestHook)
        return .link(target: target, behind: bytes, isExecutable: behind.isExecutable)
      } catch {
        return .link(target: target, behind: nil, isExecutable: false)
      }
    }
  }

  /// No hook met was larger; a compiled one has a few megabytes.
  private static let largestHook = 256 << 20
}

/// The names that guard and other programs make of a hook's name.
enum HookName {
  /// What guard found in its place, kept here and called first.
  static let previous = Array(".guard-previous".utf8)
  /// What pre-commit and prek (`.legacy`) and lefthook (`.old`) found in theirs.
  static let legacy = Array(".legacy".utf8), old = Array(".old".utf8)
  /// What guard must not lose and does not call; a number follows.
  static let spare = Array(".guard-spare-".utf8)
  /// How files begin that a killed guard leaves when it could not finish writing them.
  static let unfinished = Array(".guard-".utf8)

  /// Whether a name in the hooks folder can be of interest: a hook, or one of those above.
  static func isRelated(_ name: [UInt8]) -> Bool {
    isUnfinished(name) || !base(of: name).contains(UInt8(ascii: "."))
  }

  /// The hook's name that a name was made of.
  static func base(of name: [UInt8]) -> [UInt8] {
    for suffix in [previous, legacy, old] where name.count > suffix.count && name.ends(with: suffix) {
      return Array(name.dropLast(suffix.count))
    }
    return name.firstRange(of: spare).map { Array(name[..<$0.lowerBound]) } ?? name
  }

  /// Whether a name is a temporary one of `FileSystem.write`.
  static func isUnfinished(_ name: [UInt8]) -> Bool {
    guard name.starts(with: unfinished) else { return false }
    let numbers = name.dropFirst(unfinished.count).split(separator: UInt8(ascii: "-"))
    return numbers.count == 2
      && numbers.allSatisfy { $0.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) }
  }
}

extension [UInt8] {
  func ends(with suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }

  /// Whether a path is this directory or below it, by their letters.
  func isAbove(_ path: [UInt8]) -> Bool {
    let slash = UInt8(ascii: "/")
    return path.starts(with: self) && (count == path.count || last == slash || path[count] == slash)
  }
}
