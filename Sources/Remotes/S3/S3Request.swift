import HTTP
import Hashing
import Platform
import Values

/// A request to a bucket, before it is signed.
struct S3Request {
  var method: String
  /// The object's name in the bucket; `nil` for the bucket itself.
  var name: [UInt8]?
  var query: [QueryItem] = []
  var headers: [(name: String, value: String)] = []
  var body = Request.Body.none
  /// The most bytes of the answer that are taken.
  var limit = 1 << 20

  /// A request to a bucket.
  init(
    _ method: String, _ name: [UInt8]?, query: [QueryItem] = [],
    headers: [(name: String, value: String)] = []
  ) {
    self.method = method
    self.name = name
    self.query = query
    self.headers = headers
  }

  /// The SHA-256 of the body, in hexadecimal; an unreadable file has one that no server takes, and is told of
  /// when it is sent.
  var payload: String {
    switch body {
    case .none: SignatureV4.emptyPayload
    case .bytes(let bytes): Hexadecimal.encode(SHA256.hash(of: bytes))
    case .file(let path, let offset, let size):
      FileDigest.sha256(path, offset: offset, size: size).map { Hexadecimal.encode($0) }
        ?? SignatureV4.emptyPayload
    }
  }
}
