import HTTP
import Hashing
import ParameterFiles
import Platform

/// A bucket of Google Cloud Storage by its JSON API, as DVC 3.67 with dvc-gs and gcsfs uses one.
public final class GoogleStore: ObjectStore {
  let client: TokenClient
  let connection: ConnectionSettings
  let endpoint: Endpoint
  let url: BucketURL
  private var isBucketThere = false

  /// The store of a remote whose URL begins with `gs://`. Nothing is asked yet.
  /// - Throws: ``StoreError/unsupported(_:)`` when its configuration does not hold together.
  public init(_ remote: RemoteDescription, _ environment: ProcessEnvironment) throws(StoreError) {
    url = BucketURL(remote.url)
    guard !url.bucket.isEmpty else { throw .unsupported("the URL names no bucket") }
    endpoint = try Self.endpoint(of: remote, environment)
    var connection = ConnectionSettings()
    connection.trust(remote, environment)
    self.connection = connection
    let credentials = GoogleCredentials(remote: remote, environment: environment)
    let mayHaveToken = endpoint.isOfGoogle || remote.text("endpointurl") == nil || remote.isOwn("endpointurl")
    client = TokenClient(connection) { authority throws(StoreError) in
      let token = try credentials.token(authority)
      // A token lets in whoever has it, and a repository may come from anybody.
      guard token == nil || mayHaveToken else {
        throw .unsupported(
          "the repository names the endpoint; set endpointurl in .dvc/config.local to send a token there")
      }
      return token
    }
    let name = "gs://" + String(decoding: url.bucket + [UInt8(ascii: "/")] + url.prefix, as: UTF8.self)
    location = endpoint == Self.google ? name : "\(name) at \(endpoint)"
  }

  /// The URL, and the endpoint when it is not Google's.
  public let location: String

  /// A thousand objects in a page; any prefix.
  public let listing: Listing? = Listing(pageSize: 1000, hasAnyPrefix: true)

  private static let google = Endpoint(scheme: "https", host: "storage.googleapis.com")

  private static func endpoint(
    of remote: RemoteDescription, _ environment: ProcessEnvironment
  ) throws(StoreError) -> Endpoint {
    let emulator = environment["STORAGE_EMULATOR_HOST"].flatMap { $0.isEmpty || $0 == "default" ? nil : $0 }
    guard let text = remote.text("endpointurl") ?? emulator else { return google }
    guard let endpoint = Endpoint(text.contains("://") ? text : "http://" + text) else {
      throw .unsupported("the endpoint's URL is not one of http or https")
    }
    return endpoint
  }

  /// Asks for each object's metadata, of its generation when the key has one.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    var answers = [Presence](repeating: .unknown(.unreachable("no answer")), count: keys.count)
    client.perform(
      count: keys.count, effort, request: { self.request(keys[$0], [QueryItem("fields", "size")]) }
    ) { index, result in
      answers[index] = presence(result)
    }
    guard answers.contains(.absent), let problem = bucketProblem(effort) else { return answers }
    return answers.map { $0 == .absent ? .unknown(problem) : $0 }
  }

  private func presence(_ result: Result<Response, StoreError>) -> Presence {
    do throws(StoreError) {
      let response = try result.get()
      if let fault = GoogleFault(response) { throw fault.error }
      guard let size = JSONObject(response.body)?.number("size") else {
        throw .corrupt("the server does not answer as Google's storage does")
      }
      isBucketThere = true
      return .present(size: size)
    } catch .absent {
      return .absent
    } catch {
      return .unknown(error)
    }
  }

  /// Reads objects.
  public func contents(
    of keys: [StoreKey], limit: Int, _ effort: Effort
  ) -> [Result<[UInt8], StoreError>] {
    var results = [Result<[UInt8], StoreError>](
      repeating: .failure(.unreachable("no answer")), count: keys.count)
    let request = { (index: Int) in
      var request = self.request(keys[index], [QueryItem("alt", "media")])
      // Room for the words of a refusal as well.
      request.limit = max(limit, 1 << 16)
      return request
    }
    client.perform(count: keys.count, effort, request: request) { index, result in
      results[index] = result.flatMap { response in
        if let fault = GoogleFault(response) { return .failure(fault.error) }
        isBucketThere = true
        return response.body.count <= limit ? .success(response.body) : .failure(StoreError(.tooLarge))
      }
    }
    guard results.contains(.failure(.absent)), let problem = bucketProblem(effort) else { return results }
    return results.map { $0 == .failure(.absent) ? .failure(problem) : $0 }
  }

  private func request(_ key: StoreKey, _ query: [QueryItem]) -> Request {
    let generation = key.version.map { [QueryItem("generation", $0)] } ?? []
    let name = PercentEncoding.component(url.name(of: key.path))
    return Request("GET", target("/storage/v1/b/\(bucket)/o/\(name)", query + generation))
  }

  /// The bucket's name, encoded.
  var bucket: String { PercentEncoding.component(url.bucket) }

  /// The URL of a path of the API.
  func target(_ path: String, _ query: [QueryItem]) -> String {
    RequestTarget(
      scheme: endpoint.scheme, authority: endpoint.authority, path: endpoint.path + path, query: query
    ).url
  }

  /// Whether the bucket is there, when objects are not: both are 404.
  /// - Returns: `nil` when it is there.
  func bucketProblem(_ effort: Effort) -> StoreError? {
    if isBucketThere { return nil }
    // Who may not list a bucket is told 403 of an absent object, so whoever comes here may.
    let query = [QueryItem("maxResults", "1"), QueryItem("fields", "kind")]
    switch client.perform(Request("GET", target("/storage/v1/b/\(bucket)/o", query)), effort) {
    case .failure(let error): return error
    case .success(let response):
      guard let fault = GoogleFault(response) else {
        isBucketThere = true
        return nil
      }
      return fault.status == 404 ? noBucket : fault.error
    }
  }

  /// What is said of a bucket that is not there.
  var noBucket: StoreError {
    .unreachable("there is no bucket \"\(String(decoding: url.bucket, as: UTF8.self))\"")
  }
}

extension Endpoint {
  /// Whether it is one of Google's, to which a token may go.
  fileprivate var isOfGoogle: Bool { scheme == "https" && host.hasSuffix(".googleapis.com") }
}
