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
  private let names: [ArraySlice<UInt8>]

  /// - Parameter paths: relative to `root`.
  init(_ paths: [[UInt8]], below root: [UInt8]) {
    let slash = UInt8(ascii: "/")
    var known: [ArraySlice<UInt8>: Int] = [:]
    var names: [ArraySlice<UInt8>] = []
    names.reserveCapacity(paths.count)
    var last: (parent: ArraySlice<UInt8>, group: Int)?
    for (index, path) in paths.enumerated() {
      let cut = path.lastIndex(of: slash)
      let parent = cut.map { path[..<$0] } ?? []
      names.append(cut.map { path[($0 + 1)...] } ?? path[...])
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
    self.names = names
  }

  /// The name of a path in its directory.
  func name(_ index: Int) -> ArraySlice<UInt8> { names[index] }

  /// The absolute path of a file in a group.
  func path(_ index: Int, in group: Group) -> [UInt8] {
    FileSystem.join(group.directory, Array(names[index]))
  }

  /// What stands at each path, symbolic links followed, in the order of the paths.
  func statuses() -> [Result<FileStatus, SystemError>] {
    let parts = groups.indices.flatMap { group in
      stride(from: 0, to: groups[group].indices.count, by: 512).map { (group, $0) }
    }
    // A thread costs more than looking at a few files.
    let width = names.count < 1024 ? 1 : Parallel.width
    let found = Parallel.map(count: parts.count, width: width) { part in
      let indices = self.groups[parts[part].0].indices.dropFirst(parts[part].1).prefix(512)
      return self.statuses(indices, in: self.groups[parts[part].0].directory)
    }
    var statuses = [Result<FileStatus, SystemError>](
      repeating: .failure(SystemError(ENOENT, "stat")), count: names.count)
    for (part, results) in zip(parts, found) {
      for (index, result) in zip(groups[part.0].indices.dropFirst(part.1), results) {
        statuses[index] = result
      }
    }
    return statuses
  }

  private func statuses(_ indices: ArraySlice<Int>, in directory: [UInt8]) -> [Result<
    FileStatus, SystemError
  >] {
    do throws(SystemError) {
      let opened = try Descriptor(opening: directory, flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
      return opened.statuses(of: indices.map { names[$0] }, follow: true)
    } catch {
      return indices.map { _ in .failure(error) }
    }
  }
}
