import Platform

/// What the requests of one call tell of their server. Twenty thousand requests shall not each find out by
/// themselves, and for as long as patience lasts, that it is down.
struct ServerHealth {
  /// Why nothing more is asked; `nil` while there is hope.
  private(set) var outage: HTTPError?
  /// Whether nothing is tried again.
  private(set) var isFailing = false
  private var failures = 0
  private var lastAnswer: Int64 = .min

  /// Failures in a row that may be chance.
  private static let tolerated = 4

  /// An answer that is one, or an error that another attempt does not mend.
  mutating func take(answer: Result<Response, HTTPError>, isForeign: Bool) {
    switch answer {
    case .success:
      failures = 0
      isFailing = false
      outage = nil
      lastAnswer = SystemClock.monotonicMilliseconds
    case .failure(.untrusted(let why)) where !isForeign:
      // Its certificate is the same for every request.
      outage = .untrusted(why)
    case .failure:
      break
    }
  }

  /// One more attempt that came to nothing.
  mutating func countFailure() { failures += 1 }

  /// The last attempt at a request came to nothing.
  /// - Parameter begun: when the first began.
  mutating func takeLast(_ result: Result<Response, HTTPError>, begun: Int64, isForeign: Bool) {
    guard failures > Self.tolerated, begun > lastAnswer, !isForeign else { return }
    isFailing = true
    if case .failure(let error) = result { outage = error }
  }
}
