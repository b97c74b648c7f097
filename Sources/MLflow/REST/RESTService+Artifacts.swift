import HTTP
import ParameterFiles
import Platform
import Values

extension RESTService {
  /// How long a file of 10 MiB may take, in milliseconds.
  private static let artifactMilliseconds: Int64 = 60_000

  private enum Fate {
    case stored
    /// The file cannot be kept, whatever the way.
    case refused(String)
    /// This way is none here, for any file.
    case closed(String)
    /// This way failed for this file.
    case failed(TrackingError)
  }

  func store(_ artifacts: [PreparedArtifact], in run: TrackedRun) throws(TrackingError) -> [SkippedArtifact] {
    let routes = ArtifactRoute.routes(for: run.artifactURI, at: client.server)
    var skipped: [SkippedArtifact] = []
    for artifact in artifacts {
      guard let why = try store(artifact, in: run, by: routes) else { continue }
      skipped.append(SkippedArtifact(path: artifact.path, why: why))
    }
    return skipped
  }

  /// - Returns: why it is not kept; `nil` when it is.
  private func store(
    _ artifact: PreparedArtifact, in run: TrackedRun, by routes: [ArtifactRoute]
  ) throws(TrackingError) -> String? {
    let bytes: [UInt8]
    switch artifact.bytes {
    case .success(let found): bytes = found
    case .failure(let error): return error.why
    }
    var reason = "the server has no way to take it"
    var outage: TrackingError?
    for route in routes where !closedRoutes.contains(route.kind) {
      if route.kind == .page, bytes.isEmpty { continue }
      switch try send(artifact.path, .bytes(bytes), to: run, by: route) {
      case .stored: return nil
      case .refused(let why): return why
      case .closed(let why):
        closedRoutes.insert(route.kind)
        reason = why
      case .failed(let error) where error.kind == .transient: outage = outage ?? error
      case .failed(let error): reason = error.message
      }
    }
    // A store that is down will work again; what is refused once is refused again.
    if let outage { throw outage }
    return reason
  }

  private func send(
    _ path: String, _ body: Request.Body, to run: TrackedRun, by route: ArtifactRoute
  ) throws(TrackingError) -> Fate {
    let encoded = PercentEncoding.path(path.utf8)
    let request: Request
    switch route.kind {
    case .proxy, .direct: request = Request("PUT", route.base + encoded, body: body)
    case .presigned:
      switch try presigned(path, run) {
      case .success(let made): request = Request("PUT", made.url, headers: made.headers, body: body)
      case .failure(let fate): return fate.fate
      }
    case .page:
      let query = PercentEncoding.form([("run_uuid", run.id), ("path", path)])
      request = Request("POST", route.base + "?" + query, body: body)
    }
    do throws(TrackingError) {
      let answer = try put(request)
      return (200..<300).contains(answer.status) ? .stored : fate(answer, of: request, by: route)
    } catch {
      // What cannot be read here now is no fault of the server's.
      return error.kind == .permanentForItem ? .refused(error.message) : .failed(error)
    }
  }

  /// The login goes to the tracking server and to nobody else.
  private func put(_ request: Request) throws(TrackingError) -> Response {
    if client.server.isOwn(request.url) {
      var request = request
      request.headers += client.headers
      return try client.answer(to: request, milliseconds: Self.artifactMilliseconds)
    }
    let limit = min(client.end, SystemClock.monotonicMilliseconds + Self.artifactMilliseconds)
    switch stranger.perform(request, end: limit, patience: TrackingClient.quick) {
    case .success(let answer): return answer
    case .failure(let error):
      throw TrackingError(error, from: Endpoint(request.url)?.authority ?? "the store")
    }
  }

  private func fate(_ answer: Response, of request: Request, by route: ArtifactRoute) -> Fate {
    let error = TrackingError(answer, from: Endpoint(request.url)?.authority ?? client.server.url)
    switch (answer.status, route.kind) {
    case (413, _): return .refused("larger than a server on the way takes (413)")
    // `mlflow server --no-serve-artifacts`, which is no outage.
    case (503, .proxy) where JSONObject(answer.body)?["detail"] != nil: return .closed(error.message)
    case _ where error.kind == .permanentUntilConfigured: return .closed(error.message)
    default: return .failed(error)
    }
  }

  private struct Denied: Error { let fate: Fate }

  /// A URL of the store, and the headers that its signature covers.
  private func presigned(
    _ path: String, _ run: TrackedRun
  ) throws(TrackingError) -> Result<(url: String, headers: [(name: String, value: String)]), Denied> {
    let body = JSONText.object([("run_id", JSONText.quoted(run.id)), ("path", JSONText.quoted(path))])
    do throws(TrackingError) {
      let answer = try client.post("artifacts/presigned-upload-url", body)
      guard let url = answer["presigned_url"] else {
        return .failure(Denied(fate: .closed("the server gives no URL to upload to")))
      }
      let headers = answer.object("headers")?.texts ?? []
      return .success((url, headers))
    } catch {
      // A server whose store is no S3 says so with 400 or 501, one that cannot speak to it with 500, and one
      // that is older than the route with 404.
      let isNoRoute = error.kind != .transient || error.status == 500
      return .failure(Denied(fate: isNoRoute ? .closed(error.message) : .failed(error)))
    }
  }
}
