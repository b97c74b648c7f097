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

  /// What became of each need.
  func verdicts(_ presence: (ObjectKey) -> Presence) -> [NeedVerdict] {
    needs.indices.map { index in
      var verdict = NeedVerdict(needs[index])
      var missing: [Directories.File] = []
      for file in wanted[index] {
        verdict.count += 1
        guard !known.contains(file.key) else { continue }
        switch presence(file.key) {
        case .present: continue
        case .absent: missing.append(file)
        case .unknown(let error): verdict.unknown[error, default: 0] += 1
        }
      }
      if case .unknown(let error)? = failures[index] { verdict.unknown[error, default: 0] += 1 }
      verdict.missing = needs[index].located(missing)
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

extension Need {
  /// Whether the data is a directory.
  var isDirectory: Bool { output.object.isDirectory || output.output.files != nil }

  /// The output's path from the root of its DVC repository; empty outside of it.
  var pathOnRemote: [UInt8] {
    guard case .inside(let path) = output.output.reference.location else { return [] }
    return path.relative(to: root) ?? []
  }

  /// The missing objects, and whether this machine has them.
  func located(_ files: [Directories.File]) -> [MissingObject] {
    let objects = files.map(\.key.object)
    return zip(zip(files, objects), caches.locate(objects)).map { pair, found in
      let isWhole = pair.0.path.isEmpty && !pair.1.isDirectory
      return MissingObject(
        object: pair.1, path: pair.0.path, size: found?.size ?? (isWhole ? output.output.recorded.size : nil),
        place: found?.place)
    }
  }
}
