/// A path inside a repository: bytes, `/` between components, no leading or trailing `/`, no `.` or `..`.
/// The root is the empty path.
public struct RepositoryPath: Hashable, Sendable {
  /// The bytes.
  public let bytes: [UInt8]

  /// The root of the repository.
  public static let root = RepositoryPath(normalized: [])

  /// A path of bytes that are known to be normal, as Git's index and trees have them.
  public init(normalized bytes: [UInt8]) { self.bytes = bytes }

  /// A path of bytes that are known to be normal.
  public init(normalized bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// The path that a relative path leads to from this directory: `.`, `..`, `//` and a trailing `/` are
  /// resolved by their letters, as Python's `os.path.normpath` does.
  /// - Returns: `nil` when it leads out of the repository.
  public func resolving(_ relative: some Sequence<UInt8>) -> RepositoryPath? {
    var components = self.components.map { Array($0) }
    for component in Array(relative).split(separator: Self.slash) {
      switch component {
      case [Self.dot]: continue
      case [Self.dot, Self.dot]:
        guard components.popLast() != nil else { return nil }
      default: components.append(Array(component))
      }
    }
    return RepositoryPath(normalized: Array(components.joined(separator: [Self.slash])))
  }

  /// This directory's child of that name.
  @inlinable
  public func appending(_ name: some Collection<UInt8>) -> RepositoryPath {
    guard !isRoot else { return RepositoryPath(normalized: Array(name)) }
    var path: [UInt8] = []
    path.reserveCapacity(bytes.count + 1 + name.count)
    path += bytes
    path.append(UInt8(ascii: "/"))
    path += name
    return RepositoryPath(normalized: path)
  }

  /// The components, root first.
  public var components: [ArraySlice<UInt8>] { bytes.split(separator: Self.slash) }

  /// The last component; empty for the root.
  public var name: ArraySlice<UInt8> {
    bytes.lastIndex(of: Self.slash).map { bytes[($0 + 1)...] } ?? bytes[...]
  }

  /// The directories that it lies in, the nearest first, the root last.
  public var directoriesUpward: [RepositoryPath] {
    var directories: [RepositoryPath] = []
    var here = self
    while !here.isRoot {
      here = here.parent
      directories.append(here)
    }
    return directories
  }

  /// Where files of a name may stand in the directories that it lies in, the nearest first.
  /// - Parameter root: the last directory.
  public func upward(_ name: String, to root: RepositoryPath = .root) -> [RepositoryPath] {
    directoriesUpward.filter { $0.isInside(root) }.map { $0.appending(Array(name.utf8)) }
  }

  /// The directory that holds it; the root's is the root.
  public var parent: RepositoryPath {
    RepositoryPath(normalized: bytes.lastIndex(of: Self.slash).map { Array(bytes[..<$0]) } ?? [])
  }

  /// Whether it is the repository's root.
  public var isRoot: Bool { bytes.isEmpty }

  /// Whether it is `directory` or lies below it.
  public func isInside(_ directory: RepositoryPath) -> Bool {
    directory.isRoot || self == directory
      || (bytes.count > directory.bytes.count && bytes[directory.bytes.count] == Self.slash
        && bytes.starts(with: directory.bytes))
  }

  /// The bytes from `directory` to this path; empty when they are the same, `nil` when it is not inside.
  public func relative(to directory: RepositoryPath) -> [UInt8]? {
    guard isInside(directory) else { return nil }
    if directory.isRoot { return bytes }
    return self == directory ? [] : Array(bytes[(directory.bytes.count + 1)...])
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")
}

extension RepositoryPath: Comparable {
  /// The order of bytes.
  public static func < (left: RepositoryPath, right: RepositoryPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension RepositoryPath: ExpressibleByStringLiteral, CustomStringConvertible {
  /// A path of which the letters are known to be normal.
  public init(stringLiteral value: StaticString) {
    self.bytes = value.withUTF8Buffer { Array($0) }
  }

  /// The path for a person to read; bytes that are not UTF-8 become U+FFFD.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
