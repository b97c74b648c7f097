import Hashing
import Trees

/// A tree in which some paths are as they are in another: what the commit would be if they were staged too.
final class TreeOverlay: FileTree {
  private let base: any FileTree
  private let other: any FileTree
  private let paths: Set<RepositoryPath>
  /// The directories on the way to the paths.
  private let ancestors: [RepositoryPath: Set<[UInt8]>]

  init(_ base: any FileTree, taking paths: some Sequence<RepositoryPath>, from other: any FileTree) {
    self.base = base
    self.other = other
    self.paths = Set(paths)
    var ancestors: [RepositoryPath: Set<[UInt8]>] = [:]
    for path in self.paths {
      var child = path
      while !child.isRoot, ancestors[child.parent, default: []].insert(Array(child.name)).inserted {
        child = child.parent
      }
    }
    self.ancestors = ancestors
  }

  private func tree(of path: RepositoryPath) -> any FileTree { paths.contains(path) ? other : base }

  func entry(at path: RepositoryPath) throws(TreeError) -> Entry? {
    if let entry = try tree(of: path).entry(at: path) { return entry }
    return try hasChild(path) ? .directory : nil
  }

  func target(of path: RepositoryPath) throws(TreeError) -> Entry? {
    if let entry = try tree(of: path).target(of: path) { return entry }
    return try hasChild(path) ? .directory : nil
  }

  func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8] {
    try tree(of: link).linkTarget(of: link)
  }

  private func hasChild(_ directory: RepositoryPath) throws(TreeError) -> Bool {
    for name in ancestors[directory] ?? [] where try entry(at: directory.appending(name)) != nil {
      return true
    }
    return false
  }

  func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
    let children = try base.children(of: directory)
    guard let names = ancestors[directory] else { return children }
    var merged = children.filter { !names.contains($0.name) }
    for name in names {
      if let entry = try entry(at: directory.appending(name)) {
        merged.append(Child(name: name, entry: entry))
      }
    }
    return merged.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8] {
    try tree(of: file).contents(of: file)
  }

  func digests(of files: [RepositoryPath], _ algorithm: HashAlgorithm) throws(TreeError) -> [MD5Digest] {
    guard files.contains(where: paths.contains) else { return try base.digests(of: files, algorithm) }
    var below = try base.digests(of: files.filter { !paths.contains($0) }, algorithm).makeIterator()
    var above = try other.digests(of: files.filter(paths.contains), algorithm).makeIterator()
    return files.compactMap { paths.contains($0) ? above.next() : below.next() }
  }

  func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool {
    try base.isIgnoredByGit(path, isDirectory: isDirectory)
  }
}
