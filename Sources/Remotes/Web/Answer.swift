import HTTP

/// What an answer of a web server means for a store.
extension StoreError {
  /// Why an answer that is not the one that was hoped for is none.
  /// - Parameter action: what was tried, as in "to look for an object".
  init(status: Int) {
    switch status {
    case 404, 410: self = .absent
    case 401, 407: self = .unauthorised("the server wants to know who asks (\(status)): \(Self.logins)")
    case 403: self = .unauthorised("the server does not allow it (403): \(Self.logins)")
    case 429: self = .throttled("the server asks for fewer requests (429): try again later")
    case 300...399:
      self = .unsupported("the server sends elsewhere (\(status)), where guard does not follow: mend the URL")
    case 507: self = .unreachable("the server has no room left (507)")
    default: self = .unreachable("the server answers \(status)")
    }
  }

  private static let logins = "set user, password, token or auth in .dvc/config.local"
}

extension Result where Success == Response, Failure == HTTPError {
  /// The answer when it is a success.
  func checked() throws(StoreError) -> Response {
    switch self {
    case .failure(let error): throw StoreError(error)
    case .success(let response):
      guard (200...299).contains(response.status) else { throw StoreError(status: response.status) }
      return response
    }
  }
}

extension Response {
  /// How long the body is, when the server's word for it can be trusted. Servers that do not know it for `HEAD`
  /// say zero.
  var trustedSize: Int? {
    guard header("Content-Encoding").map({ $0.isEmpty || $0 == "identity" }) ?? true,
      header("Transfer-Encoding") == nil, let size = header("Content-Length").flatMap({ Int($0) }), size > 0
    else { return nil }
    return size
  }

  /// Whether it is a page for people to which the server led: it asks to log in with 200, as single sign-on does.
  var isPageElsewhere: Bool {
    wasRedirected && (header("Content-Type") ?? "").lowercased().hasPrefix("text/html")
  }
}
