import DVC
import Disk
import Hashing
import Remotes
import Values

/// The objects that needs of one remote come to, each once, and which need wants which.
struct Plan {
  private let needs: [Need]
  private let known: Set<ObjectKey>
  private let knownDirectories: [Need]
  private var wanted: [[Directories.File]]
  private var failures: [Int: Directories.Failure] = [:]

  /// - Parameter known: what the remote is taken to have.
  init(needs: [Need], known: [Need]) {
    self.needs = needs
    self.known = Set(known.compactMap { ObjectKey($0.output.object) })
    knownDirectories = known.filter(\.isDirectory)
    wanted = needs.map { need in
      ObjectKey(need.output.object).map { [Directories.File(path: "", key: $0)] } ?? []
    }
  }

  /// Reads the lists of directories. Of one that the remote has in another version only what is new is wanted.
  mutating func readDirectories(fetch: ([CacheObject]) -> [Result<[UInt8], StoreError>]) {
    let indices = needs.indices.filter { needs[$0].isDirectory && !isKnown(needs[$0]) }
    for (index, read) in zip(indices, Directories.files(of: indices.map { needs[$0] }, fetch: fetch)) {
      switch read {
      case .failure(let failure): failures[index] = failure
      case .success(let files):
        let before = keysBefore(needs[index])
        wanted[index] += before.isEmpty ? files : files.filter { !before.contains($0.key) }
      }
    }
  }

  /// The lists of directories, and the objects that are not in any.
  var heads: [ObjectKey] { unique(wanted.lazy.compactMap(\.first)) }

  /// All objects that must be asked for, each once.
  var keys: [ObjectKey] { unique(wanted.lazy.joined()) }

  /// The objects of the needs whose own object fits, each once.
  func keys(ofNeedsWhere fits: (ObjectKey) -> Bool) -> [ObjectKey] {
    unique(wanted.filter { $0.first.map { fits($0.key) } ?? false }.joined())
  }

  /// The sizes that wanted objects must have, as far as this machine or a record knows them.
  var sizes: [ObjectKey: ExpectedSize] {
    var sizes: [ObjectKey: ExpectedSize] = [:]
    for (need, files) in zip(needs, wanted) {
      for (file, found) in zip(files, need.caches.locate(files.map(\.key.object))) {
        if let found {
          sizes[file.key] = ExpectedSize(size: found.size, cache: found.place.cache)
        } else if let size = need.recordedSize(of: file), sizes[file.key] == nil {
          sizes[file.key] = ExpectedSize(size: size, cache: nil)
        }
      }
    }
    return sizes
  }

  /// What became of each need.
  func verdicts(_ standing: (ObjectKey) -> Standing) -> [NeedVerdict] {
    needs.indices.map { index in
      var verdict = NeedVerdict(needs[index])
      var missing: [Directories.File] = []
      var damaged: Set<ObjectKey> = []
      for file in wanted[index] {
        verdict.count += 1
        guard !known.contains(file.key) else { continue }
        switch standing(file.key) {
        case .present: continue
        case .unverified: verdict.unverified += 1
        case .absent: missing.append(file)
        case .damaged:
          damaged.insert(file.key)
          missing.append(file)
        case .unknown(let error): verdict.unknown[error, default: 0] += 1
        }
      }
      if case .unknown(let error)? = failures[index] { verdict.unknown[error, default: 0] += 1 }
      verdict.missing = needs[index].located(missing, damaged: damaged)
      return verdict
    }
  }

  private func unique(_ files: some Sequence<Directories.File>) -> [ObjectKey] {
    var seen = known
    var keys: [ObjectKey] = []
    for file in files where seen.insert(file.key).inserted { keys.append(file.key) }
    return keys
  }

  private func isKnown(_ need: Need) -> Bool { ObjectKey(need.output.object).map(known.contains) ?? false }

  /// The files that the same directory had in what the remote is taken to have, as far as this machine knows.
  private func keysBefore(_ need: Need) -> Set<ObjectKey> {
    var keys: Set<ObjectKey> = []
    for old in knownDirectories
    where old.output.output.reference.location == need.output.output.reference.location {
      if case .success(let files)? = Directories.local(old) { keys.formUnion(files.lazy.map(\.key)) }
    }
    return keys
  }
}

/// What is known of an object on a remote.
enum Standing {
  case present
  /// There, and nothing could say whether it is whole.
  case unverified
  case absent
  /// Something is there with other bytes than the name says.
  case damaged
  case unknown(StoreError)

  /// What asking for the object says alone.
  init(_ presence: Presence) {
    switch presence {
    case .present: self = .present
    case .absent: self = .absent
    case .unknown(let error): self = .unknown(error)
    }
  }

  /// What a closer look at an object that is there says.
  init(_ verdict: Verification.Verdict) {
    switch verdict {
    case .sound: self = .present
    case .damaged: self = .damaged
    case .open: self = .unverified
    case .unknown(let error): self = .unknown(error)
    }
  }
}

extension Need {
  /// Whether the data is a directory.
  var isDirectory: Bool { output.object.isDirectory || output.output.files != nil }

  /// The output's path from the root of its DVC repository; empty outside of it.
  var pathOnRemote: [UInt8] {
    guard case .inside(let path) = output.output.reference.location else { return [] }
    return path.relative(to: root) ?? []
  }

  /// The missing objects, and whether this machine has them.
  func located(_ files: [Directories.File], damaged: Set<ObjectKey> = []) -> [MissingObject] {
    let objects = files.map(\.key.object)
    return zip(zip(files, objects), caches.locate(objects)).map { pair, found in
      MissingObject(
        object: pair.1, path: pair.0.path, size: found?.size ?? recordedSize(of: pair.0),
        place: found?.place, isDamaged: damaged.contains(pair.0.key))
    }
  }

  /// The bytes of a file that the record counts; of a directory it counts those of all files together.
  func recordedSize(of file: Directories.File) -> Int? {
    file.path.isEmpty && !file.key.isDirectory ? output.output.recorded.size : nil
  }
}
