import HTTP
import ParameterFiles
import Platform

extension TrackingError {
  /// Why there was no answer.
  init(_ error: HTTPError, from server: String) {
    switch error {
    case .unreachable(let why):
      self.init(.transient, "\(server) does not answer: \(why)")
    case .untrusted(let why):
      self.init(
        .permanentUntilConfigured, "\(server) is not trusted: \(why)",
        hint: "MLFLOW_TRACKING_SERVER_CERT_PATH names the certificates to trust")
    case .tooLarge:
      self.init(.permanentForItem, "\(server) answered with more than guard takes")
    case .localFile(let why):
      self.init(.permanentForItem, why)
    case .unsupported(let why):
      self.init(.permanentUntilConfigured, "\(server): \(why)")
    }
  }

  /// What an answer means that is none to the question. JSON errors carry a code; proxies, logins and web
  /// servers answer in HTML or plain text, of which only the status counts.
  /// - Parameter withheld: whether no login of this machine was sent.
  init(_ answer: Response, from server: String, withheld: Bool = false) {
    let said = Said(answer)
    func make(_ kind: Kind, _ what: String, hint: String? = nil) -> TrackingError {
      TrackingError(
        kind, "\(server) \(what)" + (said.words.map { ": \($0)" } ?? ""), hint: hint,
        retryAfter: kind == .transient ? Self.wish(of: answer) : nil, code: said.code, status: answer.status)
    }
    self =
      switch (answer.status, said.code) {
      case (200..<300, _):
        make(
          .permanentUntilConfigured, "does not answer as a tracking server does",
          hint: "is the tracking URI right, and is no login page in front of it?")
      case (300..<400, _):
        make(
          .permanentUntilConfigured,
          "redirects to \(answer.header("Location").map { ServerWords.tidy($0) } ?? "nowhere")",
          hint: "name that place in the tracking URI: redirects are not followed")
      case (_, "FEATURE_DISABLED"):
        make(
          .permanentUntilConfigured, "has no such feature",
          hint: "take MLFLOW_WORKSPACE away when the server has no workspaces")
      case (401, _), (407, _):
        make(
          .permanentUntilConfigured, "refuses the login (\(answer.status))",
          hint: withheld
            ? "only .guard.yml names this server, so no login of this machine goes there; name it in guard.local.yml or "
              + "MLFLOW_TRACKING_URI, too"
            : "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN")
      case (403, _) where said.isHostCheck:
        make(
          .permanentUntilConfigured, "does not know itself by this name (403)",
          hint: "start the server with --allowed-hosts and the name in the tracking URI")
      case (403, _):
        make(.permanentUntilConfigured, "does not allow it (403)", hint: "ask who runs it for the permission")
      case (400, nil) where !said.isDocument:
        // A web server in front of it, such as one that wants a certificate.
        make(
          .permanentUntilConfigured, "answered 400",
          hint: "MLFLOW_TRACKING_CLIENT_CERT_PATH names your own certificate, where a server wants one")
      case (404, "RESOURCE_DOES_NOT_EXIST"): make(.permanentForItem, "has no such thing")
      case (404, _), (405, _), (501, _):
        make(
          .permanentUntilConfigured, "has no MLflow API there (\(answer.status))",
          hint: "the tracking URI is the address of `mlflow server`, with its path prefix and nothing else")
      case (408, _), (425, _), (429, _), (500..., _):
        make(.transient, "answered \(answer.status)")
      default:
        make(.permanentForItem, "answered \(answer.status)")
      }
  }

  /// The seconds that `Retry-After` asks for.
  private static func wish(of answer: Response) -> Int? {
    guard let text = answer.header("Retry-After") else { return nil }
    if let seconds = Int(text) { return max(0, min(seconds, 1 << 20)) }
    let now = answer.header("Date").flatMap(HTTPDate.seconds) ?? SystemClock.wallNanoseconds / 1_000_000_000
    return HTTPDate.seconds(text).map { Int(max(0, min($0 - now, 1 << 20))) }
  }
}

/// What a body says about an error.
private struct Said {
  let code: String?
  /// The server's words; `nil` for a page of HTML.
  let words: String?
  let isHostCheck: Bool
  /// Whether it is one of JSON, and so an answer of MLflow's.
  let isDocument: Bool

  init(_ answer: Response) {
    let text = String(decoding: answer.body.prefix(4096), as: UTF8.self)
    isHostCheck = text.contains("Invalid Host header")
    let object = JSONObject(answer.body)
    isDocument = object != nil
    if let object {
      code = object["error_code"]
      words = (object["message"] ?? object["detail"]).map { ServerWords.tidy($0) }
    } else {
      code = nil
      let isPage = text.drop { $0.isWhitespace }.first == "<"
      words = isPage || text.isEmpty ? nil : ServerWords.tidy(text)
    }
  }
}
