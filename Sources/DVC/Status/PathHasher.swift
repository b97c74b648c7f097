import Hashing
import Ignore
import Trees
import Values

/// The hash of a file or directory as DVC would record it now.
final class PathHasher {
  /// A hash's letters, and for a directory what it lists.
  struct Hash {
    let value: Text
    var manifest: Manifest?
    /// The bytes of the manifest, as DVC writes them.
    var manifestBytes: [UInt8]?

    /// The hash of a file, or a directory's that was recorded.
    init(_ value: Text) { self.value = value }

    /// The hash of a directory that was looked at.
    init(of manifest: Manifest) {
      let bytes = manifest.bytes
      value = Text(utf8: MD5Digest(of: bytes).hexadecimal) + ".dir"
      self.manifest = manifest
      manifestBytes = bytes
    }
  }

  private let tree: any FileTree
  private let external: (any FileTree)?
  private let project: Project
  private let ignore: DVCIgnore
  private var known: [Key: Hash] = [:]

  private struct Key: Hashable {
    let path: RepositoryPath
    let algorithm: HashAlgorithm
  }

  /// - Parameters:
  ///   - tree: the files to hash.
  ///   - external: the machine's own files, for paths outside the tree; `nil` when they do not count.
  init(project: Project, tree: any FileTree, external: (any FileTree)?) {
    self.project = project
    self.tree = tree
    self.external = external
    ignore = tree === project.tree ? project.ignore : DVCIgnore(tree: tree, root: project.paths.projectRoot)
  }

  /// What stands at a place; `nil` when nothing does. A broken link stands there.
  func exists(_ location: PathSpace.Location) throws(TreeError) -> Bool {
    switch location {
    case .inside(let path): return try tree.entry(at: path) != nil
    case .outside(let path):
      let (files, path) = try outside(path)
      return try files.entry(at: path) != nil
    case .url, .dataset: return false
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
        let manifest = try manifest(of: path, algorithm, in: files)
        return Hash(of: manifest)
      }
      guard hasIgnoreFile(above: path) else { return Hash(value) }
      do {
        let manifest = try manifest(of: path, algorithm, in: files)
        return Hash(of: manifest)
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
    var directory = path
    repeat {
      directory = directory.parent
      // A directory that cannot be read is met by whoever walks it.
      if case .some(.some) = try? tree.entry(at: directory.appending(Array(".dvcignore".utf8))) {
        return true
      }
    } while directory != project.paths.projectRoot && !directory.isRoot
    return false
  }

  // MARK: - Directories

  /// What a directory holds: every file below it that `.dvcignore` lets through (dvc-data 3.18, `build.py`).
  private func manifest(
    of directory: RepositoryPath, _ algorithm: HashAlgorithm, in files: any FileTree
  ) throws(DVCError) -> Manifest {
    var paths: [RepositoryPath] = []
    if try !isIgnoredAsWalked(directory) {
      try gather(directory, in: files, into: &paths)
    }
    let digests = try reading { () throws(TreeError) in try files.digests(of: paths, algorithm) }
    var entries: [Manifest.File] = []
    entries.reserveCapacity(paths.count)
    for (path, digest) in zip(paths, digests) {
      let name = path.relative(to: directory) ?? []
      guard String(validating: name, as: UTF8.self) != nil else {
        throw DVCError(path, .unsupported, "the name is not UTF-8")
      }
      entries.append(Manifest.File(path: Text(utf8: name), hash: Text(utf8: digest.hexadecimal)))
    }
    return Manifest(entries)
  }

  /// A directory that is ignored itself, or below an ignored one, is walked without result.
  private func isIgnoredAsWalked(_ directory: RepositoryPath) throws(DVCError) -> Bool {
    guard directory.isInside(project.paths.projectRoot), directory != project.paths.projectRoot else {
      return false
    }
    return try asking { () throws(IgnoreError) in
      try ignore.isIgnored(directory, isDirectory: true)
    }
  }

  private func gather(
    _ directory: RepositoryPath, in files: any FileTree, into paths: inout [RepositoryPath]
  ) throws(DVCError) {
    let children: [Child]
    if files === tree, directory.isInside(project.paths.projectRoot) {
      children = try asking { () throws(IgnoreError) in
        try ignore.visibleChildren(of: directory)
      }
    } else {
      children = try reading { () throws(TreeError) in try files.children(of: directory) }
    }
    for child in children {
      let path = directory.appending(child.name)
      switch child.entry {
      case .file:
        guard !child.name.elementsEqual(".dvcignore".utf8) else {
          throw DVCError(path, .unsupported, "DVC does not hash a directory that holds a .dvcignore file")
        }
        paths.append(path)
      case .directory: try gather(path, in: files, into: &paths)
      case .submodule: continue
      case .symbolicLink:
        switch try reading({ () throws(TreeError) in try files.target(of: path) }) {
        case .directory?, .submodule?: continue
        case .file?: paths.append(path)
        default: throw DVCError(path, .unsupported, "it is a broken symbolic link")
        }
      case .special: throw DVCError(path, .unsupported, "it is neither a file nor a directory")
      }
    }
  }
}
