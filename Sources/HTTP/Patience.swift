import Platform

/// How often a request is made again when that may help, and how long that may take.
public struct Patience: Hashable, Sendable {
  /// The most attempts, the first counted.
  public var attempts: Int
  /// The milliseconds before the second attempt; each further one waits twice as long, less some chance.
  public var firstDelay: Int
  /// The milliseconds from the begin of the first attempt within which the last may begin.
  public var budget: Int

  /// Some patience.
  public init(attempts: Int, firstDelay: Int, budget: Int) {
    self.attempts = attempts
    self.firstDelay = firstDelay
    self.budget = budget
  }

  /// Five attempts in half a minute.
  public static let usual = Patience(attempts: 5, firstDelay: 250, budget: 30_000)
  /// One attempt.
  public static let none = Patience(attempts: 1, firstDelay: 0, budget: 0)

  /// Whether trying again may help.
  static func isWorthIt(_ result: Result<Response, HTTPError>) -> Bool {
    switch result {
    case .success(let response): [408, 429, 500, 502, 503, 504].contains(response.status)
    case .failure(.unreachable): true
    case .failure: false
    }
  }

  /// How many milliseconds to wait before the next attempt; `nil` when there is to be none.
  /// - Parameters:
  ///   - attempt: the attempts made.
  ///   - spent: the milliseconds since the first of them began.
  func delay(
    after attempt: Int, spent: Int64, _ result: Result<Response, HTTPError>,
    wallSeconds: Int64 = SystemClock.wallNanoseconds / 1_000_000_000
  ) -> Int64? {
    guard attempt < attempts, spent < budget else { return nil }
    let left = Int64(budget) - spent
    let full = Int64(max(firstDelay, 1)) << Int64(min(max(attempt - 1, 0), 16))
    // Those who were sent away together shall not come back together.
    var delay = Int64.random(in: (full + 1) / 2...full)
    if case .success(let response) = result {
      delay = max(delay, Self.wish(of: response, wallSeconds: wallSeconds, left: left))
    }
    return delay <= left ? delay : nil
  }

  /// The milliseconds that `Retry-After` asks for; zero when it says nothing that can be followed.
  private static func wish(of response: Response, wallSeconds: Int64, left: Int64) -> Int64 {
    guard let text = response.header("Retry-After") else { return 0 }
    // Far beyond any budget, and far from overflow.
    let most = Int64(1) << 32
    if let seconds = Int64(text) { return min(max(seconds, 0), most) * 1000 }
    guard let moment = HTTPDate.seconds(text) else { return 0 }
    if let now = response.header("Date").flatMap(HTTPDate.seconds) {
      return min(max(moment - now, 0), most) * 1000
    }
    // Without the server's clock there is only ours. If one of the two is wrong, the date means nothing.
    let wait = min(max(moment - wallSeconds, 0), most) * 1000
    return wait <= left ? wait : 0
  }
}
