import HTTP

/// A way to keep files with a run, by the place that the server names (`artifact_uri`).
struct ArtifactRoute: Hashable {
  enum Kind: Hashable {
    /// The server takes the bytes and stores them.
    case proxy
    /// Another web server takes them, below the place itself.
    case direct
    /// The server gives a URL of the store (S3), which takes the bytes for a quarter of an hour.
    case presigned
    /// The route of the server's own web page, which stores anything anywhere; at most 10 MiB, nothing empty.
    case page
  }

  let kind: Kind
  /// The URL in front of a file's path; empty where the server is asked for one.
  let base: String

  /// The ways for a place, the best first.
  /// - Parameter uri: what the run says; a file system or a store of the server's, which only the server can reach.
  static func routes(for uri: String, at server: TrackingServer) -> [ArtifactRoute] {
    let presigned = ArtifactRoute(kind: .presigned, base: "")
    let page = ArtifactRoute(kind: .page, base: server.url + "/ajax-api/2.0/mlflow/upload-artifact")
    let scheme = uri.prefix { $0 != ":" }.lowercased()
    guard scheme.utf8.count < uri.utf8.count else { return [page] }
    switch scheme {
    case "mlflow-artifacts": return [proxy(uri, server), presigned, page].compactMap { $0 }
    case "http", "https":
      guard Endpoint(uri) != nil, !uri.contains("?"), !uri.contains("#") else { return [page] }
      return [ArtifactRoute(kind: .direct, base: uri + "/"), page]
    case "s3": return [presigned, page]
    default: return [page]
    }
  }

  /// `mlflow-artifacts:/1/…` is at the tracking server, `mlflow-artifacts://host:port/1/…` at another one.
  private static func proxy(_ uri: String, _ server: TrackingServer) -> ArtifactRoute? {
    let rest = uri.dropFirst("mlflow-artifacts:".count)
    let service = "/api/2.0/mlflow-artifacts/artifacts"
    guard rest.hasPrefix("//") else {
      return ArtifactRoute(kind: .proxy, base: server.url + service + encoded(rest) + "/")
    }
    let authority = rest.dropFirst(2).prefix { $0 != "/" }
    let path = encoded(rest.dropFirst(2 + authority.count))
    if authority.isEmpty { return ArtifactRoute(kind: .proxy, base: server.url + service + path + "/") }
    let url = server.url(authority: String(authority), path: service + path + "/")
    return Endpoint(url).map { _ in ArtifactRoute(kind: .proxy, base: url) }
  }

  private static func encoded(_ path: Substring) -> String { PercentEncoding.path(path.utf8) }
}
