import HTTP
import Platform

/// A bucket of S3, or of a server that speaks its protocol, as DVC 3.67 with dvc-s3 3.3 uses one.
public final class S3Store: ObjectStore {
  let client: S3Client
  /// How large files are cut; tests cut smaller ones.
  var cut = MultipartUpload.Cut()
  private let url: BucketURL
  private var isBucketThere = false

  /// The store of a remote whose URL begins with `s3://`. Nothing is asked yet.
  /// - Throws: ``StoreError/unsupported(_:)`` or ``StoreError/unauthorised(_:)`` when its configuration does not
  ///   hold together.
  public init(_ remote: RemoteDescription, _ environment: ProcessEnvironment) throws(StoreError) {
    let profile = try AWSProfile(of: remote, environment)
    let settings = try S3Settings(of: remote, profile, environment)
    client = S3Client(settings, profile, environment, Self.connection(of: remote, profile, environment))
    url = settings.url
    let name = "s3://" + String(decoding: url.bucket + [UInt8(ascii: "/")] + url.prefix, as: UTF8.self)
    location = settings.endpoint.map { "\(name) at \($0)" } ?? name
  }

  /// The URL, and the endpoint when it is not Amazon's.
  public let location: String

  /// A thousand objects in a page; any prefix.
  public let listing: Listing? = Listing(pageSize: 1000, hasAnyPrefix: true)

  private static func connection(
    of remote: RemoteDescription, _ profile: AWSProfile, _ environment: ProcessEnvironment
  ) -> ConnectionSettings {
    var settings = ConnectionSettings()
    settings.trust(remote, environment)
    if remote.text("ssl_verify") == nil {
      settings.authorities =
        environment["AWS_CA_BUNDLE"] ?? profile["ca_bundle"]
        ?? environment["REQUESTS_CA_BUNDLE"] ?? settings.authorities
    }
    settings.connectSeconds = remote.seconds("connect_timeout") ?? settings.connectSeconds
    settings.stallSeconds = remote.seconds("read_timeout") ?? settings.stallSeconds
    return settings
  }

  /// Asks for each object's head, with its version when the key has one.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    var answers = heads(of: keys, effort)
    if let place = answers.firstIndex(where: \.isUnexplained) {
      let known = client.knowledge
      let reason = reason(for: keys[place], effort)
      if client.knowledge != known {
        answers = heads(of: keys, effort)
      } else if let reason {
        answers = answers.map { $0.isUnexplained ? .fault(reason) : $0 }
      }
    }
    let problem = answers.contains(.absent) ? bucketProblem(effort) : nil
    return answers.map { answer in
      switch answer {
      case .present(let size): .present(size: size)
      case .absent: problem.map { .unknown($0) } ?? .absent
      case .fault(let fault): .unknown(fault.error(bucket: client.bucket))
      case .failure(let error): .unknown(error)
      }
    }
  }

  /// What came of asking for one object's head.
  private enum Answer: Hashable {
    case present(size: Int?)
    /// Not there, if the bucket is.
    case absent
    case fault(S3Fault)
    case failure(StoreError)

    /// Whether it is a refusal without a reason: an answer to `HEAD` has no body that would hold one.
    var isUnexplained: Bool {
      if case .fault(let fault) = self {
        fault.code == nil && [400, 403].contains(fault.status)
      } else {
        false
      }
    }
  }

  private func heads(of keys: [StoreKey], _ effort: Effort) -> [Answer] {
    var answers = [Answer](repeating: .failure(.unreachable("no answer")), count: keys.count)
    client.perform(count: keys.count, effort, request: { self.request("HEAD", keys[$0]) }) { index, result in
      answers[index] = answer(result)
    }
    return answers
  }

  private func answer(_ result: Result<Response, StoreError>) -> Answer {
    switch result {
    case .failure(let error): return .failure(error)
    case .success(let response):
      if let fault = S3Fault(response) {
        return fault.isAbsence || fault.mayBeAbsence ? .absent : .fault(fault)
      }
      // Any server may say 200; one that speaks S3 names the content.
      guard response.header("ETag") != nil else {
        return .failure(.corrupt("the server does not answer as S3 does"))
      }
      isBucketThere = true
      return .present(size: response.header("Content-Length").flatMap { Int($0) })
    }
  }

  private func request(_ method: String, _ key: StoreKey) -> S3Request {
    var request = S3Request(method, url.name(of: key.path), headers: client.settings.customerKeyHeaders)
    if let version = key.version { request.query = [QueryItem("versionId", version)] }
    return request
  }

  /// Why a request for an object is refused, from an answer that has a body; `nil` when that one is none.
  private func reason(for key: StoreKey, _ effort: Effort) -> S3Fault? {
    var request = request("GET", key)
    request.headers.append(("Range", "bytes=0-0"))
    guard case .success(let response) = client.perform(request, effort), let fault = S3Fault(response),
      fault.code != nil, !fault.isAbsence
    else { return nil }
    return fault
  }

  /// Whether the bucket is there, when objects are not: an answer to `HEAD` does not tell the two apart.
  /// - Returns: `nil` when it is there.
  private func bucketProblem(_ effort: Effort) -> StoreError? {
    if isBucketThere { return nil }
    switch client.perform(S3Request("HEAD", nil), effort) {
    case .failure(let error): return error
    case .success(let response):
      let fault = S3Fault(response)
      // Who may not list a bucket may still ask for its objects: it is there.
      guard fault == nil || fault?.status == 403 else {
        return fault?.status == 404
          ? .unreachable("there is no bucket \"\(client.bucket)\"") : fault?.error(bucket: client.bucket)
      }
      isBucketThere = true
      return nil
    }
  }

  /// Reads objects.
  public func contents(
    of keys: [StoreKey], limit: Int, _ effort: Effort
  ) -> [Result<[UInt8], StoreError>] {
    var results = [Result<[UInt8], StoreError>](
      repeating: .failure(.unreachable("no answer")), count: keys.count)
    let request = { (index: Int) in
      var request = self.request("GET", keys[index])
      // Room for the words of a refusal as well.
      request.limit = max(limit, 1 << 16)
      return request
    }
    var doubts: [Int] = []
    client.perform(count: keys.count, effort, request: request) { index, result in
      results[index] = result.flatMap { response in
        guard let fault = S3Fault(response) else {
          isBucketThere = true
          return response.body.count <= limit ? .success(response.body) : .failure(StoreError(.tooLarge))
        }
        if fault.mayBeAbsence { doubts.append(index) }
        return .failure(fault.mayBeAbsence ? .absent : fault.error(bucket: client.bucket))
      }
    }
    if !doubts.isEmpty, let problem = bucketProblem(effort) {
      for index in doubts { results[index] = .failure(problem) }
    }
    return results
  }
}
