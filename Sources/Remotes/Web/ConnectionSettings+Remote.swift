import HTTP
import Platform

extension ConnectionSettings {
  /// What `http` and `webdav` remotes have in common: `ssl_verify`, and the authorities that the environment
  /// names. Python's OpenSSL reads `SSL_CERT_FILE` and `SSL_CERT_DIR`, libcurl does not.
  mutating func trust(_ remote: RemoteDescription, _ environment: ProcessEnvironment) {
    authorities = ["SSL_CERT_FILE", "SSL_CERT_DIR"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    if let flag = remote.flag("ssl_verify") {
      verifiesServer = flag
    } else if let path = remote.text("ssl_verify"), !path.isEmpty {
      authorities = path
    }
  }
}

extension RemoteDescription {
  /// The seconds of a key, in whole ones and at least one; `nil` when it is not set or says nothing.
  func seconds(_ key: String) -> Int? {
    guard let seconds = text(key).flatMap({ Double($0) }), seconds > 0, seconds < 1e6 else { return nil }
    return max(1, Int(seconds.rounded(.up)))
  }
}
