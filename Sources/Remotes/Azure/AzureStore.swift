import HTTP
import Platform

/// A container of Azure Blob Storage, as DVC 3.67 with dvc-azure and adlfs uses one.
public final class AzureStore: ObjectStore {
  let settings: AzureSettings
  let client: TokenClient
  /// How large files are cut; tests cut smaller ones.
  var cut = Cut()

  /// What is cut, and where.
  struct Cut {
    /// What is larger goes in blocks, in bytes.
    var threshold = 64 << 20
    /// A block, in bytes, unless the file would have more than 50,000 of them.
    var block = 32 << 20
  }

  /// The store of a remote whose URL begins with `azure://`. Nothing is asked yet.
  /// - Throws: ``StoreError/unsupported(_:)`` or ``StoreError/unauthorised(_:)`` when its configuration does not
  ///   hold together.
  public init(_ remote: RemoteDescription, _ environment: ProcessEnvironment) throws(StoreError) {
    let settings = try AzureSettings(of: remote, try AzureSettings.file(environment), environment)
    self.settings = settings
    var connection = ConnectionSettings()
    connection.trust(remote, environment)
    connection.connectSeconds = remote.seconds("connection_timeout") ?? connection.connectSeconds
    connection.stallSeconds = remote.seconds("read_timeout") ?? connection.stallSeconds
    let credentials = AzureCredentials(login: settings.login, remote: remote, environment: environment)
    client = TokenClient(connection) { authority throws(StoreError) in try credentials.token(authority) }
    let path = settings.url.bucket + [UInt8(ascii: "/")] + settings.url.prefix
    location = "azure://\(String(decoding: path, as: UTF8.self)) at \(settings.endpoint)"
  }

  /// The URL, and the endpoint.
  public let location: String

  /// Five thousand objects in a page; any prefix.
  public let listing: Listing? = Listing(pageSize: 5000, hasAnyPrefix: true)

  /// Asks for each blob's properties, of its version when the key has one.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    var answers = [Presence](repeating: .unknown(.unreachable("no answer")), count: keys.count)
    client.perform(count: keys.count, effort, request: { self.request("HEAD", keys[$0]) }) { index, result in
      answers[index] = presence(result)
    }
    return answers
  }

  private func presence(_ result: Result<Response, StoreError>) -> Presence {
    do throws(StoreError) {
      let response = try checked(try result.get())
      guard response.header("x-ms-blob-type") != nil else {
        throw .corrupt("the server does not answer as Azure does")
      }
      return .present(size: response.header("Content-Length").flatMap { Int($0) })
    } catch .absent {
      return .absent
    } catch {
      return .unknown(error)
    }
  }

  /// Reads blobs.
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
    client.perform(count: keys.count, effort, request: request) { index, result in
      results[index] = Result { () throws(StoreError) in
        let response = try checked(try result.get())
        guard response.body.count <= limit else { throw StoreError(.tooLarge) }
        return response.body
      }
    }
    return results
  }

  /// Lists by pages of five thousand; the pages of several prefixes are asked for at once.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    let base = settings.url.base
    var runs = prefixes.map { PagedListing(prefix: base + $0, base: base.count) }
    while case let open = runs.indices.filter({ runs[$0].isOpen }), !open.isEmpty {
      let pages = open.map { runs[$0] }
      client.perform(count: open.count, effort, request: { page(of: pages[$0]) }) { place, result in
        runs[open[place]].take(
          Result { () throws(StoreError) in try AzureDocument.page(try checked(try result.get()).body) })
      }
    }
    return runs.map(\.result)
  }

  private func page(of run: PagedListing) -> Request {
    var query = [
      QueryItem("restype", "container"), QueryItem("comp", "list"), QueryItem("prefix", run.prefix),
      QueryItem("maxresults", "5000"),
    ]
    if let token = run.token { query.append(QueryItem("marker", token)) }
    var request = request("GET", nil, query: query)
    request.limit = 32 << 20
    return request
  }

  private func request(_ method: String, _ key: StoreKey) -> Request {
    let version = key.version.map { [QueryItem("versionid", $0)] } ?? []
    return request(method, settings.url.name(of: key.path), query: version)
  }

  /// An answer that is a success.
  func checked(_ response: Response) throws(StoreError) -> Response {
    if let fault = AzureFault(response) {
      throw fault.error(container: String(decoding: settings.url.bucket, as: UTF8.self))
    }
    return response
  }

  /// A request to a blob, or to the container when there is no name, with what lets it in but a token.
  func request(
    _ method: String, _ name: [UInt8]?, query: [QueryItem] = [],
    headers: [(name: String, value: String)] = [], body: Request.Body = .none
  ) -> Request {
    let container = "/" + PercentEncoding.path(settings.url.bucket)
    let target = RequestTarget(
      scheme: settings.endpoint.scheme, authority: settings.endpoint.authority,
      path: settings.endpoint.path + container + (name.map { "/" + PercentEncoding.path($0) } ?? ""),
      query: query)
    var request = Request(
      method, target.url,
      headers: headers + [("x-ms-date", Moment.now.http), ("x-ms-version", "2021-12-02")],
      body: body)
    switch settings.login {
    case .key(let key):
      let authorization = SharedKey(account: settings.account, key: key).authorization(
        for: target, method: method, headers: request.headers, size: body.size)
      request.headers.append(("Authorization", authorization))
    case .signature(let token): request.url += (query.isEmpty ? "?" : "&") + token
    case .application, .surroundings, .anonymous: break
    }
    return request
  }
}

extension Request.Body {
  /// Its bytes.
  fileprivate var size: Int {
    switch self {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .file(_, _, let size): size
    }
  }
}
