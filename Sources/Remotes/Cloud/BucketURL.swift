/// The URL of a bucket as fsspec reads it: `s3://bucket/prefix`, `gs://bucket/prefix`.
///
/// As `infer_storage_options` of fsspec 2026.9: a user and a port go, a query goes, a fragment stays, nothing is
/// decoded, and every slash counts.
struct BucketURL: Hashable {
  /// The bucket; empty when the URL names none.
  let bucket: [UInt8]
  /// The path below it as it is written, without the slash behind the bucket.
  let prefix: [UInt8]

  /// The bucket and the prefix of a URL.
  init(_ url: String) {
    let bytes = url.utf8.filter { ![0x09, 0x0A, 0x0D].contains($0) }
    let slash = UInt8(ascii: "/")
    var rest = bytes[...]
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) {
      rest = bytes[(colon + 3)...]
    }
    let authority = rest.prefix { !"/?#".utf8.contains($0) }
    let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] } ?? authority
    bucket = Array(host.lastIndex(of: UInt8(ascii: ":")).map { host[..<$0] } ?? host)
    rest = rest[authority.endIndex...]
    let path = rest.prefix { !"?#".utf8.contains($0) }
    let fragment = rest.firstIndex(of: UInt8(ascii: "#")).map { rest[$0...] } ?? []
    prefix = Array((path.first == slash ? path.dropFirst() : path) + (fragment.count > 1 ? fragment : []))
  }

  /// The name in the bucket of a path below the remote's base; DVC joins the two as `posixpath.join` does.
  func name(of path: [UInt8]) -> [UInt8] { base + path }

  /// What the names of all objects of the remote begin with: the prefix with a slash behind it.
  var base: [UInt8] {
    prefix.isEmpty || prefix.last == UInt8(ascii: "/") ? prefix : prefix + [UInt8(ascii: "/")]
  }
}
