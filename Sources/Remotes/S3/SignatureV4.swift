import HTTP
import Hashing
import Values

/// Who signs: what AWS calls credentials.
struct AWSCredentials: Hashable, Sendable {
  var accessKey: String
  var secretKey: String
  /// What comes with keys that hold for a while.
  var sessionToken: String?
  /// Until when they hold; `nil` for keys that hold until they are taken back.
  var expiry: Moment?
}

/// AWS's Signature Version 4, as the chapter "Authenticating Requests" of the S3 API reference has it.
struct SignatureV4 {
  let credentials: AWSCredentials
  let region: String
  let service: String

  /// The hash that stands for a body which is not signed.
  static let unsignedPayload = "UNSIGNED-PAYLOAD"
  /// The hash of no body.
  static let emptyPayload = Hexadecimal.encode(SHA256.hash(of: []))

  /// The headers that a request needs beside its own.
  /// - Parameters:
  ///   - headers: the headers that are signed; `Host` is added.
  ///   - payload: the SHA-256 of the body in hexadecimal, or ``unsignedPayload``.
  func headers(
    for target: RequestTarget, method: String, headers: [(name: String, value: String)], payload: String,
    at moment: Moment
  ) -> [(name: String, value: String)] {
    var all = headers + [("X-Amz-Date", moment.basic)]
    if let token = credentials.sessionToken { all.append(("X-Amz-Security-Token", token)) }
    let signed = Self.canonical(all + [("Host", target.authority)])
    let request = [
      method, target.path.isEmpty ? "/" : target.path, Self.canonical(target.query),
      signed.map { "\($0.name):\($0.value)\n" }.joined(), Self.names(signed), payload,
    ].joined(separator: "\n")
    let scope = "\(moment.day)/\(region)/\(service)/aws4_request"
    let text =
      "AWS4-HMAC-SHA256\n\(moment.basic)\n\(scope)\n"
      + Hexadecimal.encode(SHA256.hash(of: Array(request.utf8)))
    let signature = Hexadecimal.encode(
      SHA256.authentication(of: Array(text.utf8), key: signingKey(day: moment.day)))
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), "
      + "SignedHeaders=\(Self.names(signed)), Signature=\(signature)"
    return all + [("Authorization", authorization)]
  }

  private func signingKey(day: String) -> [UInt8] {
    [day, region, service, "aws4_request"].reduce(Array("AWS4\(credentials.secretKey)".utf8)) {
      SHA256.authentication(of: Array($1.utf8), key: $0)
    }
  }

  private static func names(_ headers: [(name: String, value: String)]) -> String {
    headers.map(\.name).joined(separator: ";")
  }

  /// Names in lower case and sorted, runs of spaces in values made one.
  private static func canonical(
    _ headers: [(name: String, value: String)]
  ) -> [(name: String, value: String)] {
    headers.map { header in
      let words = header.value.utf8.split { $0 == 0x20 || $0 == 0x09 }
      return (header.name.lowercased(), words.map { String(Substring($0)) }.joined(separator: " "))
    }
    .sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
  }

  private static func canonical(_ query: [QueryItem]) -> String {
    query.map(\.encoded).sorted { ($0.name, $0.value) < ($1.name, $1.value) }
      .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }
}
