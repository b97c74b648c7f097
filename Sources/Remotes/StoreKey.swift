import Hashing

/// The name of something in a store.
public struct StoreKey: Hashable, Sendable {
  /// The path below the remote's base, `/` between components: `files/md5/ab/cdef…`.
  public let path: [UInt8]
  /// The version, where the remote keeps files by name and version (`version_aware`, `worktree`).
  public let version: String?

  /// A path, and the version of what is there.
  public init(path: [UInt8], version: String? = nil) {
    self.path = path
    self.version = version
  }

  /// Where a remote has an object of the cache.
  public init(_ object: CacheObject) { self.init(path: object.path) }

  /// Hashes the letters at once; an array would hash them one by one.
  public func hash(into hasher: inout Hasher) {
    path.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(version)
  }
}
