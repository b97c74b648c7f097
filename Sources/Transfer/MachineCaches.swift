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
  /// An object that one of the caches has.
  public struct Found {
    /// Its bytes.
    public let size: Int
    /// Which cache has it.
    public let place: CachePlace
  }

  private let own: CachePlace
  private let search: () -> [CachePlace]
  private lazy var others = search()

  /// - Parameter others: finds the other caches; called when the first one lacks something.
  public init(_ own: LocalCache, others: @escaping () -> [CachePlace] = { [] }) {
    self.own = CachePlace(own)
    search = others
  }

  /// Where objects are, in their order; `nil` for one that no cache has. A cache that cannot be read has nothing to
  /// give: what is missing elsewhere is then as good as lost here.
  func locate(_ objects: [CacheObject]) -> [Found?] {
    var found = [Found?](repeating: nil, count: objects.count)
    look(in: own, for: objects, &found)
    guard found.contains(where: { $0 == nil }) else { return found }
    for place in others { look(in: place, for: objects, &found) }
    return found
  }

  private func look(in place: CachePlace, for objects: [CacheObject], _ found: inout [Found?]) {
    let open = found.indices.filter { found[$0] == nil }
    do throws(DiskError) {
      for (index, size) in zip(open, try place.cache.sizes(of: open.map { objects[$0] })) {
        found[index] = size.map { Found(size: $0, place: place) }
      }
    } catch {}
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
