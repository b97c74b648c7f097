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
      let answers = group.count > Self.few && isCheaper(listing, group) ? look(group) : ask(group)
      for (index, answer) in zip(indices, answers) { found[index] = answer }
    }
    return found
  }

  /// Up to so many objects no listing can be cheaper: one of a 256th of the store is one question.
  private static let few = 64

  private func key(_ object: CacheObject) -> StoreKey { StoreKey(path: base + object.path) }

  private func ask(_ objects: [CacheObject]) -> [Presence] {
    objects.isEmpty ? [] : store.presence(of: objects.map(key), effort)
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

  /// One folder is listed to learn how many objects the store has: hashes spread evenly.
  private func isCheaper(_ listing: Listing, _ objects: [CacheObject]) -> Bool {
    let folders = folders(of: objects)
    guard objects.count > folders.count, let sample = folders.first else { return false }
    guard case .success(let found)? = store.list([sample], effort).first else { return false }
    let pages = folders.count * max(1, found.count / listing.pageSize)
    return objects.count > pages
  }

  /// Lists the folders, some at a time so that a large store does not fill the memory.
  private func look(_ objects: [CacheObject]) -> [Presence] {
    let wanted = Dictionary(grouping: objects.indices) { folder(of: objects[$0]) }
    let folders = folders(of: objects)
    var answers = [Presence](repeating: .absent, count: objects.count)
    for start in stride(from: 0, to: folders.count, by: 64) {
      let part = Array(folders[start..<min(start + 64, folders.count)])
      for (folder, listed) in zip(part, store.list(part, effort)) {
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
    }
    return answers
  }
}
