import CCurl
import Platform

/// libcurl of this machine, loaded and initialised once.
enum CurlLibrary {
  /// Why there is none; `nil` when there is.
  static let problem: String? = {
    // A server that hangs up while we send must not end this process.
    Signals.ignoreBrokenPipes()
    return guard_curl_load().map { String(cString: $0) }
  }()

  /// What an error of libcurl means. A login that is refused during the TLS handshake comes as an alert.
  /// - Parameter words: what libcurl says of this case; empty when it says nothing.
  static func error(_ code: CURLcode, _ words: String) -> HTTPError {
    let words = words.isEmpty ? guard_curl_easy_strerror(code).map { String(cString: $0) } ?? "" : words
    switch code {
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_CLIENTCERT, CURLE_SSL_CRL_BADFILE, CURLE_SSL_CIPHER:
      return .untrusted(words)
    case CURLE_SSL_CONNECT_ERROR, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      return words.contains(" alert ") ? .untrusted(words) : .unreachable(words)
    // What does not speak HTTP is taken for its version 0.9, which is refused.
    case CURLE_UNSUPPORTED_PROTOCOL where words.contains("HTTP/0.9"):
      return .unreachable("the answer is not HTTP")
    // libcurl tells milliseconds, which make one cause look like many.
    case CURLE_OPERATION_TIMEDOUT where words.hasPrefix("Operation timed out"): return .timedOut
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION:
      return .unsupported(words)
    default:
      return .unreachable(words)
    }
  }
}
