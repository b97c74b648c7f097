import Glibc
import Platform

/// Paths below a directory, gathered by the directories that hold them: so that a directory is opened once,
/// and its part of the cache is read once, however many files are asked about.
struct DirectoryGroups: Sendable {
  /// The files that were asked about in one directory.
  struct Group: Sendable {
    /// The absolute path of the directory.
    let directory: [UInt8]
    /// Which of the paths lie in it.
    fileprivate(set) var indices: [Int]
  }

  private(set) var groups: [Group] = []
  private let paths: [[UInt8]]

  /// - Parameter paths: relative to `root`.
  init(_ paths: [[UInt8]], below root: [UInt8]) {
    self.paths = paths
    var known: [ArraySlice<UInt8>: Int] = [:]
    var last: (parent: ArraySlice<UInt8>, group: Int)?
    for (index, path) in paths.enumerated() {
      let parent = path[..<(Self.cut(path) ?? 0)]
      if let last, last.parent == parent {
        groups[last.group].indices.append(index)
        continue
      }
      let group = known[parent] ?? groups.count
      if group == groups.count {
        known[parent] = group
        groups.append(Group(directory: FileSystem.join(root, Array(parent)), indices: []))
      }
      groups[group].indices.append(index)
      last = (parent, group)
    }
  }

  /// How many paths there are.
  var count: Int { paths.count }

  /// The name of a path in its directory.
  func name(_ index: Int) -> ArraySlice<UInt8> {
    let path = paths[index]
    return path[(Self.cut(path).map { $0 + 1 } ?? 0)...]
  }

  /// The absolute path of a file in a group.
  func path(_ index: Int, in group: Group) -> [UInt8] {
    FileSystem.join(group.directory, Array(name(index)))
  }

  /// The groups in portions that are worth a thread's while.
  var portions: [(group: Int, indices: ArraySlice<Int>)] {
    groups.indices.flatMap { group in
      let indices = groups[group].indices
      return stride(from: 0, to: indices.count, by: 512).map { start in
        (group, indices[start..<min(start + 512, indices.count)])
      }
    }
  }

  private static func cut(_ path: [UInt8]) -> Int? { path.lastIndex(of: UInt8(ascii: "/")) }
}
