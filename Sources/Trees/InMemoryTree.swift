import Hashing

/// A tree in memory: what tests judge, and the base of trees whose entries are all known beforehand.
public final class InMemoryTree: FileTree {
  /// What stands at one path.
  public enum Item: Hashable, Sendable {
    /// A regular file with its bytes.
    case file([UInt8])
    /// A symbolic link with its target.
    case symbolicLink([UInt8])
    /// A submodule.
    case submodule
  }

  private var items: [RepositoryPath: Item] = [:]
  private var directories: [RepositoryPath: Set<[UInt8]>] = [.root: []]

  /// A tree of items; directories are made as needed.
  public init(_ items: [RepositoryPath: Item]) {
    for (path, item) in items { self[path] = item }
  }

  /// A tree of text files.
  public convenience init(files: [RepositoryPath: String]) {
    self.init(files.mapValues { .file(Array($0.utf8)) })
  }

  /// The item at a path; set to `nil` to take it away.
  public subscript(_ path: RepositoryPath) -> Item? {
    get { items[path] }
    set {
      items[path] = newValue
      if newValue == nil {
        directories[path.parent]?.remove(Array(path.name))
        return
      }
      var path = path
      while !path.isRoot {
        directories[path.parent, default: []].insert(Array(path.name))
        path = path.parent
      }
    }
  }

  /// What stands at a path, a link at its end not followed.
  public func entry(at path: RepositoryPath) throws(TreeError) -> Entry? {
    guard let found = try links.resolve(path, followLast: false) else { return nil }
    return literalEntry(at: found)
  }

  /// What stands at a path, links followed.
  public func target(of path: RepositoryPath) throws(TreeError) -> Entry? {
    guard let found = try links.resolve(path, followLast: true) else { return nil }
    return literalEntry(at: found)
  }

  /// The bytes of a symbolic link.
  public func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8] {
    guard case .symbolicLink(let target) = items[link] else {
      throw .unreadable(link, why: "not a symbolic link")
    }
    return target
  }

  /// The names in a directory, in the order of their bytes.
  public func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
    guard let found = try links.resolve(directory, followLast: true) else { return [] }
    return (directories[found] ?? []).sorted { $0.lexicographicallyPrecedes($1) }.compactMap { name in
      literalEntry(at: found.appending(name)).map { Child(name: name, entry: $0) }
    }
  }

  /// A file's bytes.
  public func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8] {
    guard let found = try links.resolve(file, followLast: true), case .file(let bytes) = items[found] else {
      throw .unreadable(file, why: "not a file")
    }
    return bytes
  }

  /// The hashes of files, in the order of the paths.
  public func digests(of files: [RepositoryPath], _ algorithm: HashAlgorithm) throws(TreeError) -> [MD5Digest]
  {
    var digests: [MD5Digest] = []
    for file in files { digests.append(MD5Digest(of: try contents(of: file), algorithm)) }
    return digests
  }

  /// Never: this tree has no ignore files of Git.
  public func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool { false }

  private func literalEntry(at path: RepositoryPath) -> Entry? {
    switch items[path] {
    case .file: .file(isExecutable: false)
    case .symbolicLink: .symbolicLink
    case .submodule: .submodule
    case nil: directories[path] == nil ? nil : .directory
    }
  }

  private var links: LinkResolver {
    LinkResolver(
      entry: { self.literalEntry(at: $0) },
      linkTarget: { (path) throws(TreeError) in try self.linkTarget(of: path) })
  }
}
