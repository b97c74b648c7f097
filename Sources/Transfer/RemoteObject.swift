import Hashing
import Remotes

/// An object on a remote: the same content may be on one, and not on another.
public struct RemoteObject: Hashable, Sendable {
  /// The remote.
  public let remote: RemoteDescription
  /// The object.
  public let object: CacheObject

  /// An object on a remote.
  public init(_ object: CacheObject, on remote: RemoteDescription) {
    self.object = object
    self.remote = remote
  }
}
