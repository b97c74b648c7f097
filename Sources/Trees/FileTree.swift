import Hashing

/// What stands at a path.
public enum Entry: Hashable, Sendable {
  /// A regular file.
  case file(isExecutable: Bool)
  /// A directory.
  case directory
  /// A symbolic link.
  case symbolicLink
  /// A submodule: a commit of another repository, whose content is not this repository's.
  case submodule
  /// Something that is neither: a FIFO, a socket, a device. Only a work tree has them.
  case special
}

/// One name in a directory.
public struct Child: Hashable, Sendable {
  /// The name's bytes.
  public let name: [UInt8]
  /// What stands there; a symbolic link is not followed.
  public let entry: Entry

  /// A name and what stands there.
  public init(name: [UInt8], entry: Entry) {
    self.name = name
    self.entry = entry
  }
}

/// A tree of files: the index, a commit, the work tree, or one in memory.
///
/// Everything that judges a repository is written once, over this. Content is what a checkout would
/// give: end-of-line, `ident` and encoding attributes applied, LFS pointers resolved.
/// Paths may lead through symbolic links to directories in all of these but ``entry(at:)``, whose last
/// component is not followed.
public protocol FileTree: AnyObject {
  /// What stands at a path, without following a symbolic link there; `nil` when nothing does.
  func entry(at path: RepositoryPath) throws(TreeError) -> Entry?

  /// What stands at a path when symbolic links are followed; `nil` when nothing does or the link is broken.
  func target(of path: RepositoryPath) throws(TreeError) -> Entry?

  /// The bytes of a symbolic link, which stands at exactly this path.
  func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8]

  /// The names in a directory, in the order of their bytes; empty when there is no directory.
  func children(of directory: RepositoryPath) throws(TreeError) -> [Child]

  /// A file's bytes. Symbolic links are followed.
  func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8]

  /// How many bytes are kept of a file, where that is known without reading it; `nil` where it is not, or no file stands
  /// there. Links are not followed.
  func storedSize(of file: RepositoryPath) throws(TreeError) -> Int?

  /// The hashes of many files' bytes, in the order of the paths. Symbolic links are followed.
  func digests(of files: [RepositoryPath], _ algorithm: HashAlgorithm) throws(TreeError) -> [MD5Digest]

  /// Whether anything below a directory may have a name that ends with one of these; `false` only where it is known
  /// that nothing has, so that a walk need not go there.
  func mayHold(_ endings: NameEndings, below directory: RepositoryPath) throws(TreeError) -> Bool

  /// Whether a symbolic link may stand on the way to a path, at it or below it; `false` only where it is known that none
  /// does.
  func mayHoldLinks(at path: RepositoryPath) throws(TreeError) -> Bool

  /// Whether `.gitignore`, `info/exclude` and `core.excludesFile` patterns match, tracked or not.
  func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool
}

/// Why a tree could not answer.
public enum TreeError: Error, Hashable, Sendable {
  /// The content is not here, so nothing can be said of it: an LFS object that was not fetched, a blob of
  /// a partial clone, a link out of the repository. Reported as "not checked".
  case notAvailable(RepositoryPath, why: String)
  /// It is here and cannot be read: a permission, a corrupt object, a symbolic link loop. Fails the run.
  case unreadable(RepositoryPath, why: String)
}

/// What the names that somebody looks for end with.
public struct NameEndings: Hashable, Sendable {
  /// What they end with.
  public let endings: [[UInt8]]

  /// Names that end with one of these.
  public init(_ endings: [[UInt8]]) { self.endings = endings }

  /// Names that end with one of these.
  public init(_ endings: [String]) { self.init(endings.map { Array($0.utf8) }) }

  /// Whether a name is one of those that are looked for. Compiled where it is called: it
  /// looks at every name of an index on the way to a commit.
  @inlinable public func match(_ name: some RandomAccessCollection<UInt8>) -> Bool {
    for ending in endings where ending.count <= name.count {
      var place = name.index(name.endIndex, offsetBy: -ending.count)
      var isSame = true
      for byte in ending where isSame {
        isSame = name[place] == byte
        place = name.index(after: place)
      }
      if isSame { return true }
    }
    return false
  }
}

extension FileTree {
  /// Nobody knows without reading.
  public func storedSize(of file: RepositoryPath) throws(TreeError) -> Int? { nil }

  /// Nobody knows without a walk.
  public func mayHoldLinks(at path: RepositoryPath) throws(TreeError) -> Bool { true }

  /// Nobody knows without a walk.
  public func mayHold(
    _ endings: NameEndings, below directory: RepositoryPath
  ) throws(TreeError) -> Bool { true }

  /// Where a path really is: the links on the way to it are followed, one at the path itself is not. The path as it
  /// stands when they lead nowhere.
  public func place(of path: RepositoryPath) throws(TreeError) -> RepositoryPath {
    guard !path.isRoot, let directory = try directory(at: path.parent) else { return path }
    return directory.appending(path.name)
  }

  private func directory(at path: RepositoryPath) throws(TreeError) -> RepositoryPath? {
    guard !path.isRoot else { return path }
    guard let parent = try directory(at: path.parent) else { return nil }
    let place = parent.appending(path.name)
    guard try entry(at: place) == .symbolicLink else { return place }
    let links = LinkResolver(
      entry: { (path) throws(TreeError) in try self.entry(at: path) },
      linkTarget: { (path) throws(TreeError) in try self.linkTarget(of: path) })
    return try links.resolve(place, followLast: true)
  }

  /// The hash of one file's bytes.
  public func digest(of file: RepositoryPath, _ algorithm: HashAlgorithm) throws(TreeError) -> MD5Digest {
    guard let digest = try digests(of: [file], algorithm).first else {
      throw .unreadable(file, why: "no hash was computed")
    }
    return digest
  }
}
