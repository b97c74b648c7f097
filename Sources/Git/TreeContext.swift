import Hashing
import Platform
import Trees

/// What all trees of a repository share.
final class TreeContext {
  let backend: any Backend
  let trees: TreeObjects
  let files: OuterFiles
  let conversions: ConversionSettings
  let digests: DigestMemory
  private let largeFiles: LargeFileStore
  /// Whether files are given as Git stores them, by the tree alone: nothing of this machine counts.
  let isStored: Bool
  /// Why an object could not be read, if one could not: another clone may have it.
  var failure: GitError?
  /// Whether content was asked for that is not here.
  var hasLackedContent = false
  /// The largest blob that is read, in bytes; `nil` for any.
  var largest: Int?

  /// Whether a blob is larger than what is read.
  func isTooLarge(_ id: ObjectID) throws(GitError) -> Bool {
    guard let largest else { return false }
    return try backend.objectSize(id) > largest
  }

  init(backend: any Backend, configuration: Configuration, environment: ProcessEnvironment) throws(GitError) {
    self.backend = backend
    trees = TreeObjects(backend: backend)
    files = try OuterFiles(
      locations: backend.locations, configuration: configuration, environment: environment)
    conversions = ConversionSettings(configuration)
    digests = DigestMemory()
    largeFiles = LargeFileStore(locations: backend.locations, configuration: configuration)
    isStored = false
  }

  /// What trees of the same repository share that are read as Git stores them.
  init(storedIn context: TreeContext) {
    backend = context.backend
    trees = context.trees
    files = OuterFiles()
    conversions = context.conversions
    digests = DigestMemory()
    largeFiles = context.largeFiles
    isStored = true
  }

  /// What an error of Git's means for one path.
  func treeError(_ error: GitError, at path: RepositoryPath) -> TreeError {
    if case .tooDeep = error {} else { failure = failure ?? error }
    if case .missingObject(let id, let isPromised) = error {
      hasLackedContent = true
      return .notAvailable(
        path,
        why: isPromised
          ? "this partial clone does not have its object \(id); \(GitError.refetch)"
          : "this repository does not have its object \(id)")
    }
    if case .tooDeep(let top) = error {
      return .unreadable(top, why: "its directories are nested more than \(GitError.mostLevels) deep")
    }
    return .unreadable(path, why: error.description)
  }

  /// The content that a pointer of Git LFS stands for.
  func largeFile(_ pointer: LargeFilePointer, at file: RepositoryPath) throws(TreeError) -> [UInt8] {
    let path = try available(pointer, at: file)
    do {
      return try FileSystem.read(path, limit: pointer.size)
    } catch {
      throw .unreadable(file, why: error.description)
    }
  }

  /// The hash of the content that a pointer of Git LFS stands for.
  func largeFileDigest(
    _ pointer: LargeFilePointer, _ algorithm: HashAlgorithm, at file: RepositoryPath
  ) throws(TreeError) -> MD5Digest {
    let path = try available(pointer, at: file)
    do {
      return try LargeFileStore.digest(of: path, algorithm)
    } catch {
      throw .unreadable(file, why: error.description)
    }
  }

  /// Where the content of a pointer is; `nil` when it was not fetched.
  func largeFilePath(_ pointer: LargeFilePointer) -> [UInt8]? {
    let path = largeFiles.path(of: pointer)
    if path == nil { hasLackedContent = true }
    return path
  }

  private func available(_ pointer: LargeFilePointer, at file: RepositoryPath) throws(TreeError) -> [UInt8] {
    guard let path = largeFilePath(pointer) else {
      throw .notAvailable(file, why: "Git LFS object \(pointer.id.text) is not here")
    }
    return path
  }
}

/// Hashes that were computed in this process, and those of a store behind it.
final class DigestMemory {
  var store: (any DigestStore)?
  private var memory: [[UInt8]: MD5Digest] = [:]

  /// The known ones of these keys.
  func known(_ keys: [[UInt8]]) -> [[UInt8]: MD5Digest] {
    var known: [[UInt8]: MD5Digest] = [:]
    var missing: [[UInt8]] = []
    for key in keys {
      if let digest = memory[key] { known[key] = digest } else { missing.append(key) }
    }
    guard let store, !missing.isEmpty else { return known }
    for (key, digest) in zip(missing, store.digests(for: missing)) {
      guard let digest else { continue }
      known[key] = digest
      memory[key] = digest
    }
    return known
  }

  func keep(_ digests: [(key: [UInt8], digest: MD5Digest)]) {
    guard !digests.isEmpty else { return }
    for (key, digest) in digests { memory[key] = digest }
    store?.keep(digests)
  }
}

/// Attributes and ignores that stand outside of a tree.
struct OuterFiles {
  /// `info/attributes`.
  let infoAttributes: [UInt8]?
  /// `core.attributesFile`, then the system's file.
  let outerAttributes: [[UInt8]]
  /// `info/exclude`, then `core.excludesFile`.
  let outerIgnores: [[UInt8]]
  /// `core.ignoreCase`.
  let ignoresCase: Bool

  /// There is nothing outside of the tree.
  init() {
    infoAttributes = nil
    outerAttributes = []
    outerIgnores = []
    ignoresCase = false
  }

  init(locations: Locations, configuration: Configuration, environment: ProcessEnvironment) throws(GitError) {
    let user = GitDirectories(environment: environment)
    let info = FileSystem.join(locations.commonDirectory, Array("info".utf8))
    let own = { (name: String) in user.configuration.map { FileSystem.join($0, Array(name.utf8)) } }
    ignoresCase = configuration.boolean("core.ignorecase") == true
    infoAttributes = try Self.read(FileSystem.join(info, Array("attributes".utf8)))

    var outer: [[UInt8]] = []
    let attributes = configuration["core.attributesfile"].flatMap(user.expanded) ?? own("attributes")
    if let attributes, let content = try Self.read(attributes) { outer.append(content) }
    if environment[bytes: "GIT_ATTR_NOSYSTEM"].flatMap(Configuration.boolean(of:)) != true,
      let content = try Self.read(Array("/etc/gitattributes".utf8))
    {
      outer.append(content)
    }
    outerAttributes = outer

    var ignores: [[UInt8]] = []
    if let content = try Self.read(FileSystem.join(info, Array("exclude".utf8))) { ignores.append(content) }
    let excludes = configuration["core.excludesfile"].flatMap(user.expanded) ?? own("ignore")
    if let excludes, let content = try Self.read(excludes) { ignores.append(content) }
    outerIgnores = ignores
  }

  /// A file's bytes; `nil` when there is no such file.
  private static func read(_ path: [UInt8]) throws(GitError) -> [UInt8]? {
    do {
      return try FileSystem.read(path, limit: 100 << 20)
    } catch  where error.isMissing {
      return nil
    } catch {
      throw .unreadable(path: path.text, why: error.reason)
    }
  }
}
