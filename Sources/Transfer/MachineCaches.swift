import Disk
import Hashing
import Values

/// A cache that may hold data, and whose it is.
public final class CachePlace {
  /// The cache.
  public let cache: LocalCache
  /// The work tree that it belongs to; `nil` for the one that is asked first.
  public let workTree: Text?

  /// A cache, and the work tree that it belongs to when that is another one.
  public init(_ cache: LocalCache, workTree: Text? = nil) {
    self.cache = cache
    self.workTree = workTree
  }
}

/// The caches of this machine that may hold a repository's data: its own, and for what that one lacks those of the
/// other work trees of the same Git repository. DVC keeps one in each (`.dvc/cache`), and `dvc push` in a linked work
/// tree does not find what was added in another one.
public final class MachineCaches {
  /// What the caches have of an object.
  enum Holding {
    /// A cache has it, of so many bytes.
    case here(CachePlace, size: Int)
    /// None has it.
    case nowhere
    /// What a cache has in its place, at this path, is known to be something else.
    case damaged(at: [UInt8])
    /// A cache may have it and cannot be read.
    case unreadable(DiskError)

    /// Whether a cache has it.
    var isHere: Bool { if case .here = self { true } else { false } }
  }

  private let own: CachePlace
  private let search: () -> [CachePlace]
  private lazy var others = search()

  /// - Parameter others: finds the other caches; called when the first one lacks something.
  public init(_ own: LocalCache, others: @escaping () -> [CachePlace] = { [] }) {
    self.own = CachePlace(own)
    search = others
  }

  /// Where objects are, in their order.
  func locate(_ objects: [CacheObject]) -> [Holding] {
    var found = [Holding](repeating: .nowhere, count: objects.count)
    look(in: own, for: objects, &found)
    guard !found.allSatisfy(\.isHere) else { return found }
    for place in others { look(in: place, for: objects, &found) }
    return found
  }

  /// Looks for what was not found before. Of caches that have it not the first one's reason stays. One that nobody may
  /// write counts as DVC counts it, unless it is known better; what else is damaged DVC takes away by itself.
  private func look(in place: CachePlace, for objects: [CacheObject], _ found: inout [Holding]) {
    let open = found.indices.filter { !found[$0].isHere }
    let sizes = place.cache.sizes(of: open.map { objects[$0] })
    var present: [(index: Int, size: Int)] = []
    for (index, answer) in zip(open, sizes) {
      switch answer {
      case .success(let size?): present.append((index, size))
      case .success(nil): continue
      case .failure(let error): if case .nowhere = found[index] { found[index] = .unreadable(error) }
      }
    }
    let isDamaged = place.cache.isKnownDamaged(present.map { objects[$0.index] })
    for ((index, size), isDamaged) in zip(present, isDamaged) {
      if !isDamaged {
        found[index] = .here(place, size: size)
      } else if case .nowhere = found[index] {
        found[index] = .damaged(at: place.cache.path(of: objects[index]))
      }
    }
  }

  /// Calls back with the bytes of an object from each cache that has it whole, until that says that they will do.
  /// - Throws: when the own cache cannot be read.
  func soundContents<Value>(of object: CacheObject, _ use: ([UInt8]) -> Value?) throws(DiskError) -> Value? {
    if let value = try own.cache.soundContents(of: object).flatMap(use) { return value }
    for place in others {
      do throws(DiskError) {
        if let value = try place.cache.soundContents(of: object).flatMap(use) { return value }
      } catch { continue }
    }
    return nil
  }
}
