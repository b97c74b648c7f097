import HTTP
import Hashing
import Platform
import Values

/// Where runs go, by a tracking URI.
public enum TrackingTarget: Sendable {
  /// A tracking server, asked over its REST interface.
  case server(TrackingServer)
  /// A store that only MLflow itself reads and writes: files, a database, Databricks.
  case library(uri: String)

  /// What a tracking URI names, as MLflow reads it (3.17, `tracking/_tracking_service/utils.py`).
  /// - Parameters:
  ///   - environment: where MLflow's variables and the home directory are taken from.
  ///   - withholdsLogin: whether a server gets no login of this machine; the environment has none of MLflow's then.
  /// - Throws: an error of the settings that would be the same for every run.
  public init(
    uri: String, _ environment: ProcessEnvironment, withholdsLogin: Bool = false
  ) throws(TrackingError) {
    guard uri.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !uri.isEmpty else {
      throw .settings("the tracking URI is empty, or has a control character in it")
    }
    switch uri.prefix(while: { $0 != ":" }).lowercased() {
    case "http", "https":
      self = .server(try TrackingServer(uri, environment, withholdsLogin: withholdsLogin))
    case "uc", "databricks-uc", "mlflow-artifacts":
      throw .settings(
        "'\(Self.withoutLogin(uri))' is no tracking URI", hint: "name a server, such as http://host:5000")
    case _ where Self.isHostAndPort(uri):
      throw .settings(
        "MLflow takes the tracking URI '\(uri)' for the path of a file",
        hint: "write it with a scheme: http://\(uri)")
    default: self = .library(uri: uri)
    }
  }

  /// The place as it may be shown and kept: without user, password and query.
  public var name: String {
    switch self {
    case .server(let server): server.url
    case .library(let uri): Self.withoutLogin(uri)
    }
  }

  /// `localhost:5000`: a name, a port, and perhaps a path.
  private static func isHostAndPort(_ uri: String) -> Bool {
    let parts = uri.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return false }
    let port = parts[1].prefix { $0 != UInt8(ascii: "/") }
    return (1...5).contains(port.count) && port.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Takes away `user:password@` and what stands behind a `?`.
  public static func withoutLogin(_ uri: String) -> String {
    let bytes = Array(uri.utf8.prefix { $0 != UInt8(ascii: "?") })
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let authority = bytes[(colon + 3)...].prefix { $0 != UInt8(ascii: "/") }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: bytes[..<(colon + 3)] + bytes[(at + 1)...], as: UTF8.self)
  }
}

extension TrackingTarget {
  /// A word that changes when a setting does that could mend ``TrackingError/Kind/permanentUntilConfigured``:
  /// the URI, any of MLflow's variables, the login. It does not tell what they are.
  public static func fingerprint(uri: String, _ environment: ProcessEnvironment) -> String {
    let names = environment.names.filter {
      $0.hasPrefix("MLFLOW_") || $0.hasPrefix("DATABRICKS_") || ["PATH", "VIRTUAL_ENV"].contains($0)
    }
    var text = uri
    for name in names.sorted() { text += "\0\(name)=\(environment[name] ?? "")" }
    var hash = SHA256()
    hash.update(Array(text.utf8))
    hash.update(TrackingServer.credentialFile(environment) ?? [])
    return Hexadecimal.encode(hash.finish().prefix(8))
  }
}
