import HTTP
import Platform

/// Signs requests to a bucket and performs them. What an answer teaches — the bucket's region, the server's
/// clock, that the credentials are over — is taken to heart once, and the request is made again.
final class S3Client {
  let settings: S3Settings
  private let profile: AWSProfile
  private let environment: ProcessEnvironment
  private let connection: ConnectionSettings
  private lazy var client = HTTPClient(connection)
  /// What requests are signed with; answers teach it.
  private(set) var knowledge: Knowledge
  /// Whether the bucket was spoken to, so that its region is known.
  private(set) var hasAnswered = false

  init(
    _ settings: S3Settings, _ profile: AWSProfile, _ environment: ProcessEnvironment,
    _ connection: ConnectionSettings
  ) {
    self.settings = settings
    self.profile = profile
    self.environment = environment
    self.connection = connection
    knowledge = Knowledge(region: settings.region.name)
  }

  /// What a signature needs to know.
  struct Knowledge: Hashable {
    var region: String
    /// What the server's clock says less what ours says, in seconds.
    var clockOffset: Int64 = 0
    var credentials: AWSCredentials?
  }

  /// The bucket's name, for messages.
  var bucket: String { String(decoding: settings.url.bucket, as: UTF8.self) }

  /// Performs one request.
  func perform(_ request: S3Request, _ effort: Effort) -> Result<Response, StoreError> {
    var answer = Result<Response, StoreError>.failure(.unreachable("no answer"))
    perform(count: 1, effort, request: { _ in request }) { answer = $1 }
    return answer
  }

  /// Performs requests, at most `effort.jobs` at once. Every answer of HTTP is a success, be it a 404.
  func perform(
    count: Int, _ effort: Effort, request: (Int) -> S3Request,
    finished: (Int, Result<Response, StoreError>) -> Void
  ) {
    if let error = prepare(until: effort.end) {
      for index in 0..<count { finished(index, .failure(error)) }
      return
    }
    var left = Array(0..<count)
    // Region, clock and credentials: each may have to be learnt, one after the other.
    for round in 0..<4 where !left.isEmpty {
      let known = knowledge
      var again: [Int] = []
      client.perform(
        count: left.count, jobs: effort.jobs, end: effort.end, sent: effort.sent,
        request: { signed(request(left[$0])) }
      ) { place, result in
        if case .success(let response) = result, round < 3, learn(from: response, since: known, effort.end) {
          again.append(left[place])
        } else {
          finished(left[place], result.mapError { StoreError($0) })
        }
      }
      left = again
    }
  }

  /// Finds the credentials when they are not there, or are over soon.
  private func prepare(until end: Int64) -> StoreError? {
    if settings.isAnonymous { return nil }
    if let credentials = knowledge.credentials {
      // A bulk of requests takes its time; keys that hold for fifteen minutes see most of them through.
      guard let expiry = credentials.expiry, expiry < Moment.now.advanced(by: 900) else { return nil }
    }
    do throws(StoreError) {
      try findCredentials(until: end)
      return nil
    } catch {
      // What still holds is still good.
      if let expiry = knowledge.credentials?.expiry, expiry > .now { return nil }
      return error
    }
  }

  private func findCredentials(until end: Int64) throws(StoreError) {
    if let own = settings.ownKeys {
      knowledge.credentials = own
      return
    }
    let authority = TokenAuthority(settings: connection, end: end)
    let chain = AWSCredentialChain(
      profile: profile, environment: environment, region: knowledge.region, authority: authority)
    knowledge.credentials = try chain.credentials()
  }

  /// Takes to heart what an answer teaches.
  /// - Parameter known: what was known when the request was signed.
  /// - Returns: whether the request is to be made again.
  private func learn(from response: Response, since known: Knowledge, _ end: Int64) -> Bool {
    guard let fault = S3Fault(response) else {
      hasAnswered = true
      return false
    }
    guard let lesson = lesson(of: fault, since: known) else { return false }
    // Another answer of the same bulk has taught something already; most likely this.
    guard knowledge == known else { return true }
    switch lesson {
    case .region(let name): knowledge.region = name
    case .clock(let offset): knowledge.clockOffset = offset
    case .credentials:
      do throws(StoreError) { try findCredentials(until: end) } catch { return false }
    }
    return knowledge != known
  }

  private enum Lesson { case region(String), clock(Int64), credentials }

  private func lesson(of fault: S3Fault, since known: Knowledge) -> Lesson? {
    if [301, 307, 400, 403].contains(fault.status), let name = fault.region, name != known.region,
      Self.isRegion(name)
    {
      return .region(name)
    }
    // An answer to HEAD has no code; a clock that is off by minutes explains a 403 well enough to try.
    if fault.status == 403, fault.code == "RequestTimeTooSkewed" || fault.code == nil,
      let offset = fault.clockOffset, abs(offset &- known.clockOffset) > 240
    {
      return .clock(offset)
    }
    return fault.code == "ExpiredToken" && known.credentials?.expiry != nil ? .credentials : nil
  }

  /// A region goes into the host's name: only what can be one.
  private static func isRegion(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }

  private func signed(_ request: S3Request) -> Request {
    let target = settings.target(request.name, region: knowledge.region, query: request.query)
    var result = Request(
      request.method, target.url, headers: request.headers, body: request.body, limit: request.limit)
    guard let credentials = knowledge.credentials, !settings.isAnonymous else { return result }
    // TLS guards the bytes on their way, as botocore has it; in the clear the signature must.
    let isFile = if case .file = request.body { true } else { false }
    let payload = isFile && target.scheme == "https" ? SignatureV4.unsignedPayload : request.payload
    let signature = SignatureV4(credentials: credentials, region: knowledge.region, service: "s3")
    result.headers = signature.headers(
      for: target, method: request.method, headers: request.headers + [("X-Amz-Content-SHA256", payload)],
      payload: payload, at: Moment.now.advanced(by: knowledge.clockOffset))
    return result
  }
}
