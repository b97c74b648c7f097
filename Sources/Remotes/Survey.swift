import Hashing

/// Finds out which of many objects a store has, with as few questions as that takes: it asks for each object, or
/// lists what is there and looks the objects up.
public struct Survey {
  private let store: any ObjectStore
  private let effort: Effort
  private let base: [UInt8]

  /// A survey of a store.
  /// - Parameter base: what the paths of objects begin with in it; empty, or ending with `/`.
  public init(_ store: any ObjectStore, _ effort: Effort, base: [UInt8] = []) {
    self.store = store
    self.effort = effort
    self.base = base
  }

  /// Whether the store has the objects, in their order. All objects must be well-formed. One without bytes is none,
  /// unless its hash is that of no bytes: an upload that was broken off, or a disk that lost its power, left it.
  public func presence(of objects: [CacheObject]) -> [Presence] {
    zip(objects, find(objects)).map { object, presence in
      presence == .present(size: 0) && !key(object).admits(size: 0) ? .absent : presence
    }
  }

  private func find(_ objects: [CacheObject]) -> [Presence] {
    guard let listing = store.listing, objects.count > Self.few else { return ask(objects) }
    var found = [Presence](repeating: .absent, count: objects.count)
    for indices in [
      objects.indices.filter { objects[$0].isLegacy }, objects.indices.filter { !objects[$0].isLegacy },
    ] {
      let group = indices.map { objects[$0] }
      let answers = course(listing, group).map { look(group, $0, $1) } ?? ask(group)
      for (index, answer) in zip(indices, answers) { found[index] = answer }
    }
    return found
  }

  /// So many objects are asked for at once.
  private static let portion = 1 << 14

  /// Up to so many objects are asked for without another thought.
  private static let few = 64

  private func key(_ object: CacheObject) -> StoreKey { StoreKey(path: base + object.path) }

  private func ask(_ objects: [CacheObject]) -> [Presence] {
    var answers: [Presence] = []
    answers.reserveCapacity(objects.count)
    // Keys are spelled out: so many at a time.
    for start in stride(from: 0, to: objects.count, by: Self.portion) {
      let part = objects[start..<min(start + Self.portion, objects.count)]
      answers += store.presence(of: part.map(key), effort)
    }
    return answers
  }

  // MARK: - Listing

  /// Where the objects with the same first two digits are.
  private func folder(of object: CacheObject) -> [UInt8] {
    let path = base + object.path
    return Array(path.dropLast(object.id.count - 2))
  }

  /// A folder that was listed to learn how many objects the store has: hashes spread evenly.
  private struct Sample {
    let folder: [UInt8]
    let found: [ListedObject]
  }

  /// The first of the folders that hold the objects.
  private func sample(_ objects: [CacheObject]) -> Sample? {
    guard objects.count > Self.few, let first = objects.min(by: { $0.firstByte < $1.firstByte }),
      case let folder = folder(of: first), case .success(let found)? = store.list([folder], effort).first
    else { return nil }
    return Sample(folder: folder, found: found)
  }

  /// The cheapest way to list what holds the objects; `nil` when asking for each of them is cheaper still.
  private func course(_ listing: Listing, _ objects: [CacheObject]) -> (Course, Sample)? {
    guard let sample = sample(objects) else { return nil }
    // Below a prefix of one digit of the old layout is the new one as well.
    let isLegacy = objects.first?.isLegacy ?? false
    let digits = listing.hasAnyPrefix && !isLegacy ? [0, 1, 2] : [2]
    let folders = Set(objects.lazy.map(\.firstByte))
    let courses = digits.map { digits in
      let prefixes = Set(folders.map { $0 >> (8 - 4 * digits) }).count
      let names = sample.found.count << (8 - 4 * digits)
      return Course(digits: digits, prefixes: prefixes, names: names, listing, effort)
    }
    guard let best = courses.min(by: { $0.cost < $1.cost }),
      best.cost < Course.cost(requests: objects.count, inTurn: 1, at: effort.jobs)
    else { return nil }
    return (best, sample)
  }

  /// Lists all that holds the objects, so much at a time that a large store does not fill the memory.
  private func look(_ objects: [CacheObject], _ course: Course, _ sample: Sample) -> [Presence] {
    let wanted = Dictionary(grouping: objects.indices) { course.prefix(folder(of: objects[$0])) }
    var answers = [Presence](repeating: .absent, count: objects.count)
    func take(_ listed: Result<[ListedObject], StoreError>, of prefix: [UInt8]) {
      let indices = wanted[prefix] ?? []
      switch listed {
      case .failure(let error):
        for index in indices { answers[index] = .unknown(error) }
      case .success(let listed):
        let sizes = Dictionary(listed.map { ($0.path, $0.size) }) { first, _ in first }
        for index in indices {
          if let size = sizes[key(objects[index]).path] { answers[index] = .present(size: size) }
        }
      }
    }
    var prefixes = wanted.keys.sorted { $0.lexicographicallyPrecedes($1) }
    if course.prefix(sample.folder) == sample.folder {
      take(.success(sample.found), of: sample.folder)
      prefixes.removeAll { $0 == sample.folder }
    }
    for start in stride(from: prefixes.startIndex, to: prefixes.endIndex, by: course.width) {
      let part = Array(prefixes[start..<min(start + course.width, prefixes.endIndex)])
      for (prefix, listed) in zip(part, store.list(part, effort)) { take(listed, of: prefix) }
    }
    return answers
  }
}

/// A way to list objects: by how many of their digits, and what that costs.
private struct Course {
  /// How many digits a prefix holds: two make a folder.
  let digits: Int
  /// How many prefixes are listed at once.
  let width: Int
  let cost: Int

  /// So many names of a listing cost about as much as a question, where one answer holds more.
  private static let fair = 1000
  /// So many names are held at once, about.
  private static let most = 50_000
  /// What it costs to wait for an answer before the next question, in questions.
  private static let wait = 8

  /// - Parameters:
  ///   - prefixes: how many have to be listed.
  ///   - names: how many names there are below each, about.
  init(digits: Int, prefixes: Int, names: Int, _ listing: Listing, _ effort: Effort) {
    let names = max(1, names)
    self.digits = digits
    width = max(1, min(64, Self.most / names))
    let pages = (names - 1) / max(1, min(listing.pageSize, Self.fair)) + 1
    cost = Self.cost(requests: prefixes, inTurn: pages, at: min(width, effort.jobs))
  }

  /// What requests cost, each of which is so many in turn.
  static func cost(requests: Int, inTurn pages: Int, at jobs: Int) -> Int {
    let jobs = max(1, jobs)
    return ((requests - 1) / jobs + 1) * pages * wait + requests * pages
  }

  /// What a folder, which ends with two digits and `/`, is listed with.
  func prefix(_ folder: [UInt8]) -> [UInt8] {
    digits == 2 ? folder : Array(folder.dropLast(3 - digits))
  }
}

extension CacheObject {
  /// What the first two digits say.
  fileprivate var firstByte: UInt64 { digest.map { $0.high >> 56 } ?? 0 }
}
