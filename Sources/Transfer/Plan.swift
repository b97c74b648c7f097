import DVC
import Disk
import Hashing
import Remotes
import Trees
import Values

/// The objects that needs of one remote come to, each once, and which need wants which. Of 200,000 files in each of many
/// commits only numbers are held; the path of one that is missing is read again from its list.
struct Plan {
  private let needs: [Need]
  private let known: [Need]
  private(set) var objects = ObjectTable()
  /// Whether the remote is taken to have an object, by number.
  private var isTaken: [Bool] = []
  /// The numbers of what each need wants: its own object, and the files of a directory.
  private var wanted: [[Int32]]
  private var failures: [Int: Directories.Failure] = [:]
  /// The lists that only the remote has, by the needs' indices.
  private var fetched: [Int: [UInt8]] = [:]

  /// - Parameter known: what the remote is taken to have.
  init(needs: [Need], known: [Need]) {
    self.needs = needs
    self.known = known
    wanted = []
    for need in known { if let key = ObjectKey(need.output.object) { take(key) } }
    wanted = needs.map { need in ObjectKey(need.output.object).map { [number(of: $0)] } ?? [] }
  }

  /// Reads the lists of directories. Of one that the remote has in another version only what is new is asked for.
  mutating func readDirectories(fetch: ([CacheObject]) -> [Result<[UInt8], StoreError>]) {
    let indices = needs.indices.filter { needs[$0].isDirectory && !isKnown($0) }
    takeFiles(of: Set(indices.map { needs[$0].output.output.reference.location }))
    var absent: [Int] = []
    for index in indices {
      switch Directories.local(needs[index], { key, _ in key }) {
      case .success(let keys)?: want(keys, index)
      case .failure(let failure)?: failures[index] = failure
      case nil: absent.append(index)
      }
    }
    for (index, answer) in zip(absent, fetch(absent.map { needs[$0].output.object })) {
      let read = Directories.checked(answer, needs[index]).flatMap { bytes in
        fetched[index] = bytes
        return Directories.read(bytes, needs[index]) { key, _ in key }
      }
      switch read {
      case .success(let keys): want(keys, index)
      case .failure(let failure): failures[index] = failure
      }
    }
    objects.close()
  }

  private mutating func number(of key: ObjectKey) -> Int32 {
    let number = objects.number(of: key)
    if Int(number) == isTaken.count { isTaken.append(false) }
    return number
  }

  private mutating func want(_ keys: [ObjectKey], _ index: Int) {
    wanted[index].reserveCapacity(wanted[index].count + keys.count)
    for key in keys { wanted[index].append(number(of: key)) }
  }

  private mutating func take(_ key: ObjectKey) { isTaken[Int(number(of: key))] = true }

  /// The files that directories at these places had in what the remote is taken to have, as far as this machine knows.
  private mutating func takeFiles(of places: Set<PathSpace.Location>) {
    for old in known where old.isDirectory && places.contains(old.output.output.reference.location) {
      if case .success(let keys)? = Directories.local(old, { key, _ in key }) {
        for key in keys { take(key) }
      }
    }
  }

  private func isKnown(_ index: Int) -> Bool { wanted[index].first.map { isTaken[Int($0)] } ?? false }

  // MARK: - What is asked for

  /// The numbers of the needs' own objects that must be asked for: lists of directories, and what is in no list.
  var heads: [Int32] { unique(wanted.lazy.compactMap(\.first)) }

  /// The numbers of all objects that must be asked for, each once.
  var all: [Int32] { unique(wanted.lazy.joined()) }

  /// The numbers of the objects of needs whose own object fits, each once.
  func all(ofNeedsWhere fits: (Int32) -> Bool) -> [Int32] {
    unique(wanted.filter { $0.first.map(fits) ?? false }.joined())
  }

  private func unique(_ numbers: some Sequence<Int32>) -> [Int32] {
    var isSeen = isTaken
    return numbers.filter { number in
      defer { isSeen[Int(number)] = true }
      return !isSeen[Int(number)]
    }
  }

  /// The sizes that wanted objects must have, as far as this machine or a record knows them.
  var sizes: [Int32: ExpectedSize] {
    var sizes: [Int32: ExpectedSize] = [:]
    for (need, numbers) in zip(needs, wanted) {
      for (number, found) in zip(numbers, need.caches.locate(numbers.map { objects[$0].object })) {
        if case .here(let place, let size) = found {
          sizes[number] = ExpectedSize(size: size, cache: place.cache)
        } else if number == numbers.first, let size = need.recordedSize, sizes[number] == nil {
          sizes[number] = ExpectedSize(size: size, cache: nil)
        }
      }
    }
    return sizes
  }

  // MARK: - What came of it

  /// What became of each need.
  func verdicts(_ standing: (Int32) -> Standing) -> [NeedVerdict] {
    needs.indices.map { index in
      var verdict = NeedVerdict(needs[index])
      var missing: Set<ObjectKey> = []
      var damaged: Set<ObjectKey> = []
      for number in wanted[index] {
        verdict.count += 1
        guard !isTaken[Int(number)] else {
          verdict.unasked += 1
          continue
        }
        switch standing(number) {
        case .present: continue
        case .believed: verdict.unasked += 1
        case .unverified: verdict.unverified += 1
        case .absent: missing.insert(objects[number])
        case .damaged:
          damaged.insert(objects[number])
          missing.insert(objects[number])
        case .unknown(let error): verdict.unknown[error, default: 0] += 1
        }
      }
      if case .unknown(let error)? = failures[index] { verdict.unknown[error, default: 0] += 1 }
      verdict.missing = needs[index].located(files(missing, of: index), damaged: damaged)
      return verdict
    }
  }

  /// Objects of a need with their paths, each path once.
  private func files(_ keys: Set<ObjectKey>, of index: Int) -> [Directories.File] {
    guard !keys.isEmpty, let head = wanted[index].first else { return [] }
    let own = keys.contains(objects[head]) ? [Directories.File(path: "", key: objects[head])] : []
    guard wanted[index].count > 1 else { return own }
    let need = needs[index]
    let keep = { (key: ObjectKey, path: ArraySlice<UInt8>) in
      keys.contains(key) ? Directories.File(key, path) : nil
    }
    let read = fetched[index].map { Directories.read($0, need, keep) } ?? Directories.local(need, keep)
    guard case .success(let files)? = read else {
      // The list went away meanwhile: what is missing is told without its path.
      return own + keys.filter { $0 != objects[head] }.map { Directories.File(path: "", key: $0) }
    }
    return own + files
  }
}

/// What is known of an object on a remote.
enum Standing {
  case present
  /// Not asked for: it was there a while ago, or the list of its directory is trusted.
  case believed
  /// There, and nothing could say whether it is whole.
  case unverified
  case absent
  /// Something is there with other bytes than the name says.
  case damaged
  case unknown(StoreError)

  /// What asking for the object says alone; `nil` where that was not done.
  init(_ presence: Presence?) {
    switch presence {
    case .present: self = .present
    case .absent: self = .absent
    case .unknown(let error): self = .unknown(error)
    case nil: self = .believed
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

  /// The bytes of the output's own object that the record counts; of a directory it counts those of all files together.
  var recordedSize: Int? { isDirectory ? nil : output.output.recorded.size }

  /// The missing objects, and whether this machine has them.
  func located(_ files: [Directories.File], damaged: Set<ObjectKey> = []) -> [MissingObject] {
    let objects = files.map(\.key.object)
    return zip(zip(files, objects), caches.locate(objects)).map { pair, holding in
      var size = pair.0.path.isEmpty ? recordedSize : nil
      if case .here(_, let bytes) = holding { size = bytes }
      return MissingObject(
        object: pair.1, path: pair.0.path, size: size, holding: holding,
        isDamaged: damaged.contains(pair.0.key))
    }
  }
}
