import HTTP
import Platform

/// Someone who gives out credentials over HTTP: a token service, or the machine's own metadata service.
struct TokenAuthority {
  /// How the remote is reached; a token service on the network is reached likewise.
  let settings: ConnectionSettings
  /// When to give up, in milliseconds of the monotonic clock.
  let end: Int64

  /// Asks a service on the network.
  func ask(_ request: Request) throws(StoreError) -> Response {
    var settings = settings
    settings.login = .none
    settings.followsRedirects = false
    return try answer(HTTPClient(settings).perform(request, end: end))
  }

  /// Asks a service of this machine's cloud, which answers at once or is not there. It is never asked through a
  /// proxy: an answer of another machine would be another machine's credentials.
  /// - Parameter seconds: how long it may take.
  func askNearby(_ request: Request, seconds: Int) throws(StoreError) -> Response {
    var settings = ConnectionSettings()
    settings.connectSeconds = seconds
    settings.stallSeconds = seconds
    settings.usesProxies = false
    let end = min(end, SystemClock.monotonicMilliseconds + Int64(seconds) * 1000)
    return try answer(HTTPClient(settings).perform(request, end: end, patience: .none))
  }

  private func answer(_ result: Result<Response, HTTPError>) throws(StoreError) -> Response {
    switch result {
    case .success(let response): return response
    case .failure(let error): throw StoreError(error)
    }
  }
}
