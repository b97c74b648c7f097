import Hashing

/// A cache of the hashes of objects' contents, which never change: it may outlive the process.
///
/// A key is the object's name, the algorithm and the conversion; see ``ObjectTree/digests(of:_:)``. A store
/// that fails gives nothing and keeps nothing: hashes are then computed anew.
public protocol DigestStore: AnyObject {
  /// The known hashes, in the order of the keys.
  func digests(for keys: [[UInt8]]) -> [MD5Digest?]
  /// Keeps hashes.
  func keep(_ digests: [(key: [UInt8], digest: MD5Digest)])
}
