import DVC
import Disk
import Hashing
import Remotes
import Values

/// The objects that outputs come to, each once and under the name by which it was met first
/// (DVC 3.67, `Output.get_used_objs` in `dvc/output.py`).
public struct UsedObjects {
  /// The directories whose files nobody knows: DVC leaves them out of the document.
  public private(set) var unlisted: [Text] = []

  private let cache: LocalCache
  private var lists: DirectoryLists
  private var objects: [(key: ObjectKey, name: Text)] = []
  private var seen: Set<ObjectKey> = []
  /// All files of each directory, also those that are not asked for.
  private var members: [ObjectKey: [ObjectKey]] = [:]

  /// The objects of outputs, in their order.
  /// - Parameter effort: what it may take to read lists of directories from remotes.
  public init(of outputs: [UsedOutput], cache: LocalCache, _ effort: Effort) throws(CloudStatusError) {
    self.cache = cache
    lists = try DirectoryLists(of: outputs, cache: cache, effort)
    for output in outputs { try add(output) }
  }

  /// Whether there is nothing to ask for, so that no remote is needed.
  public var isEmpty: Bool { objects.isEmpty }

  private mutating func add(_ output: UsedOutput) throws(CloudStatusError) {
    guard let key = ObjectKey(output.output.object) else { return }
    var files: [Directories.File] = []
    if key.isDirectory {
      guard let listed = try lists.files(of: output) else {
        if !unlisted.contains(output.name) { unlisted.append(output.name) }
        return
      }
      files = listed
    } else if output.part != nil {
      throw .noDirectory(output.name)
    }
    switch output.destination {
    case .own: return
    case .unusable(let why): throw .refused(why)
    case .asked: break
    }
    add(key, output.name)
    if key.isDirectory, members[key] == nil { members[key] = files.map(\.key) }
    for file in files where output.part.map({ file.path.isInside($0) }) ?? true {
      add(file.key, output.name + "/" + file.path)
    }
  }

  private mutating func add(_ key: ObjectKey, _ name: Text) {
    if seen.insert(key).inserted { objects.append((key, name)) }
  }

  // MARK: - Comparing

  /// Compares the cache with a remote. Where the remote has the list of a directory its files count as there,
  /// unasked (dvc-data 3.18, `_indexed_dir_hashes` in `hashfile/status.py`).
  /// - Parameter hashes: the hashes of files that are known.
  public func status(
    on remote: OpenedRemote, hashes: HashCache?, _ effort: Effort
  ) throws(CloudStatusError) -> CloudStatus {
    let there = try remoteObjects(remote, hashes, effort)
    let here = try cachedObjects()
    var status = CloudStatus()
    for object in objects {
      switch (here.contains(object.key), there.contains(object.key)) {
      case (true, true): continue
      case (true, false): status.set(object.name, .new)
      case (false, true): status.set(object.name, .deleted)
      case (false, false): status.set(object.name, .missing)
      }
    }
    return status
  }

  private func cachedObjects() throws(CloudStatusError) -> Set<ObjectKey> {
    let all = objects.map(\.key.object)
    do {
      let presence = try cache.presence(of: all)
      return Set(objects.indices.filter { presence[$0] || lists.isHere(all[$0]) }.map { objects[$0].key })
    } catch {
      throw .unreadableCache(error)
    }
  }

  private func remoteObjects(
    _ remote: OpenedRemote, _ hashes: HashCache?, _ effort: Effort
  ) throws(CloudStatusError) -> Set<ObjectKey> {
    let keys = objects.map(\.key)
    var there = try present(keys.filter(\.isDirectory), on: remote, effort)
    for list in Array(there) { there.formUnion(members[list] ?? []) }
    let open = keys.filter { !$0.isDirectory && !there.contains($0) }
    let found = try present(open, on: remote, effort)
    there.formUnion(try sound(found, in: remote, hashes))
    return there
  }

  /// Which of the objects a remote has.
  private func present(
    _ keys: [ObjectKey], on remote: OpenedRemote, _ effort: Effort
  ) throws(CloudStatusError) -> Set<ObjectKey> {
    guard !keys.isEmpty else { return [] }
    let store: any ObjectStore
    switch remote.store {
    case .success(let opened): store = opened
    case .failure(let error):
      throw .unasked(remote: remote.description, count: keys.count, why: error)
    }
    var there: Set<ObjectKey> = []
    var unknown: [StoreError] = []
    for (key, presence) in zip(keys, Survey(store, effort).presence(of: keys.map(\.object))) {
      switch presence {
      case .present: there.insert(key)
      case .absent: continue
      case .unknown(let error): unknown.append(error)
      }
    }
    if let why = unknown.first {
      throw .unasked(remote: remote.description, count: unknown.count, why: why)
    }
    return there
  }

  /// Those that DVC takes for whole: in a folder, as in the cache, a file that may be written counts when its
  /// content has its name's hash (dvc-data 3.18, `LocalHashFileDB.check`).
  private func sound(
    _ keys: Set<ObjectKey>, in remote: OpenedRemote, _ hashes: HashCache?
  ) throws(CloudStatusError) -> Set<ObjectKey> {
    guard remote.description.url.utf8.first == UInt8(ascii: "/") else { return keys }
    let folder = LocalCache(directory: Array(remote.description.url.utf8), hashes: hashes)
    let keys = Array(keys)
    do {
      let isSound = try folder.presence(of: keys.map(\.object))
      return Set(zip(keys, isSound).filter(\.1).map(\.0))
    } catch {
      let why = StoreError.unreachable("\(error)")
      throw .unasked(remote: remote.description, count: keys.count, why: why)
    }
  }
}

extension Text {
  /// Whether a path below a directory is another one or lies below that.
  fileprivate func isInside(_ directory: Text) -> Bool {
    self == directory || hasPrefix(directory + "/")
  }
}
