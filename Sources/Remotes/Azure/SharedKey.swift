import HTTP
import Hashing
import Values

/// Signs requests with an account's key ("Authorize with Shared Key", Blob service, versions from 2015-02-21).
struct SharedKey {
  let account: String
  let key: [UInt8]

  /// The value of `Authorization`.
  /// - Parameter size: the bytes of the body.
  func authorization(
    for target: RequestTarget, method: String, headers: [(name: String, value: String)], size: Int
  ) -> String {
    func value(_ name: String) -> String { headers.first { $0.name.lowercased() == name }?.value ?? "" }
    let own = headers.map { (name: $0.name.lowercased(), value: $0.value) }
      .filter { $0.name.hasPrefix("x-ms-") }.sorted { $0.name < $1.name }
    let query = target.query.map {
      (name: $0.name.lowercased(), value: String(decoding: $0.value, as: UTF8.self))
    }
    .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    let lines =
      [
        method, "", "", size == 0 ? "" : String(size), value("content-md5"), value("content-type"), "", "",
        "", "",
        "", value("range"),
      ] + own.map { "\($0.name):\($0.value)" } + ["/\(account)\(target.path)"]
      + query.map { "\($0.name):\($0.value)" }
    let text = lines.joined(separator: "\n")
    return "SharedKey \(account):" + Base64.encode(SHA256.authentication(of: Array(text.utf8), key: key))
  }
}
