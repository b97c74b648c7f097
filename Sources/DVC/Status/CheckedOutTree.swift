import Hashing
import Trees
import Values

/// What `dvc checkout` in one DVC repository puts into a clone: its outputs.
public struct Checkout {
  let project: Project
  let cache: (any ObjectCache)?

  /// The outputs of a project.
  /// - Parameter cache: where the lists of directories, and contents when they are needed, are looked up.
  public init(of project: Project, from cache: (any ObjectCache)?) {
    self.project = project
    self.cache = cache
  }

  /// This one, and those of other DVC repositories of the same tree that its stages read from: in a fresh clone
  /// every one of them is checked out.
  public func with(_ others: [Checkout]) -> [Checkout] {
    guard !others.isEmpty else { return [self] }
    let root = project.paths.projectRoot
    let paths = project.readableStages.flatMap(\.deps).compactMap(\.reference.path)
    return [self]
      + others.filter { other in
        let their = other.project.paths.projectRoot
        return paths.contains { path in
          (path.isInside(their) || their.isInside(path)) && !(path.isInside(root) && root.isInside(their))
        }
      }
  }
}

extension [Checkout] {
  /// What a fresh clone of a project's tree holds with these outputs; those of the first count before the others.
  public func tree(over base: any FileTree) -> any FileTree { CheckedOutTree(base: base, self) }
}

/// What a fresh clone of a Git tree holds after `dvc checkout` with the whole cache at hand: Git's files,
/// and in their places the outputs that DVC's cache holds, known by their recorded hashes.
final class CheckedOutTree: FileTree {
  private let base: any FileTree
  private var outputs: [RepositoryPath: (recorded: RecordedHash, cache: (any ObjectCache)?)] = [:]
  /// The manifests that stand beside the hash.
  private var listed: [RepositoryPath: Manifest] = [:]
  /// The manifests that were asked for.
  private var manifests: [RepositoryPath: Manifest] = [:]
  /// What was asked of directories.
  private var reachedByLink: [RepositoryPath: Bool] = [:]
  /// The directories on the way to outputs, with the names in them that lead there.
  private var ancestors: [RepositoryPath: Set<[UInt8]>] = [:]

  /// - Parameters:
  ///   - base: Git's tree.
  ///   - checkouts: whose cached outputs lie over it.
  init(base: any FileTree, _ checkouts: [Checkout]) {
    self.base = base
    for checkout in checkouts.reversed() {
      for output in checkout.project.readableStages.flatMap(\.outs) { lay(output, checkout.cache) }
    }
  }

  /// Of two stages with one output the later one counts, also when nothing is recorded for it. The directory around
  /// an output is made in any case.
  private func lay(_ output: Output, _ cache: (any ObjectCache)?) {
    guard output.isCached, let written = output.reference.path, !written.isRoot else { return }
    let path = place(of: written)
    outputs[path] = output.recorded.isObjectID ? (output.recorded, cache) : nil
    listed[path] = output.files
    var child = path
    while !child.isRoot {
      ancestors[child.parent, default: []].insert(Array(child.name))
      child = child.parent
    }
  }

  /// Where a checkout puts an output: where links of Git's lead.
  private func place(of path: RepositoryPath) -> RepositoryPath {
    do throws(TreeError) {
      return try isReachedByLink(path.parent) ? try base.place(of: path) : path
    } catch {
      // Whoever asks for what is there meets the error.
      return path
    }
  }

  /// The recorded hash of the output at this path, links followed.
  func recordedHash(at path: RepositoryPath) throws(TreeError) -> RecordedHash? {
    outputs[try followed(path)]?.recorded
  }

  /// The output that holds this path, and the path inside it.
  private func owner(of path: RepositoryPath) -> (path: RepositoryPath, recorded: RecordedHash, inside: Text)?
  {
    var candidate = path
    while !candidate.isRoot {
      if let recorded = outputs[candidate]?.recorded {
        return (candidate, recorded, Text(utf8: path.relative(to: candidate) ?? []))
      }
      candidate = candidate.parent
    }
    return nil
  }

  private func manifest(_ path: RepositoryPath, _ recorded: RecordedHash) throws(TreeError) -> Manifest {
    if let known = manifests[path] { return known }
    let manifest = try recordedManifest(path, recorded)
    if let impossible = manifest.impossiblePath {
      throw .unreadable(path, why: "the list of its files names '\(impossible)', which is no path in it")
    }
    manifests[path] = manifest
    return manifest
  }

  /// The list of a directory's files. One whose content has not the hash of its name is nobody's: it says nothing.
  private func recordedManifest(
    _ path: RepositoryPath, _ recorded: RecordedHash
  ) throws(TreeError) -> Manifest {
    if let listed = listed[path] { return listed }
    let id = recorded.value?.string ?? ""
    guard let object = recorded.object, let bytes = try bytes(of: object, in: path, for: path) else {
      throw .notAvailable(path, why: "the list of its files (\(id)) is not in the cache of this machine")
    }
    guard object.isName(of: bytes), let manifest = Manifest(bytes: bytes) else {
      throw .notAvailable(path, why: "the list of its files (\(id)) is damaged in the cache of this machine")
    }
    return manifest
  }

  /// An object from the cache that the output at `output` is checked out from.
  private func bytes(
    of object: CacheObject, in output: RepositoryPath, for path: RepositoryPath
  ) throws(TreeError) -> [UInt8]? {
    do { return try outputs[output]?.cache?.contents(of: object) } catch {
      throw .unreadable(path, why: error.message)
    }
  }

  // MARK: - FileTree

  func entry(at path: RepositoryPath) throws(TreeError) -> Entry? {
    guard let found = try links.resolve(path, followLast: false) else { return nil }
    return try literalEntry(at: found)
  }

  func target(of path: RepositoryPath) throws(TreeError) -> Entry? {
    guard let found = try links.resolve(path, followLast: true) else { return nil }
    return try literalEntry(at: found)
  }

  func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8] { try base.linkTarget(of: link) }

  /// Links are followed here, not by the tree below: they may lead to outputs.
  private var links: LinkResolver {
    LinkResolver(
      entry: { (path) throws(TreeError) in try self.literalEntry(at: path) },
      linkTarget: { (path) throws(TreeError) in try self.base.linkTarget(of: path) })
  }

  private func literalEntry(at path: RepositoryPath) throws(TreeError) -> Entry? {
    if let owner = owner(of: path) { return try entry(in: owner) }
    if !path.isRoot, try isReachedByLink(path.parent) { return nil }
    if let entry = try base.entry(at: path) { return entry }
    return ancestors[path] == nil ? nil : .directory
  }

  /// Whether a directory has a link on the way to it, or is one: the tree below follows that, and knows no outputs.
  private func isReachedByLink(_ directory: RepositoryPath) throws(TreeError) -> Bool {
    if directory.isRoot { return false }
    if let known = reachedByLink[directory] { return known }
    let isReached =
      try isReachedByLink(directory.parent) ? true : try base.entry(at: directory) == .symbolicLink
    reachedByLink[directory] = isReached
    return isReached
  }

  /// Where the content of a path really is; the path itself when nothing is there, so that the error names it.
  private func followed(_ path: RepositoryPath) throws(TreeError) -> RepositoryPath {
    try links.resolve(path, followLast: true) ?? path
  }

  private func entry(
    in owner: (path: RepositoryPath, recorded: RecordedHash, inside: Text)
  ) throws(TreeError) -> Entry? {
    if owner.inside.isEmpty { return owner.recorded.isDirectory ? .directory : .file(isExecutable: false) }
    guard owner.recorded.isDirectory, !Self.isLeftOut(owner.inside) else { return nil }
    let manifest = try manifest(owner.path, owner.recorded)
    if manifest.hash(of: owner.inside) != nil { return .file(isExecutable: false) }
    return manifest.subdirectory(owner.inside) == nil ? nil : .directory
  }

  /// Whether DVC leaves a path out of every directory that it records, as it does with `.dvc`. So nobody needs
  /// the list of a directory to know that it holds no DVC repository (DVC 3.67, dvc/ignore.py).
  private static func isLeftOut(_ inside: Text) -> Bool {
    inside.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual(".dvc".utf8) }
  }

  func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
    let directory = try followed(directory)
    if let owner = owner(of: directory) {
      guard owner.recorded.isDirectory else { return [] }
      return try manifest(owner.path, owner.recorded).children(of: owner.inside)
    }
    var children = Dictionary(try base.children(of: directory).map { ($0.name, $0) }) { $1 }
    for name in ancestors[directory] ?? [] {
      guard let entry = try entry(at: directory.appending(name)) else { continue }
      children[name] = Child(name: name, entry: entry)
    }
    return children.values.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8] {
    let file = try followed(file)
    guard let owner = owner(of: file) else { return try base.contents(of: file) }
    let hash = try hash(in: owner, file)
    let object = CacheObject(id: hash.utf8, isLegacy: owner.recorded.algorithm == .md5DOS2Unix)
    guard let bytes = try bytes(of: object, in: owner.path, for: file) else {
      throw .notAvailable(
        file, why: "DVC holds it, and its content (\(hash)) is not in the cache of this machine")
    }
    return bytes
  }

  func storedSize(of file: RepositoryPath) throws(TreeError) -> Int? {
    let file = try followed(file)
    return owner(of: file) == nil ? try base.storedSize(of: file) : nil
  }

  func digests(of files: [RepositoryPath], _ algorithm: HashAlgorithm) throws(TreeError) -> [MD5Digest] {
    var digests: [RepositoryPath: MD5Digest] = [:]
    var inGit: [RepositoryPath] = []
    var places: [RepositoryPath] = []
    for path in files {
      let file = try followed(path)
      places.append(file)
      guard let owner = owner(of: file) else {
        inGit.append(file)
        continue
      }
      if owner.recorded.algorithm == algorithm,
        let digest = MD5Digest(hexadecimal: try hash(in: owner, file).utf8)
      {
        digests[file] = digest
      } else {
        digests[file] = MD5Digest(of: try contents(of: file), algorithm)
      }
    }
    for (file, digest) in zip(inGit, try base.digests(of: inGit, algorithm)) { digests[file] = digest }
    return places.compactMap { digests[$0] }
  }

  private func hash(
    in owner: (path: RepositoryPath, recorded: RecordedHash, inside: Text), _ file: RepositoryPath
  ) throws(TreeError) -> Text {
    if owner.inside.isEmpty, !owner.recorded.isDirectory, let value = owner.recorded.value { return value }
    guard owner.recorded.isDirectory,
      let hash = try manifest(owner.path, owner.recorded).hash(of: owner.inside)
    else {
      throw .unreadable(file, why: "not a file")
    }
    return hash
  }

  func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool {
    try base.isIgnoredByGit(path, isDirectory: isDirectory)
  }
}

extension Manifest {
  /// The names in a directory of the manifest; the empty path is its root.
  fileprivate func children(of directory: Text) -> [Child] {
    let prefix = directory.isEmpty ? [] : directory.utf8 + [UInt8(ascii: "/")]
    var children: [[UInt8]: Entry] = [:]
    for file in files where file.path.utf8.starts(with: prefix) {
      let rest = file.path.utf8[prefix.count...]
      if let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
        children[Array(rest[..<slash])] = .directory
      } else {
        children[Array(rest)] = .file(isExecutable: false)
      }
    }
    return children.map { Child(name: $0.key, entry: $0.value) }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }
}
