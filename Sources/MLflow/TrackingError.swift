/// Why something was not done at a tracking server, and what helps.
public struct TrackingError: Error, Hashable, Sendable {
  /// What may be done about it.
  public enum Kind: Hashable, Sendable {
    /// It may pass by itself: try again later, and no sooner than ``TrackingError/retryAfter``.
    case transient
    /// It is the same for every run until somebody changes a setting, here or at the server.
    case permanentUntilConfigured
    /// It is about this run alone, and will be the same the next time.
    case permanentForItem
  }

  /// What may be done about it.
  public let kind: Kind
  /// What happened, in one line.
  public let message: String
  /// What a person can do, in one line.
  public let hint: String?
  /// How many seconds the server asks to wait.
  public let retryAfter: Int?
  /// The server's own name of the error, such as `RESOURCE_DOES_NOT_EXIST`.
  let code: String?
  /// The HTTP status, where there was an answer.
  let status: Int?

  /// An error.
  public init(_ kind: Kind, _ message: String, hint: String? = nil, retryAfter: Int? = nil) {
    self.init(kind, message, hint: hint, retryAfter: retryAfter, code: nil, status: nil)
  }

  init(_ kind: Kind, _ message: String, hint: String?, retryAfter: Int?, code: String?, status: Int?) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.retryAfter = retryAfter
    self.code = code
    self.status = status
  }

  /// An error of the settings, found without asking anybody.
  static func settings(_ message: String, hint: String? = nil) -> TrackingError {
    TrackingError(.permanentUntilConfigured, message, hint: hint)
  }

  /// Whether the server says that there is no such experiment or run.
  var isMissing: Bool { code == "RESOURCE_DOES_NOT_EXIST" }

  /// Whether two writers met in the server's database: it finds out by an error that one of them gets (seen with
  /// PostgreSQL, for datasets that two runs name).
  var isCollision: Bool { code == "BAD_REQUEST" }

  /// Whether the server says that there is one already.
  var isExisting: Bool { code == "RESOURCE_ALREADY_EXISTS" }
}

extension TrackingError: CustomStringConvertible {
  /// What happened and what helps, in one line.
  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
