import Hashing
import Ignore
import Trees
import Values

/// The hash of a file or directory as DVC would record it now.
final class PathHasher {
  /// A hash's letters, and for a directory whose files were looked up the list of them as DVC writes it.
  struct Hash {
    let value: Text
    let list: [UInt8]?

    /// The hash of a file, or a directory's that was recorded.
    init(_ value: Text) {
      self.value = value
      list = nil
    }

    /// The hash of a directory.
    init(_ digest: MD5Digest, ofList list: [UInt8]? = nil) {
      value = Text(utf8: digest.hexadecimal) + ".dir"
      self.list = list
    }

    /// What the directory holds.
    var manifest: Manifest? { list.flatMap { Manifest(bytes: $0) } }
  }

  let tree: any FileTree
  let project: Project
  let ignore: DVCIgnore
  let wantsLists: Bool
  private let external: (any FileTree)?
  private var known: [Key: Hash] = [:]
  /// What has been begun, by the directory.
  var recalls: [Key: () -> MD5Digest?] = [:]

  struct Key: Hashable {
    let path: RepositoryPath
    let algorithm: HashAlgorithm
  }

  /// - Parameters:
  ///   - tree: the files to hash.
  ///   - external: the machine's own files, for paths outside the tree; `nil` when they do not count.
  ///   - wantsLists: whether the lists of directories are wanted, and not only their hashes.
  init(project: Project, tree: any FileTree, external: (any FileTree)?, wantsLists: Bool = false) {
    self.wantsLists = wantsLists
    self.project = project
    self.tree = tree
    self.external = external
    ignore = tree === project.tree ? project.ignore : DVCIgnore(tree: tree, root: project.paths.projectRoot)
  }

  /// What stands at a place; `nil` when nothing does. A broken link stands there.
  func exists(_ location: PathSpace.Location) throws(TreeError) -> Bool {
    switch location {
    case .inside(let path):
      if try tree.entry(at: path) != nil { return true }
      try refuse(insideSubmodule: path)
      return false
    case .outside(let path):
      let (files, path) = try outside(path)
      return try files.entry(at: path) != nil
    case .url, .dataset: return false
    }
  }

  /// Refuses what is in a submodule: Git's tree does not know what is there.
  private func refuse(insideSubmodule path: RepositoryPath) throws(TreeError) {
    var directory = path.parent
    while !directory.isRoot {
      if case .submodule? = try tree.entry(at: directory) {
        throw .notAvailable(
          path, why: "it is in the submodule '\(directory)', whose content is not in this repository")
      }
      directory = directory.parent
    }
  }

  /// Whether a directory stands at a place, links followed.
  func isDirectory(_ location: PathSpace.Location) throws(TreeError) -> Bool {
    switch location {
    case .inside(let path): return try tree.target(of: path) == .directory
    case .outside(let path):
      let (files, path) = try outside(path)
      return try files.target(of: path) == .directory
    case .url, .dataset: return false
    }
  }

  /// The bytes of a file outside the tree.
  func outside(_ path: [UInt8]) throws(TreeError) -> (files: any FileTree, path: RepositoryPath) {
    let inside = RepositoryPath(normalized: path.drop { $0 == UInt8(ascii: "/") })
    guard let external else {
      throw .notAvailable(inside, why: "it lies outside the repository")
    }
    return (external, inside)
  }

  /// The hash that a checkout would put at a place; `nil` where Git or nobody does.
  func recordedHash(at location: PathSpace.Location) throws(DVCError) -> Text? {
    guard case .inside(let path) = location else { return nil }
    return try reading { () throws(TreeError) in try (tree as? CheckedOutTree)?.recordedHash(at: path) }?
      .value
  }

  /// Hashes many files at once, so that the tree can do it in parallel; the answers are kept.
  func prepare(_ paths: [RepositoryPath], _ algorithm: HashAlgorithm) {
    var files: [RepositoryPath] = []
    for path in Set(paths) where known[Key(path: path, algorithm: algorithm)] == nil {
      // What cannot be looked at or hashed now is met again, one by one, where the error belongs.
      if case .file? = try? tree.target(of: path) { files.append(path) }
    }
    files.sort()
    guard let digests = try? tree.digests(of: files, algorithm) else { return }
    for (path, digest) in zip(files, digests) {
      known[Key(path: path, algorithm: algorithm)] = Hash(Text(utf8: digest.hexadecimal))
    }
  }

  /// Begins to see whether what is known of a directory still holds; what is done until its hash is asked for
  /// is done at the same time.
  func beginRecall(_ location: PathSpace.Location, _ algorithm: HashAlgorithm) {
    guard !wantsLists, case .inside(let path) = location, let memory = tree as? any RememberingTree else {
      return
    }
    let key = Key(path: path, algorithm: algorithm)
    guard known[key] == nil, let question = question(about: path, algorithm, in: tree) else { return }
    recalls[key] = memory.beginRecall(of: path, question)
  }

  /// Hashes what stands at a place; the answer is kept.
  func prepare(_ location: PathSpace.Location, _ algorithm: HashAlgorithm) {
    // What cannot be hashed now is met again where the error belongs.
    _ = try? hash(of: location, algorithm)
  }

  /// The hash of what stands at a place.
  func hash(of location: PathSpace.Location, _ algorithm: HashAlgorithm) throws(DVCError) -> Hash {
    switch location {
    case .inside(let path):
      let key = Key(path: path, algorithm: algorithm)
      if let hash = known[key] { return hash }
      let hash = try hash(path, algorithm, in: tree)
      known[key] = hash
      return hash
    case .outside(let path):
      let (files, path) = try reading { () throws(TreeError) in try outside(path) }
      return try hash(path, algorithm, in: files)
    case .url, .dataset:
      throw DVCError(.root, .notAvailable, "it lies on another machine")
    }
  }

  /// Stops where DVC could not hash what stands at a place of the repository, and hashes nothing.
  func refuseUnhashable(_ location: PathSpace.Location) throws(DVCError) {
    guard case .inside(let path) = location else { return }
    switch try reading({ () throws(TreeError) in try tree.target(of: path) }) {
    case .file?: return
    case .directory?: try refuseUnhashable(directory: path)
    default: _ = try hash(path, .md5, in: tree)
    }
  }

  private func hash(
    _ path: RepositoryPath, _ algorithm: HashAlgorithm, in files: any FileTree
  ) throws(DVCError) -> Hash {
    switch try reading({ () throws(TreeError) in try files.target(of: path) }) {
    case .file?:
      let digest = try reading { () throws(TreeError) in try files.digest(of: path, algorithm) }
      return Hash(Text(utf8: digest.hexadecimal))
    case .directory?:
      let recorded = try reading { () throws(TreeError) in
        try (files as? CheckedOutTree)?.recordedHash(at: path)
      }
      guard let recorded, let value = recorded.value, recorded.algorithm == algorithm else {
        return try hash(ofDirectory: path, algorithm, in: files)
      }
      guard hasIgnoreFile(above: path) else { return Hash(value) }
      do {
        return try hash(ofDirectory: path, algorithm, in: files)
      } catch {
        // DVC records no file that it ignores: without its list, the directory is taken to hold none.
        guard error.kind == .notAvailable else { throw error }
        return Hash(value)
      }
    case .submodule?:
      throw DVCError(path, .notAvailable, "it is a submodule, whose content is not in this repository")
    case .special?, .symbolicLink?:
      throw DVCError(path, .unsupported, "it is neither a file nor a directory")
    case nil:
      throw DVCError(path, .unsupported, "it is a broken symbolic link")
    }
  }

  /// Whether the user's patterns could take files out of the directory.
  private func hasIgnoreFile(above path: RepositoryPath) -> Bool {
    ignoreFiles(above: path).contains { file in
      // A directory that cannot be read is met by whoever walks it.
      if case .some(.some) = try? tree.entry(at: file) { true } else { false }
    }
  }

  /// Where `.dvcignore` files that are about a path may be, but for those inside it.
  func ignoreFiles(above path: RepositoryPath) -> [RepositoryPath] {
    var files: [RepositoryPath] = []
    var directory = path
    repeat {
      directory = directory.parent
      files.append(directory.appending(Self.ignoreFileName))
    } while directory != project.paths.projectRoot && !directory.isRoot
    return files
  }

  static let ignoreFileName = Array(".dvcignore".utf8)
}
