import HTTP
import ParameterFiles
import Platform
import Values

/// Asks one server over its REST interface (2.0), on one connection that stays open.
final class TrackingClient {
  let server: TrackingServer
  /// When to give up, in milliseconds of the monotonic clock.
  var end: Int64 = .max

  private let client: HTTPClient
  /// How long one request may take, in milliseconds.
  private let patience: Int64

  /// Two quick attempts more for what may be asked twice; a request that took long is not tried again.
  static let quick = Patience(attempts: 3, firstDelay: 300, budget: 2500)

  init(_ server: TrackingServer, requestMilliseconds: Int64) {
    self.server = server
    client = HTTPClient(server.connection)
    patience = requestMilliseconds
  }

  /// Asks with a body of JSON.
  /// - Parameter mayRepeat: whether asking twice does no harm.
  func post(
    _ path: String, _ body: String, mayRepeat: Bool = true
  ) throws(TrackingError) -> JSONObject {
    let request = Request(
      "POST", url(path), headers: headers + [("Content-Type", "application/json")],
      body: .bytes(Array(body.utf8)), limit: Self.limit)
    return try document(request, mayRepeat ? Self.quick : .none)
  }

  /// Asks with a query.
  func get(
    _ path: String, _ query: [(name: String, value: String)]
  ) throws(TrackingError) -> JSONObject {
    let request = Request(
      "GET", url(path) + "?" + PercentEncoding.form(query), headers: headers, limit: Self.limit)
    return try document(request, Self.quick)
  }

  /// The answer to a request, whatever it is.
  /// - Parameter milliseconds: how long it may take; `nil` for as long as others.
  func answer(
    to request: Request, milliseconds: Int64? = nil, _ patience: Patience? = nil
  ) throws(TrackingError) -> Response {
    let now = SystemClock.monotonicMilliseconds
    let end = min(self.end, now + (milliseconds ?? self.patience))
    switch client.perform(request, end: end, patience: patience ?? Self.quick) {
    case .success(let response): return response
    case .failure(let error): throw TrackingError(error, from: server.url)
    }
  }

  /// The headers of every request to the server.
  var headers: [(name: String, value: String)] {
    server.workspace.map { [("X-MLFLOW-WORKSPACE", $0)] } ?? []
  }

  private func document(_ request: Request, _ patience: Patience) throws(TrackingError) -> JSONObject {
    let answer = try answer(to: request, milliseconds: nil, patience)
    guard answer.status == 200, let document = JSONObject(answer.body) else {
      throw TrackingError(answer, from: server.url, withheld: server.withholdsLogin)
    }
    return document
  }

  private func url(_ path: String) -> String { server.url + "/api/2.0/mlflow/" + path }

  /// A thousand runs are about a megabyte.
  private static let limit = 64 << 20
}
