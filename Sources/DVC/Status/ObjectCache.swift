import Hashing
import Values

/// DVC's cache on this machine.
public protocol ObjectCache: AnyObject {
  /// Which of these objects are there and whole, as DVC judges it. Nothing is changed or repaired.
  func presence(of objects: [CacheObject]) throws(ObjectCacheError) -> [Bool]

  /// Begins to look for objects, and returns at once.
  /// - Returns: what gives the answer of ``presence(of:)``.
  func beginLookUp(of objects: [CacheObject]) -> () throws(ObjectCacheError) -> [Bool]

  /// An object's bytes; `nil` when it is not there.
  func contents(of object: CacheObject) throws(ObjectCacheError) -> [UInt8]?
}

extension ObjectCache {
  /// Looks for objects when the answer is wanted: for a cache in which nothing can be done meanwhile.
  public func beginLookUp(of objects: [CacheObject]) -> () throws(ObjectCacheError) -> [Bool] {
    { () throws(ObjectCacheError) in try self.presence(of: objects) }
  }
}

/// An object is there and cannot be read. DVC fails then, too.
public struct ObjectCacheError: Error, Sendable {
  /// What is wrong, in a sentence without a full stop.
  public let message: String

  /// An error with its message.
  public init(_ message: String) { self.message = message }
}

/// Runs a question to the cache and turns its error into one of this module.
func lookingUp<Result>(_ body: () throws(ObjectCacheError) -> Result) throws(DVCError) -> Result {
  do { return try body() } catch { throw DVCError(.root, .unreadable, error.message) }
}

extension RecordedHash {
  /// The object in the cache that has this hash; `nil` when there is none to have.
  var object: CacheObject? {
    value.map { CacheObject(id: $0.utf8, isLegacy: algorithm == .md5DOS2Unix) }
  }

  /// Whether the hash is one that an object can have: 32 lower-case hexadecimal digits, perhaps `.dir`.
  var isObjectID: Bool {
    guard let value else { return false }
    let digits = isDirectory ? value.utf8.dropLast(4) : value.utf8[...]
    return digits.count == 32
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
