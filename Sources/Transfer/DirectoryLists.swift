import DVC
import Disk
import Hashing
import Remotes
import Values

/// The lists of directories as DVC comes by them while it collects what is used: from the cache, or else from the
/// output's remote, and from then on the cache has it. Here nothing is written, only remembered.
struct DirectoryLists {
  private let cache: LocalCache
  private var cached: Set<CacheObject>
  private var fetched: [RemoteObject: Result<[UInt8], StoreError>] = [:]
  private var parsed: [CacheObject: [Directories.File]?] = [:]

  /// Finds out which lists the cache has, and reads the others from remotes.
  init(of outputs: [UsedOutput], cache: LocalCache, _ effort: Effort) throws(CloudStatusError) {
    self.cache = cache
    let directories = outputs.filter { $0.output.object.isDirectory }
    let objects = Array(Set(directories.map(\.output.object)))
    let presence: [Bool]
    do { presence = try cache.presence(of: objects) } catch { throw .unreadableCache(error) }
    cached = Set(zip(objects, presence).filter(\.1).map(\.0))
    for output in directories where !cached.contains(output.output.object) {
      try Self.refuseDamaged(output, in: cache)
    }
    fetch(directories, effort)
  }

  /// DVC deletes an object that is not what its name says, and stops (`check` in `hashfile/db`).
  private static func refuseDamaged(_ output: UsedOutput, in cache: LocalCache) throws(CloudStatusError) {
    let bytes: [UInt8]?
    do { bytes = try cache.contents(of: output.output.object) } catch { throw .unreadableCache(error) }
    if bytes != nil { throw .damagedList(of: output.name) }
  }

  private mutating func fetch(_ directories: [UsedOutput], _ effort: Effort) {
    var wanted: [RemoteDescription: [CacheObject]] = [:]
    var sources: [RemoteDescription: OpenedRemote] = [:]
    for output in directories where !cached.contains(output.output.object) {
      guard let source = output.source, !source.keepsVersions else { continue }
      sources[source.description] = source
      wanted[source.description, default: []].append(output.output.object)
    }
    for (remote, source) in sources {
      let objects = Array(Set(wanted[remote] ?? []))
      let answers: [Result<[UInt8], StoreError>]
      switch source.store {
      case .failure(let error): answers = objects.map { _ in .failure(error) }
      case .success(let store):
        answers = store.contents(of: objects.map { StoreKey($0) }, limit: 1 << 28, effort)
      }
      for (object, answer) in zip(objects, answers) {
        fetched[RemoteObject(object, on: remote)] = answer
      }
    }
  }

  /// The files of a directory; `nil` when neither the cache nor the output's remote has a list of them.
  mutating func files(of output: UsedOutput) throws(CloudStatusError) -> [Directories.File]? {
    let object = output.output.object
    if let known = parsed[object] { return known }
    guard cached.contains(object) else { return try fetchedFiles(of: output) }
    let bytes: [UInt8]?
    do { bytes = try cache.contents(of: object) } catch { throw .unreadableCache(error) }
    let files = try bytes.flatMap { bytes throws(CloudStatusError) in try Self.files(bytes, of: output) }
    parsed[object] = .some(files)
    return files
  }

  /// Whether the cache has the list, or would have it by now if DVC had collected.
  func isHere(_ object: CacheObject) -> Bool { cached.contains(object) || parsed[object] != nil }

  private mutating func fetchedFiles(of output: UsedOutput) throws(CloudStatusError) -> [Directories.File]? {
    let object = output.output.object
    guard let source = output.source else { return nil }
    switch fetched[RemoteObject(object, on: source.description)] {
    case .success(let bytes)?:
      guard let files = try Self.files(bytes, of: output) else { return nil }
      parsed[object] = .some(files)
      return files
    case .failure(.absent)?, .failure(.corrupt)?, nil: return nil
    case .failure(let error)?:
      // What is left out of the document anyway is not worth a refusal.
      guard case .asked = output.destination else { return nil }
      throw .unasked(remote: source.description, count: 1, why: error)
    }
  }

  /// The files that a list names; `nil` when it is no list.
  private static func files(
    _ bytes: [UInt8], of output: UsedOutput
  ) throws(CloudStatusError) -> [Directories.File]? {
    var isDamaged = false
    let isLegacy = output.output.object.isLegacy
    let files = Manifest.files(in: bytes) { digest, path -> Directories.File? in
      guard let digest else {
        isDamaged = true
        return nil
      }
      return Directories.File(ObjectKey(digest, isDirectory: false, isLegacy: isLegacy), path)
    }
    if isDamaged, files != nil { throw .damagedList(of: output.name) }
    return files
  }
}
