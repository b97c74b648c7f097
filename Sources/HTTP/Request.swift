/// One request to a server.
public struct Request: Sendable {
  /// What is sent behind the headers.
  public enum Body: Sendable {
    /// Nothing.
    case none
    /// Bytes in memory.
    case bytes([UInt8])
    /// A part of a file on this machine.
    case file(path: [UInt8], offset: Int, size: Int)
  }

  /// The method as the protocol writes it, such as `GET` or `PROPFIND`.
  public var method: String
  /// The whole URL, percent-encoded, without user and password.
  public var url: String
  /// The headers in order; those of the connection's credentials are not among them.
  public var headers: [(name: String, value: String)]
  /// What is sent behind the headers.
  public var body: Body
  /// The most bytes of the answer that are taken into memory; an answer with more is ``HTTPError/tooLarge``.
  public var limit: Int
  /// Whether the body of the answer is wanted. When it is not, the connection is broken off where it begins.
  public var wantsBody = true

  /// A request.
  public init(
    _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: Body = .none,
    limit: Int = 1 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limit = limit
  }
}

/// What a server answered.
public struct Response: Sendable {
  /// The status code, 200 to 599.
  public let status: Int
  /// The headers in order, of the last answer when redirects were followed.
  public let headers: [(name: String, value: String)]
  /// The body; empty for `HEAD`.
  public let body: [UInt8]
  /// Whether a redirect led to the answer.
  public let wasRedirected: Bool

  /// An answer.
  public init(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    wasRedirected: Bool = false
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.wasRedirected = wasRedirected
  }

  /// The first header of a name in any case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.utf8.count == wanted.utf8.count && $0.name.lowercased() == wanted }?.value
  }
}

/// Why there is no answer.
public enum HTTPError: Error, Hashable, Sendable {
  /// No server answers: unresolved, refused, timed out, broken off. The reason in words.
  case unreachable(String)
  /// The connection is not to be trusted, or the server does not trust us: certificates.
  case untrusted(String)
  /// The answer is larger than the request's limit.
  case tooLarge
  /// The file to send could not be read.
  case localFile(String)
  /// There is no HTTP on this machine, or not for this URL. The reason in words.
  case unsupported(String)

  /// The time for the answer is over.
  static let timedOut = HTTPError.unreachable("no answer in the time that was given: timed out")
}
