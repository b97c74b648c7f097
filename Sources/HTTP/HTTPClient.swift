import CCurl
import Platform

/// A client for one server. Connections stay open from one request to the next.
///
/// It works on the thread that calls it, one call at a time; another thread wants a client of its own.
/// libcurl is loaded when the first client is made; where there is none, each request says so.
public final class HTTPClient {
  let settings: ConnectionSettings
  private let multi: UnsafeMutableRawPointer?
  private var idle: [Transfer] = []

  /// A client for the server that the settings are for.
  public init(_ settings: ConnectionSettings) {
    self.settings = settings
    multi = CurlLibrary.problem == nil ? guard_curl_multi_init() : nil
  }

  deinit {
    idle.removeAll()
    if let multi { guard_curl_multi_cleanup(multi) }
  }

  /// Performs requests, again and again while patience lasts when that may help: no answer, or 408, 429, 500,
  /// 502, 503, 504. When the last attempts of several requests gave nothing, the server is taken as down:
  /// then the others are not tried as long, or not at all, and get the same error.
  ///
  /// Answers come in the order in which they are there. Nothing is kept of a request that is finished.
  /// - Parameters:
  ///   - count: how many requests; they are numbered from zero.
  ///   - jobs: the most of them at the same time, those that wait for another attempt among them.
  ///   - end: when to give up, in milliseconds of the monotonic clock. What is not answered then is
  ///     ``HTTPError/unreachable(_:)``.
  ///   - patience: when to try again.
  ///   - sent: told how many bytes of bodies were sent since the last time; less than zero takes back what an
  ///     attempt sent that came to nothing.
  ///   - request: asked for the request of a number, for each attempt anew: it may want another signature.
  ///   - finished: told of each request once: the last answer, or why there is none.
  public func perform(
    count: Int, jobs: Int, end: Int64, patience: Patience = .usual, sent: (Int) -> Void = { _ in },
    request: (Int) -> Request, finished: (Int, Result<Response, HTTPError>) -> Void
  ) {
    guard let multi else {
      let why = CurlLibrary.problem ?? "libcurl has no memory"
      for index in 0..<max(count, 0) { finished(index, .failure(.unsupported(why))) }
      return
    }
    let round = Round(self, multi, count: count, jobs: jobs, end: end, patience: patience)
    while !round.isOver {
      while let errand = round.next() { round.begin(errand, request(errand.index)) }
      for (index, result) in round.takeFinished() { finished(index, result) }
      round.work()
      let bytes = round.takeSent()
      if bytes != 0 { sent(bytes) }
      for (index, result) in round.takeFinished() { finished(index, result) }
    }
  }

  /// Performs one request.
  public func perform(
    _ request: Request, end: Int64, patience: Patience = .usual
  ) -> Result<Response, HTTPError> {
    var answer = Result<Response, HTTPError>.failure(.unreachable("no answer"))
    perform(count: 1, jobs: 1, end: end, patience: patience, request: { _ in request }) { answer = $1 }
    return answer
  }

  /// Room for a request; `nil` when there is no memory for it.
  func takeTransfer() -> Transfer? { idle.popLast() ?? Transfer() }

  /// Keeps the room of a request that is over.
  func giveBack(_ transfer: Transfer) {
    transfer.clear()
    idle.append(transfer)
  }
}
