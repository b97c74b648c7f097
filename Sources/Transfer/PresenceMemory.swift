import Disk
import Hashing
import Platform

/// What remotes were seen to have a while ago. Objects are named by their content and are seldom taken away, so
/// a positive answer stays true; one that is old is not believed. Absence is never remembered.
public final class PresenceMemory {
  private let hashes: HashCache
  private let seconds: UInt64
  private let now: UInt64

  /// A memory in the file of hashes.
  /// - Parameter seconds: how long an answer is believed.
  public init(_ hashes: HashCache, seconds: UInt64 = 3600) {
    self.hashes = hashes
    self.seconds = seconds
    now = UInt64(max(0, SystemClock.wallNanoseconds / 1_000_000_000))
  }

  /// So many names are spelled out at once.
  private static let portion = 1 << 16

  /// Whether the remote at a place had objects, in their order.
  func known(_ keys: [ObjectKey], on place: String) -> [Bool] {
    let remote = MD5Digest(of: Array(place.utf8))
    var known: [Bool] = []
    known.reserveCapacity(keys.count)
    for start in stride(from: 0, to: keys.count, by: Self.portion) {
      let part = keys[start..<min(start + Self.portion, keys.count)]
      known += hashes.digests(ofObjects: part.map { Self.identity($0, remote) }).map { found in
        // The time in place of a hash: when it was seen.
        guard let seen = found?.high else { return false }
        return seen <= now && now - seen < seconds
      }
    }
    return known
  }

  /// Remembers that the remote at a place has objects.
  func remember(_ keys: [ObjectKey], on place: String) { note(keys, on: place, seen: now) }

  /// No longer believes that the remote at a place has objects: it says that they are gone.
  func forget(_ keys: [ObjectKey], on place: String) {
    note(zip(keys, known(keys, on: place)).filter(\.1).map(\.0), on: place, seen: 0)
  }

  private func note(_ keys: [ObjectKey], on place: String, seen: UInt64) {
    let remote = MD5Digest(of: Array(place.utf8))
    let seen = MD5Digest(high: seen, low: 0)
    for start in stride(from: 0, to: keys.count, by: Self.portion) {
      let part = keys[start..<min(start + Self.portion, keys.count)]
      hashes.store(objects: part.map { (Self.identity($0, remote), seen) })
    }
  }

  /// 26 bytes that no object of Git's has: those begin with an algorithm's number.
  private static func identity(_ key: ObjectKey, _ remote: MD5Digest) -> [UInt8] {
    let kind: UInt8 = (key.isDirectory ? 1 : 0) | (key.isLegacy ? 2 : 0)
    return [UInt8(ascii: "P"), kind] + remote.bytes.prefix(8) + key.digest.bytes
  }
}
