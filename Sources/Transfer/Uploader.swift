import Disk
import Hashing
import Remotes
import Values

/// Uploads what remotes lack and this machine has: files first, and the list of a directory only when all of its
/// files are there, so that a list on a remote never promises too much (DVC 3.67, `_do_transfer` in
/// `dvc_data/hashfile/transfer.py`). Stopped at any point, the next run goes on with what is still missing.
public final class Uploader {
  /// How far it is.
  public struct Progress: Sendable {
    /// Objects that are over, uploaded or failed.
    public var objects = 0
    /// All objects there are to upload.
    public var allObjects = 0
    /// Bytes that were sent.
    public var bytes: Int { max(0, sent) }
    /// All bytes there are to send.
    public var allBytes = 0
    /// Bytes that were sent, less those of attempts that came to nothing.
    var sent = 0

    /// Nothing has begun.
    public init() {}

    /// How many seconds are left, when so many have passed; `nil` while nobody can say.
    public func secondsLeft(after seconds: Double) -> Int? {
      let done = Self.work(objects, bytes)
      guard done > 0 else { return nil }
      return Int(Double(max(0, Self.work(allObjects, allBytes) - done)) / Double(done) * seconds)
    }

    /// An object takes a while by itself, about as long as these bytes: of thousands of small files the last one, a
    /// list of them all, may be as large as the others together.
    private static func work(_ objects: Int, _ bytes: Int) -> Int { bytes + objects << 16 }
  }

  /// What came of it.
  public struct Outcome {
    /// How many objects were uploaded.
    public internal(set) var objects = 0
    /// Their bytes.
    public internal(set) var bytes = 0
    /// What could not be uploaded, and why.
    public internal(set) var failures: [(object: RemoteObject, path: Text, error: StoreError)] = []
    /// What stayed here: the lists of directories whose files are not all there, and what is for a remote that
    /// keeps versions.
    public internal(set) var keptBack: Set<RemoteObject> = []
    /// What is not in the cache what its name says, and where.
    public internal(set) var damaged: [CacheObject: [UInt8]] = [:]

    /// All that is not there, though this machine has it.
    public var left: Set<RemoteObject> { keptBack.union(failures.map(\.object)) }
  }

  /// An object on its way, with where it comes from.
  private struct Item {
    let object: CacheObject
    let path: Text
    let size: Int
    let cache: LocalCache
    let replaces: Bool
  }

  private let jobs: Int
  private let seconds: Int
  private let open: (RemoteDescription) -> OpenedRemote
  private let gauge: Gauge
  private var outcome = Outcome()

  /// An uploader.
  /// - Parameters:
  ///   - jobs: how many uploads at once, where the remote's configuration does not say.
  ///   - seconds: how long one batch may take.
  ///   - report: told how far it is, by any thread.
  public init(
    jobs: Int = 16, seconds: Int = 24 * 3600, open: @escaping (RemoteDescription) -> OpenedRemote,
    report: @escaping @Sendable (Progress) -> Void = { _ in }
  ) {
    self.jobs = jobs
    self.seconds = seconds
    self.open = open
    gauge = Gauge(report)
  }

  /// Uploads what the verdicts say is missing and here.
  public func upload(_ verdicts: [NeedVerdict]) -> Outcome {
    let groups = Self.groups(verdicts)
    for verdict in verdicts where verdict.need.remote.keepsVersions {
      outcome.keptBack.formUnion(verdict.missing.map { RemoteObject($0.object, on: verdict.need.remote) })
    }
    var batches: [(remote: OpenedRemote, verdicts: [NeedVerdict], files: [Item])] = []
    for (remote, verdicts) in groups {
      let files = unique(verdicts) { !$0.isDirectory }
      let lists = unique(verdicts) { $0.isDirectory }
      gauge.change { progress in
        progress.allObjects += files.count + lists.count
        progress.allBytes += (files + lists).reduce(0) { $0 + $1.size }
      }
      batches.append((open(remote), verdicts, files))
    }
    for batch in batches {
      let failed = send(batch.files, to: batch.remote)
      let lists = whole(batch.verdicts, failed)
      send(lists, to: batch.remote)
      let kept = Set(unique(batch.verdicts) { $0.isDirectory }.map(\.object)).subtracting(lists.map(\.object))
      outcome.keptBack.formUnion(kept.map { RemoteObject($0, on: batch.remote.description) })
    }
    return outcome
  }

  /// The paths of what ``upload(_:)`` would send if nothing failed, each object once.
  public func paths(toUpload verdicts: [NeedVerdict]) -> [Text] {
    Self.groups(verdicts).flatMap { _, group in
      (unique(group) { !$0.isDirectory } + whole(group, [])).map(\.path)
    }
  }

  /// What is missing, remote by remote. What a remote that keeps versions gets has its versions written into the work
  /// tree's files by `dvc push`, which guard leaves alone.
  private static func groups(_ verdicts: [NeedVerdict]) -> [(remote: RemoteDescription, [NeedVerdict])] {
    Dictionary(grouping: verdicts.filter { !$0.missing.isEmpty && !$0.need.remote.keepsVersions }) {
      $0.need.remote
    }
    .sorted { $0.key.url < $1.key.url }.map { ($0.key, $0.value) }
  }

  /// What is to be uploaded, each object once.
  private func unique(_ verdicts: [NeedVerdict], _ fits: (CacheObject) -> Bool) -> [Item] {
    var seen: Set<CacheObject> = []
    var items: [Item] = []
    for verdict in verdicts {
      for missing in verdict.missing where fits(missing.object) && seen.insert(missing.object).inserted {
        guard let place = missing.place, let size = missing.size else { continue }
        let name = verdict.need.output.output.reference.definition
        let path = missing.path.isEmpty ? name : name + "/" + missing.path
        items.append(
          Item(
            object: missing.object, path: path, size: size, cache: place.cache, replaces: missing.isDamaged))
      }
    }
    return items
  }

  /// The lists of directories whose files are all on the remote now.
  private func whole(_ verdicts: [NeedVerdict], _ failed: Set<CacheObject>) -> [Item] {
    unique(
      verdicts.filter { verdict in
        verdict.unknown.isEmpty
          && verdict.missing.allSatisfy {
            $0.object.isDirectory || ($0.isHere && !failed.contains($0.object))
          }
      }
    ) { $0.isDirectory }
  }

  /// Uploads items, some at a time: each is hashed before, so that what is damaged here stays here.
  @discardableResult
  private func send(_ items: [Item], to remote: OpenedRemote) -> Set<CacheObject> {
    var failed: Set<CacheObject> = []
    guard case .success(let store) = remote.store else {
      if case .failure(let error) = remote.store {
        for item in items { fail(item, remote, error, &failed) }
      }
      return failed
    }
    for start in stride(from: 0, to: items.count, by: 1024) {
      let part = Array(items[start..<min(start + 1024, items.count)])
      let sound = part.filter { item in
        guard let error = damage(of: item) else { return true }
        fail(item, remote, error, &failed)
        return false
      }
      let uploads = sound.map { item in
        Upload(
          file: item.cache.path(of: item.object), size: item.size,
          key: StoreKey(path: remote.base + item.object.path),
          md5: item.object.isLegacy ? nil : item.object.digest?.bytes, replaces: item.replaces)
      }
      let effort = Effort(jobs: remote.description.number("jobs") ?? jobs, seconds: seconds) { [gauge] in
        gauge.add($0)
      }
      store.put(uploads, effort) { index, result in
        gauge.change { $0.objects += 1 }
        switch result {
        case .success:
          outcome.objects += 1
          outcome.bytes += sound[index].size
        case .failure(let error): fail(sound[index], remote, error, &failed, counts: false)
        }
      }
    }
    return failed
  }

  /// Why an object of the cache must not be uploaded; `nil` when its content is what its name says.
  private func damage(of item: Item) -> StoreError? {
    do throws(DiskError) {
      if try item.cache.isSound(item.object) { return nil }
      let path = item.cache.path(of: item.object)
      outcome.damaged[item.object] = path
      return .localFile(
        "it is damaged in the cache: its content does not have the hash of its name: "
          + String(decoding: path, as: UTF8.self))
    } catch {
      return .localFile("\(error)")
    }
  }

  private func fail(
    _ item: Item, _ remote: OpenedRemote, _ error: StoreError, _ failed: inout Set<CacheObject>,
    counts: Bool = true
  ) {
    failed.insert(item.object)
    outcome.failures.append((RemoteObject(item.object, on: remote.description), item.path, error))
    if counts { gauge.change { $0.objects += 1 } }
  }
}
