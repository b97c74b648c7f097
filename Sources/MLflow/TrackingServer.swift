import HTTP
import ParameterFiles
import Platform

/// A tracking server: where it is, who to be there, whom to trust.
public struct TrackingServer: Sendable {
  /// Its URL without user, password and query, and without a slash at its end.
  public let url: String
  /// The workspace to work in; `nil` for the server's own choice.
  public let workspace: String?
  /// How to reach it.
  let connection: ConnectionSettings
  private let endpoint: Endpoint
  /// Whether no login of this machine is sent.
  let withholdsLogin: Bool

  /// The server of an `http` or `https` URI, with what the environment says about it. The variables are MLflow's
  /// own (3.17, `environment_variables.py`).
  init(
    _ uri: String, _ environment: ProcessEnvironment, withholdsLogin: Bool = false
  ) throws(TrackingError) {
    self.withholdsLogin = withholdsLogin
    guard let endpoint = Endpoint(uri) else {
      throw .settings("the tracking URI '\(TrackingTarget.withoutLogin(uri))' is no URL")
    }
    self.endpoint = endpoint
    url = endpoint.description
    workspace = environment.filled("MLFLOW_WORKSPACE")
    var connection = ConnectionSettings()
    // Nobody waits for a run, but the runs behind it do: for a server that is down, not for long.
    connection.connectSeconds = 3
    connection.login = try Self.login(uri, environment)
    connection.readsNetrc = connection.login == .none && !withholdsLogin
    try Self.setTrust(&connection, environment)
    self.connection = connection
  }

  /// Whether a URL is at this server, so that the login may go there.
  func isOwn(_ url: String) -> Bool {
    guard let other = Endpoint(url) else { return false }
    return (other.scheme, other.authority) == (endpoint.scheme, endpoint.authority)
  }

  /// The URL of a path at another authority of the same scheme.
  func url(authority: String, path: String) -> String { "\(endpoint.scheme)://\(authority)\(path)" }
}

extension TrackingServer {
  /// What `requests`, which MLflow asks by, makes of it: a login in the URL comes before MLflow's own header,
  /// and there a name with a password comes before a token (seen on the wire of 3.17, whose comment says the
  /// opposite).
  private static func login(
    _ uri: String, _ environment: ProcessEnvironment
  ) throws(TrackingError) -> ConnectionSettings.Login {
    for (name, isSet) in [
      ("MLFLOW_TRACKING_AWS_SIGV4", try environment.flag("MLFLOW_TRACKING_AWS_SIGV4")),
      ("MLFLOW_TRACKING_AUTH", environment.filled("MLFLOW_TRACKING_AUTH") != nil),
    ] where isSet {
      throw .settings(
        "\(name) is set, and guard cannot log in that way",
        hint: "use MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN")
    }
    if let login = try inURL(uri) { return login }
    let file = try credentials(environment)
    let user = environment.filled("MLFLOW_TRACKING_USERNAME") ?? file["mlflow_tracking_username"]
    let password = environment.filled("MLFLOW_TRACKING_PASSWORD") ?? file["mlflow_tracking_password"]
    if let user, let password { return .basic(user: user, password: password) }
    return environment.filled("MLFLOW_TRACKING_TOKEN").map { .bearer($0) } ?? .none
  }

  /// `http://user:password@host`, percent-encoded.
  private static func inURL(_ uri: String) throws(TrackingError) -> ConnectionSettings.Login? {
    let rest = uri.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
    let authority = Array(rest.prefix { !"/?#".utf8.contains($0) })
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    let parts = authority[..<at].split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let texts = parts.compactMap { PercentEncoding.decode(Array($0), plus: false) }
      .map { String(decoding: $0, as: UTF8.self) }
    guard texts.count == parts.count else {
      throw .settings("the user and the password in the tracking URI are not percent-encoded as they must be")
    }
    return .basic(user: texts[0], password: texts.count > 1 ? texts[1] : "")
  }

  /// The keys of `~/.mlflow/credentials`.
  private static func credentials(
    _ environment: ProcessEnvironment
  ) throws(TrackingError) -> [String: String] {
    guard let bytes = credentialFile(environment) else { return [:] }
    do throws(SettingsFile.Invalid) {
      return try SettingsFile(bytes).sections["mlflow"] ?? [:]
    } catch {
      throw .settings("~/.mlflow/credentials, line \(error.line): \(error.why)")
    }
  }

  /// The bytes of `~/.mlflow/credentials`; `nil` when there is none that can be read, as MLflow takes it.
  static func credentialFile(_ environment: ProcessEnvironment) -> [UInt8]? {
    guard let home = environment.home else { return nil }
    do throws(SystemError) {
      return try FileSystem.read(FileSystem.join(home, Array(".mlflow/credentials".utf8)), limit: 1 << 16)
    } catch {
      return nil
    }
  }

  private static func setTrust(
    _ connection: inout ConnectionSettings, _ environment: ProcessEnvironment
  ) throws(TrackingError) {
    connection.verifiesServer = !(try environment.flag("MLFLOW_TRACKING_INSECURE_TLS"))
    connection.authorities = environment.filled("MLFLOW_TRACKING_SERVER_CERT_PATH")
    connection.certificate = environment.filled("MLFLOW_TRACKING_CLIENT_CERT_PATH")
    if !connection.verifiesServer, connection.authorities != nil {
      throw .settings(
        "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH contradict each other",
        hint: "keep one of the two")
    }
  }
}

extension ProcessEnvironment {
  /// The value of a variable; `nil` when it is not set, or empty.
  func filled(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The truth of a variable, spelled as MLflow takes it.
  fileprivate func flag(_ name: String) throws(TrackingError) -> Bool {
    switch filled(name)?.lowercased() {
    case nil, "false", "0": return false
    case "true", "1": return true
    default: throw .settings("\(name) must be true or false")
    }
  }
}
