import Glibc
import Hashing
import Ignore
import Platform
import Trees

/// The files as they lie on this disk: what `dvc status` judges. Nothing here changes them.
///
/// Symbolic links are followed as the kernel follows them, out of the repository too: DVC does. A FIFO, a
/// socket or a device is never opened.
public final class WorkTree: FileTree {
  let root: [UInt8]
  let hashes: HashCache?
  private let files: FileDigests
  private let excludes: [[UInt8]]
  private let ignoreCase: Bool
  private lazy var ignore = GitIgnore(
    rootPatterns: excludes, patternsIn: { [unowned self] in patterns(in: $0) }, ignoreCase: ignoreCase)
  private var unreadablePatterns: TreeError?
  /// In which state each directory was listed; `nil` where a change since need not show, or showed.
  private(set) var listings: [RepositoryPath: FileState?] = [:]

  /// A work tree.
  /// - Parameters:
  ///   - root: the absolute path of the directory that is the tree's root.
  ///   - hashes: where hashes are remembered; without it every file is read every time.
  ///   - excludes: the contents of `info/exclude`, then of `core.excludesFile`.
  ///   - ignoreCase: Git's `core.ignoreCase`.
  public init(root: [UInt8], hashes: HashCache?, excludes: [[UInt8]] = [], ignoreCase: Bool = false) {
    self.root = root
    self.hashes = hashes
    self.excludes = excludes
    self.ignoreCase = ignoreCase
    files = FileDigests(root: root, cache: hashes)
  }

  /// What stands at a path, a symbolic link at its end not followed; `nil` when nothing does.
  public func entry(at path: RepositoryPath) throws(TreeError) -> Entry? {
    try found(path) { (absolute) throws(SystemError) in Entry(try FileSystem.linkStatus(of: absolute)) }
  }

  /// What stands at a path when symbolic links are followed; `nil` when nothing does or a link is broken.
  public func target(of path: RepositoryPath) throws(TreeError) -> Entry? {
    try found(path) { (absolute) throws(SystemError) in Entry(try FileSystem.status(of: absolute)) }
  }

  /// The bytes of a symbolic link.
  public func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8] {
    let target = try found(link) { (absolute) throws(SystemError) in try FileSystem.linkTarget(of: absolute) }
    guard let target else { throw .unreadable(link, why: "it is not there") }
    return target
  }

  /// The names in a directory, in the order of their bytes. Whether a file is executable is not looked up for
  /// each: ask ``entry(at:)``.
  public func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
    let listed = try found(directory) { (absolute) throws(SystemError) in try list(absolute, directory) }
    return (listed ?? []).inOrderOfNames()
  }

  /// A regular file's bytes, symbolic links followed; more than 256 MiB are not taken into memory.
  public func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8] {
    do throws(SystemError) {
      return try FileSystem.read(absolute(file), limit: Self.memoryLimit)
    } catch {
      throw .unreadable(file, why: error.reason)
    }
  }

  /// The hashes of regular files, symbolic links followed: remembered ones, and the others read on all cores.
  public func digests(of files: [RepositoryPath], _ algorithm: HashAlgorithm) throws(TreeError) -> [MD5Digest]
  {
    try look(at: files, algorithm).digests
  }

  /// The hashes of regular files, and the states that these are of; `nil` where a later change need not show.
  func look(
    at files: [RepositoryPath], _ algorithm: HashAlgorithm
  ) throws(TreeError) -> (digests: [MD5Digest], states: [FileState?]) {
    var digests: [MD5Digest] = []
    digests.reserveCapacity(files.count)
    let found = self.files.digests(of: files.map(\.bytes), algorithm)
    for (index, file) in files.enumerated() {
      do throws(SystemError) { digests.append(try found.digest(index)) } catch {
        throw .unreadable(file, why: error.reason)
      }
    }
    return (digests, found.states)
  }

  /// How many bytes of regular files would be read to hash them: those whose hashes are not remembered.
  public func bytesToRead(of files: [RepositoryPath], _ algorithm: HashAlgorithm) -> Int {
    self.files.bytesToRead(of: files.map(\.bytes), algorithm)
  }

  /// Whether the `.gitignore` files of this disk or the excludes match a path.
  public func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool {
    let isIgnored = ignore.isIgnored(path, isDirectory: isDirectory)
    if let unreadablePatterns { throw unreadablePatterns }
    return isIgnored
  }

  func absolute(_ path: RepositoryPath) -> [UInt8] { FileSystem.join(root, path.bytes) }

  /// What a look-up gives; `nil` when nothing stands at the path.
  private func found<Found>(
    _ path: RepositoryPath, _ lookUp: ([UInt8]) throws(SystemError) -> Found
  ) throws(TreeError) -> Found? {
    do throws(SystemError) {
      return try lookUp(absolute(path))
    } catch {
      // A path that the system cannot even spell is one at which nothing stands.
      if error.isMissing || error.code == ENAMETOOLONG || error.code == EINVAL { return nil }
      throw .unreadable(path, why: error.reason)
    }
  }

  private func list(_ path: [UInt8], _ directory: RepositoryPath) throws(SystemError) -> [Child] {
    let opened = try Descriptor(opening: path, flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
    try note(directory, opened)
    var children: [Child] = []
    for entry in try FileSystem.list(opened, path) {
      let kind: FileKind
      if let known = entry.kind {
        kind = known
      } else {
        kind = try FileSystem.status(of: entry.name[...], in: opened, follow: false).kind
      }
      children.append(Child(name: entry.name, entry: Entry(kind, isExecutable: false)))
    }
    return children
  }

  /// Notes the state of a directory that is about to be listed.
  private func note(_ directory: RepositoryPath, _ opened: borrowing Descriptor) throws(SystemError) {
    guard hashes != nil else { return }
    let now = SystemClock.wallNanoseconds
    let status = try opened.status()
    let isSettled = FileHash.isSettled(modified: status.modified, changed: status.changed, now: now)
    let state = isSettled && opened.keepsDirectoryTimes ? FileState(status) : nil
    let isAsBefore = listings[directory].map { $0 == state } ?? true
    listings[directory] = .some(isAsBefore ? state : nil)
  }

  /// The content of a directory's `.gitignore`. Git does not follow a symbolic link there.
  private func patterns(in directory: RepositoryPath) -> [UInt8]? {
    let path = directory.appending(Array(".gitignore".utf8))
    do throws(TreeError) {
      guard case .file = try entry(at: path) else { return nil }
      return try contents(of: path)
    } catch {
      unreadablePatterns = error
      return nil
    }
  }

  /// The most bytes of one file that are taken into memory: what is parsed is smaller, and data is hashed.
  private static let memoryLimit = 1 << 28
}

extension Entry {
  fileprivate init(_ status: FileStatus) { self.init(status.kind, isExecutable: status.isExecutable) }

  fileprivate init(_ kind: FileKind, isExecutable: Bool) {
    switch kind {
    case .file: self = .file(isExecutable: isExecutable)
    case .directory: self = .directory
    case .symbolicLink: self = .symbolicLink
    case .special: self = .special
    }
  }
}
