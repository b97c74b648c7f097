import Disk
import Hashing
import Remotes

/// Looks at objects that are there: whether they are what their names say. A folder's are read; of others the size is
/// compared with what this machine or the record knows.
struct Verification {
  /// What became of an object that is there.
  enum Verdict {
    case sound
    case damaged
    /// Nothing here says what its size must be, or the remote does not tell.
    case open
    case unknown(StoreError)
  }

  /// An object that is there, with the bytes that the remote says it has.
  struct Found {
    let number: Int32
    let key: ObjectKey
    let size: Int?
  }

  private let store: any ObjectStore
  private let base: [UInt8]
  private let effort: Effort

  init(_ store: any ObjectStore, base: [UInt8], _ effort: Effort) {
    self.store = store
    self.base = base
    self.effort = effort
  }

  /// Looks at objects that are present.
  /// - Parameter sizes: what is known of the sizes that objects must have; called when no content can be read.
  /// - Returns: by the objects' numbers.
  func verdicts(on found: [Found], sizes: () -> [Int32: ExpectedSize]) -> [Int32: Verdict] {
    guard let store = store as? any ContentStore else {
      let sizes = sizes()
      return Dictionary(found.map { ($0.number, Self.verdict(on: $0, sizes[$0.number])) }) { $1 }
    }
    let answers = store.soundness(of: found.map(\.key.object), base: base, patience(for: found))
    return Dictionary(
      zip(found, answers).map { found, answer in
        switch answer {
        case .success(let isSound): (found.number, isSound ? .sound : .damaged)
        case .failure(let error): (found.number, .unknown(error))
        }
      }
    ) { $1 }
  }

  /// Reading takes its time: so much for a slow disk's ten megabytes a second.
  private func patience(for found: [Found]) -> Effort {
    var effort = effort
    let bytes = found.reduce(0) { $0 &+ ($1.size ?? 0) }
    effort.end += Int64(bytes / 10_000)
    return effort
  }

  private static func verdict(on found: Found, _ expected: ExpectedSize?) -> Verdict {
    guard let size = found.size, let expected else { return .open }
    if size == expected.size { return .sound }
    return expected.isProven(found.key) ? .damaged : .open
  }
}

/// The size that an object must have, and who says so.
struct ExpectedSize {
  let size: Int
  /// The cache whose object has it; `nil` when the record counts it.
  let cache: LocalCache?

  /// Whether it is to be believed against a remote that has another: the cache's object may be the damaged one.
  func isProven(_ key: ObjectKey) -> Bool {
    guard let cache else { return true }
    do throws(DiskError) { return try cache.isSound(key.object) } catch { return false }
  }
}
