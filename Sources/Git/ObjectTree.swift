import Hashing
import Ignore
import Trees

/// The tree that the index would commit, or a commit's: files as a checkout of it would write them.
///
/// Attributes and ignores are those of this tree, with the repository's and the user's own.
public final class ObjectTree: FileTree {
  let entries: any TreeEntries
  let context: TreeContext
  private lazy var attributes = makeAttributes()
  private lazy var ignores = makeIgnores()
  private var ignoreFailure: TreeError?

  init(_ entries: any TreeEntries, context: TreeContext) {
    self.entries = entries
    self.context = context
  }

  /// What stands at a path; a symbolic link there is not followed.
  public func entry(at path: RepositoryPath) throws(TreeError) -> Entry? {
    guard let found = try links.resolve(path, followLast: false) else { return nil }
    return try stored(at: found)?.mode.entry
  }

  /// What stands at a path when symbolic links are followed inside the repository.
  public func target(of path: RepositoryPath) throws(TreeError) -> Entry? {
    guard let found = try links.resolve(path, followLast: true) else { return nil }
    return try stored(at: found)?.mode.entry
  }

  /// The bytes of a symbolic link.
  public func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8] {
    guard let entry = try stored(at: link), entry.mode == .symbolicLink, let id = entry.id else {
      throw .unreadable(link, why: "it is not a symbolic link")
    }
    return try read(id, for: link)
  }

  /// The names in a directory, in the order of their bytes.
  public func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
    guard let found = try links.resolve(directory, followLast: true) else { return [] }
    do {
      return try entries.entries(of: found).map { Child(name: $0.name, entry: $0.mode.entry) }
    } catch {
      throw context.treeError(error, at: directory)
    }
  }

  /// A file's bytes as a checkout writes them.
  /// - Throws: `notAvailable` for an LFS object that was not fetched, and for a filter that guard does not run.
  public func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8] {
    let (path, id) = try blob(file)
    guard !context.isStored else { return try storedContents(id, of: file) }
    let conversion = try conversion(of: path)
    try refuseDriver(conversion, file)
    let bytes = try read(id, for: file)
    guard conversion.filter == .lfs else {
      return conversion.isIdentity ? bytes : Converter(conversion: conversion).workTreeBytes(bytes, id: id)
    }
    guard let pointer = LargeFilePointer(bytes) else {
      return Converter(conversion: conversion).workTreeBytes(bytes, id: id)
    }
    return pointer.size == 0 ? [] : try context.largeFile(pointer, at: file)
  }

  /// The bytes of a blob, which is not to be a pointer to bytes that Git does not hold.
  private func storedContents(_ id: ObjectID, of file: RepositoryPath) throws(TreeError) -> [UInt8] {
    let bytes = try read(id, for: file)
    guard LargeFilePointer(bytes) == nil else { throw .notAvailable(file, why: "Git LFS holds its content") }
    return bytes
  }

  /// The hashes of many files' bytes, in the order of the paths, each object hashed once.
  public func digests(
    of files: [RepositoryPath], _ algorithm: HashAlgorithm
  ) throws(TreeError) -> [MD5Digest] {
    var keys: [[UInt8]] = []
    var wanted: [[UInt8]: RepositoryPath] = [:]
    for file in files {
      let (path, id) = try blob(file)
      let conversion = try conversion(of: path)
      try refuseDriver(conversion, file)
      let key = [algorithm.rawValue] + id.bytes + conversion.tag
      keys.append(key)
      wanted[key] = file
    }
    var known = context.digests.known(keys)
    var new: [(key: [UInt8], digest: MD5Digest)] = []
    for key in keys where known[key] == nil {
      guard let file = wanted[key] else { continue }
      let digest = try computeDigest(of: file, algorithm)
      known[key] = digest
      new.append((key, digest))
    }
    context.digests.keep(new)
    return keys.compactMap { known[$0] }
  }

  /// In a commit all links are known.
  public func mayHoldLinks(at path: RepositoryPath) throws(TreeError) -> Bool {
    do { return try entries.mayHoldLinks(at: path) } catch { throw context.treeError(error, at: path) }
  }

  /// What Git stores is known to the last name; links are not followed.
  public func mayHold(
    _ endings: NameEndings, below directory: RepositoryPath
  ) throws(TreeError) -> Bool {
    do { return try entries.holds(endings, below: directory) } catch {
      throw context.treeError(error, at: directory)
    }
  }

  /// Whether this tree's `.gitignore` files, `info/exclude` or `core.excludesFile` match a path.
  public func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool {
    let isIgnored = ignores.isIgnored(path, isDirectory: isDirectory)
    if let failure = ignoreFailure { throw failure }
    return isIgnored
  }

  /// The size in bytes of what Git stores for a file, before any conversion: of a pointer for Git LFS. Links
  /// are not followed.
  /// - Returns: `nil` when no file stands there.
  public func storedSize(of file: RepositoryPath) throws(TreeError) -> Int? {
    guard let entry = try stored(at: file), entry.mode.isFile, let id = entry.id else { return nil }
    do {
      return try context.backend.objectSize(id)
    } catch {
      throw context.treeError(error, at: file)
    }
  }

  /// The files, at any depth, whose paths end with one of these bytes. In an index of 50,000 files this takes
  /// about a millisecond; in a commit every directory is read.
  public func files(endingWith suffixes: [[UInt8]]) throws(TreeError) -> [RepositoryPath] {
    if let index = entries as? IndexEntries { return index.files(endingWith: suffixes) }
    // The last name of a path that ends so ends with what is behind the last slash.
    let slash = UInt8(ascii: "/")
    let endings = NameEndings(
      suffixes.map { Array($0.split(separator: slash, omittingEmptySubsequences: false).last ?? []) })
    var found: [RepositoryPath] = []
    var pending = [RepositoryPath.root]
    while let directory = pending.popLast() {
      do {
        guard try entries.holds(endings, below: directory) else { continue }
        for entry in try entries.entries(of: directory) {
          let path = directory.appending(entry.name)
          if entry.mode == .directory { pending.append(path) }
          guard entry.mode != .directory, entry.mode != .submodule else { continue }
          if suffixes.contains(where: { path.bytes.suffix($0.count).elementsEqual($0) }) {
            found.append(path)
          }
        }
      } catch {
        throw context.treeError(error, at: directory)
      }
    }
    return found.sorted()
  }

  /// What the conversion of a file is, by the attributes of this tree.
  func conversion(of path: RepositoryPath) throws(TreeError) -> Conversion {
    context.conversions.conversion(try attributeStates(of: path))
  }

  /// What the attributes of this tree say of a file.
  func attributeStates(of path: RepositoryPath) throws(TreeError) -> [[UInt8]: Attributes.State] {
    try attributes.states(of: path)
  }

  private func computeDigest(
    of file: RepositoryPath, _ algorithm: HashAlgorithm
  ) throws(TreeError) -> MD5Digest {
    let (path, id) = try blob(file)
    if try conversion(of: path).filter == .lfs, let pointer = LargeFilePointer(try read(id, for: file)) {
      return pointer.size == 0
        ? MD5Digest(of: [], algorithm) : try context.largeFileDigest(pointer, algorithm, at: file)
    }
    return MD5Digest(of: try contents(of: file), algorithm)
  }

  /// Where a file really stands, and its object.
  func blob(_ file: RepositoryPath) throws(TreeError) -> (path: RepositoryPath, id: ObjectID) {
    guard let path = try links.resolve(file, followLast: true), let entry = try stored(at: path) else {
      throw .unreadable(file, why: "no such file")
    }
    guard entry.mode.isFile, let id = entry.id else {
      throw .unreadable(file, why: entry.mode == .submodule ? "a submodule" : "a directory")
    }
    return (path, id)
  }

  private func refuseDriver(_ conversion: Conversion, _ file: RepositoryPath) throws(TreeError) {
    if case .driver(let name) = conversion.filter {
      throw .notAvailable(file, why: "its content is made by the Git filter ‘\(name.text)’, which is not run")
    }
  }

  func read(_ id: ObjectID, for file: RepositoryPath) throws(TreeError) -> [UInt8] {
    let bytes: [UInt8]?
    do {
      bytes = try context.isTooLarge(id) ? nil : context.backend.object(id).bytes
    } catch {
      throw context.treeError(error, at: file)
    }
    guard let bytes else { throw .unreadable(file, why: "it is larger than what is read here") }
    return bytes
  }

  private func stored(at path: RepositoryPath) throws(TreeError) -> TreeEntry? {
    do {
      return try entries.entry(at: path)
    } catch {
      throw context.treeError(error, at: path)
    }
  }

  /// The bytes of a regular file as stored; `nil` when none stands there.
  private func storedBytes(at path: RepositoryPath) throws(TreeError) -> [UInt8]? {
    guard let entry = try stored(at: path), entry.mode.isFile, let id = entry.id else { return nil }
    return try read(id, for: path)
  }

  private var links: LinkResolver {
    LinkResolver(
      entry: { (path) throws(TreeError) in try self.stored(at: path)?.mode.entry },
      linkTarget: { (path) throws(TreeError) in try self.linkTarget(of: path) })
  }

  private func makeAttributes() -> Attributes {
    // The tree owns its attributes: they must not own the tree.
    Attributes(
      info: context.files.infoAttributes, outside: context.files.outerAttributes,
      ignoresCase: context.files.ignoresCase,
      read: { [unowned self] directory throws(TreeError) in
        try storedBytes(at: directory.appending(Array(".gitattributes".utf8)))
      })
  }

  private func makeIgnores() -> GitIgnore {
    GitIgnore(
      rootPatterns: context.files.outerIgnores,
      patternsIn: { [unowned self] directory in
        do throws(TreeError) {
          return try storedBytes(at: directory.appending(Array(".gitignore".utf8)))
        } catch {
          ignoreFailure = error
          return nil
        }
      },
      ignoreCase: context.files.ignoresCase)
  }
}
