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
      let answers = sample(listing, group).map { look(group, $0) } ?? ask(group)
      for (index, answer) in zip(indices, answers) { found[index] = answer }
    }
    return found
  }

  /// So many objects are asked for at once.
  private static let portion = 1 << 14

  /// Up to so many objects no listing can be cheaper: one of a 256th of the store is one question.
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

  /// The folders of the store that hold the objects: one for each first two digits.
  private func folders(of objects: [CacheObject]) -> [[UInt8]] {
    var seen: Set<[UInt8]> = []
    return objects.map { folder(of: $0) }.filter { seen.insert($0).inserted }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
  }

  private func folder(of object: CacheObject) -> [UInt8] {
    let path = base + object.path
    return Array(path.dropLast(object.id.count - 2))
  }

  /// A folder that was listed to learn how many objects the store has: hashes spread evenly.
  private struct Sample {
    let folder: [UInt8]
    let found: [ListedObject]
  }

  /// So many names of a listing cost about as much as a question, where one answer holds more.
  private static let fair = 1000
  /// So many names are held at once, about.
  private static let most = 50_000

  /// The first folder, when listing all that hold the objects is cheaper than asking for each; `nil` when it is not.
  private func sample(_ listing: Listing, _ objects: [CacheObject]) -> Sample? {
    guard objects.count > Self.few else { return nil }
    let folders = folders(of: objects)
    guard objects.count > folders.count, let first = folders.first else { return nil }
    guard case .success(let found)? = store.list([first], effort).first else { return nil }
    let page = max(1, min(listing.pageSize, Self.fair))
    let pages = folders.count * ((max(1, found.count) - 1) / page + 1)
    return objects.count > pages ? Sample(folder: first, found: found) : nil
  }

  /// Lists the folders, so many at a time that a large store does not fill the memory.
  private func look(_ objects: [CacheObject], _ sample: Sample) -> [Presence] {
    let wanted = Dictionary(grouping: objects.indices) { folder(of: objects[$0]) }
    var answers = [Presence](repeating: .absent, count: objects.count)
    func take(_ listed: Result<[ListedObject], StoreError>, of folder: [UInt8]) {
      let indices = wanted[folder] ?? []
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
    take(.success(sample.found), of: sample.folder)
    let folders = folders(of: objects).dropFirst()
    let width = max(1, min(64, Self.most / max(1, sample.found.count)))
    for start in stride(from: folders.startIndex, to: folders.endIndex, by: width) {
      let part = Array(folders[start..<min(start + width, folders.endIndex)])
      for (folder, listed) in zip(part, store.list(part, effort)) { take(listed, of: folder) }
    }
    return answers
  }
}
