import HTTP
import ParameterFiles
import Platform

/// A token that lets its bearer in (RFC 6750).
struct AccessToken: Hashable {
  let text: String
  /// Until when it holds; `nil` when nobody knows.
  let expiry: Moment?

  /// The token in an answer of OAuth 2 (RFC 6749, section 5.1).
  /// - Parameter issuer: who answered, for messages.
  init(_ response: Response, from issuer: String) throws(StoreError) {
    let answer = JSONObject(response.body)
    guard response.status == 200 else {
      let why = answer?["error"].map { " " + ServerWords.tidy($0) } ?? ""
      if response.status == 429 { throw .throttled("\(issuer) answered 429\(why)") }
      if response.status >= 500 { throw .unreachable("\(issuer) answered \(response.status)\(why)") }
      throw .unauthorised("\(issuer) answered \(response.status)\(why)")
    }
    guard let token = AccessToken(text: answer?["access_token"], seconds: answer?.number("expires_in")) else {
      throw .corrupt("\(issuer) gave no token")
    }
    self = token
  }

  /// A token that holds so many seconds; `nil` for what cannot stand in a header.
  init?(text: String?, seconds: Int? = nil) {
    guard let text, !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    self.text = text
    expiry = seconds.map { Moment.now.advanced(by: Int64($0)) }
  }
}

/// Performs requests with a token, which it gets when it is needed, and once more when the server says that it is
/// none any more.
final class TokenClient {
  private let connection: ConnectionSettings
  private let obtain: (TokenAuthority) throws(StoreError) -> AccessToken?
  private lazy var client = HTTPClient(connection)
  private var token: AccessToken?
  private var isReady = false

  /// A client.
  /// - Parameter obtain: gets a token; `nil` where none is needed.
  init(
    _ connection: ConnectionSettings, obtain: @escaping (TokenAuthority) throws(StoreError) -> AccessToken?
  ) {
    self.connection = connection
    self.obtain = obtain
  }

  /// Performs one request.
  func perform(_ request: Request, _ effort: Effort) -> Result<Response, StoreError> {
    var answer = Result<Response, StoreError>.failure(.unreachable("no answer"))
    perform(count: 1, effort, request: { _ in request }) { answer = $1 }
    return answer
  }

  /// Performs requests, at most `effort.jobs` at once. Every answer of HTTP is a success, be it a 404.
  func perform(
    count: Int, _ effort: Effort, request: (Int) -> Request,
    finished: (Int, Result<Response, StoreError>) -> Void
  ) {
    var left = Array(0..<count)
    for round in 0..<2 where !left.isEmpty {
      if let error = prepare(until: effort.end) {
        for index in left { finished(index, .failure(error)) }
        return
      }
      var again: [Int] = []
      client.perform(
        count: left.count, jobs: effort.jobs, end: effort.end, sent: effort.sent,
        request: { authorised(request(left[$0])) }
      ) { place, result in
        if case .success(let response) = result, response.status == 401, round == 0, token != nil {
          again.append(left[place])
        } else {
          finished(left[place], result.mapError { StoreError($0) })
        }
      }
      if !again.isEmpty { isReady = false }
      left = again
    }
  }

  private func prepare(until end: Int64) -> StoreError? {
    let isOver = token?.expiry.map { $0 < Moment.now.advanced(by: 300) } ?? false
    guard !isReady || isOver else { return nil }
    do throws(StoreError) {
      token = try obtain(TokenAuthority(settings: connection, end: end))
      isReady = true
      return nil
    } catch {
      return error
    }
  }

  private func authorised(_ request: Request) -> Request {
    guard let token else { return request }
    var request = request
    request.headers.append(("Authorization", "Bearer " + token.text))
    return request
  }
}
