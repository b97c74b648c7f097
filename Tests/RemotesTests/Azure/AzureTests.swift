import HTTP
import ParameterFiles
import Platform
import Support
import Testing
import Values

@testable import Remotes

@Suite struct AzureTests {
  private let effort = Effort(jobs: 4, seconds: 20)
  private static let key = "a2V5LWZvci10ZXN0cw=="

  private func authorization(
    _ method: String, _ path: String, _ query: [QueryItem] = [],
    _ headers: [(name: String, value: String)] = [], size: Int = 0
  ) throws -> String {
    let target = RequestTarget(
      scheme: "https", authority: "acct.blob.core.windows.net", path: path, query: query)
    return SharedKey(account: "acct", key: try #require(Base64.decode(Self.key))).authorization(
      for: target, method: method,
      headers: headers + [("x-ms-date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-ms-version", "2021-12-02")],
      size: size)
  }

  @Test("a signature is what Azure's SDK for Python (azure-storage-blob 12) gives")
  func sharedKey() throws {
    #expect(
      try authorization("HEAD", "/con/p/a%20b")
        == "SharedKey acct:dq99BYen+dECsf4kY8Bjg6F5TTT0QnKGp8HZ29bIBBg=")
    #expect(
      try authorization(
        "GET", "/con",
        [
          QueryItem("restype", "container"), QueryItem("comp", "list"), QueryItem("prefix", "p/"),
          QueryItem("maxresults", "5000"),
        ]) == "SharedKey acct:5pTFxWmTFQuujjp8Ok81F/7hbZeEVT0X5XLkoWNRk0A=")
    #expect(
      try authorization(
        "PUT", "/con/p/f", [],
        [
          ("x-ms-blob-type", "BlockBlob"), ("Content-Type", "application/octet-stream"),
          ("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="),
        ], size: 5) == "SharedKey acct:y7L8PvDSCh8phmqoBnyEr8WlESojFdRe0s40EUTBvaQ=")
  }

  private func settings(
    _ options: [String: String], _ variables: [String: String] = [:], url: String = "azure://c/p",
    file: String = ""
  ) throws -> AzureSettings {
    try AzureSettings(
      of: RemoteDescription(name: "r", url: url, options: options), try SettingsFile(Array(file.utf8)),
      ProcessEnvironment(variables))
  }

  @Test("who asks, in DVC's order")
  func order() throws {
    let all = [
      "account_name": "acct", "account_key": Self.key, "sas_token": "?sv=1&sig=x", "tenant_id": "t",
      "client_id": "c", "client_secret": "s",
    ]
    let text = "DefaultEndpointsProtocol=https;AccountName=other;AccountKey=\(Self.key);EndpointSuffix=e.cn"
    let one = try settings(all.merging(["connection_string": text]) { $1 })
    #expect(one.endpoint.description == "https://other.blob.e.cn")
    #expect(one.login == .key(Array("key-for-tests".utf8)))
    #expect(try settings(all).login == .application(tenant: "t", client: "c", secret: "s"))
    #expect(
      try settings(["account_name": "a", "account_key": Self.key, "sas_token": "x"]).login
        == .key(Array("key-for-tests".utf8)))
    #expect(try settings(["account_name": "a", "sas_token": "?sv=1"]).login == .signature("sv=1"))
    #expect(try settings(["account_name": "a"]).login == .surroundings)
    #expect(try settings(["account_name": "a", "allow_anonymous_login": "true"]).login == .anonymous)
    let surrounding = try settings(
      [:], ["AZURE_STORAGE_KEY": Self.key], url: "azure://",
      file: "[storage]\naccount = mine\ncontainer_name = box\nkey = AAAA\n")
    #expect(surrounding.endpoint.description == "https://mine.blob.core.windows.net")
    #expect(surrounding.login == .key(Array("key-for-tests".utf8)))
    #expect(surrounding.url.bucket == Array("box".utf8))
  }

  @Test(
    "what does not hold together is refused",
    arguments: [
      [:], ["account_name": "evil.example/a"], ["account_name": "evil.example#"],
      ["account_name": "a", "account_key": "*"],
      ["connection_string": "nothing"], ["connection_string": "UseDevelopmentStorage=true"],
      ["account_name": "a", "sas_token": "a b"],
    ])
  func refused(_ options: [String: String]) {
    #expect(throws: StoreError.self) { try settings(options) }
  }

  private func store(_ server: FaultServer, _ login: String = "AccountKey=\(key)") throws -> AzureStore {
    let text = "AccountName=acct;\(login);BlobEndpoint=\(server.url)/acct"
    let remote = RemoteDescription(name: "r", url: "azure://c/p", options: ["connection_string": text])
    let store = try AzureStore(remote, ProcessEnvironment(["HOME": "/nowhere"]))
    store.cut = AzureStore.Cut(threshold: 10, block: 4)
    return store
  }

  private func keys(_ names: String...) -> [StoreKey] { names.map { StoreKey(path: Array($0.utf8)) } }

  @Test("present, absent, no container, and a server that is none of Azure's")
  func presence() throws {
    let server = try FaultServer { request, _ in
      switch request.target {
      case "/acct/c/p/there": .status(200, ["x-ms-blob-type: BlockBlob", "Content-Length: 5"])
      case "/acct/c/p/not": .status(404, ["x-ms-error-code: BlobNotFound"])
      case "/acct/c/p/box": .status(404, ["x-ms-error-code: ContainerNotFound"])
      case "/acct/c/p/key": .status(403, ["x-ms-error-code: AuthenticationFailed"])
      default: .status(404)
      }
    }
    let found = try store(server).presence(of: keys("there", "not", "box", "key", "what"), effort)
    #expect(
      found == [
        .present(size: 5), .absent, .unknown(.unreachable("there is no container \"c\"")),
        .unknown(.unauthorised("the server answered 403 AuthenticationFailed")),
        .unknown(.corrupt("the server answered 404, and not as Azure does")),
      ])
    #expect(server.seen.allSatisfy { $0.header("authorization")?.hasPrefix("SharedKey acct:") == true })
  }

  @Test("a shared access signature goes into the query, and into no message")
  func signature() throws {
    let server = try FaultServer { _, _ in .status(403, ["x-ms-error-code: AuthenticationFailed"]) }
    let store = try store(server, "SharedAccessSignature=sv=1&sig=SECRET")
    let found = store.presence(of: keys("a"), effort)
    // With a key and a signature the key counts, and here is none.
    #expect(server.seen.last?.target == "/acct/c/p/a?sv=1&sig=SECRET")
    #expect(!"\(found) \(store.location)".contains("SECRET"))
  }

  private static func page(_ name: String, _ next: String) -> String {
    "<?xml version=\"1.0\"?><EnumerationResults><Blobs><Blob><Name>\(name)</Name><Properties>"
      + "<Content-Length>7</Content-Length></Properties></Blob></Blobs>\(next)</EnumerationResults>"
  }

  @Test("a listing in pages; one that is not whole is none")
  func listing() throws {
    let server = try FaultServer { request, _ in
      request.target.contains("marker=m")
        ? .status(200, [], Self.page("p/b", "<NextMarker/>"))
        : .status(200, [], Self.page("p/a", "<NextMarker>m</NextMarker>"))
    }
    let objects = ["a", "b"].map { ListedObject(path: Array($0.utf8), size: 7) }
    #expect(try store(server).list([[]], effort) == [.success(objects)])
    for text in [Self.page("p/a", ""), Self.page("elsewhere", "<NextMarker/>"), "<html/>"] {
      let broken = try FaultServer { _, _ in .status(200, [], text) }
      guard case .failure(.corrupt) = try store(broken).list([[]], effort)[0] else {
        Issue.record("a listing that is not whole was taken")
        return
      }
    }
  }

  @Test("uploads: in one request with its hash, and in blocks that are put together last")
  func uploads() throws {
    let server = try FaultServer { _, _ in .status(201) }
    let scratch = try ScratchDirectory()
    try scratch.put(Array("hello".utf8), at: scratch("small"))
    try scratch.put(Array("hello, world".utf8), at: scratch("large"))
    var good = 0
    try store(server).put(
      [
        Upload(file: scratch("small"), size: 5, key: keys("s")[0]),
        Upload(file: scratch("large"), size: 12, key: keys("l")[0]),
      ], effort
    ) { _, result in if case .success = result { good += 1 } }
    #expect(good == 2)
    let first = try #require(server.seen.first)
    #expect(first.header("content-md5") == "XUFAKrxLKna5cZ2REBfFkg==")
    #expect(first.header("x-ms-blob-type") == "BlockBlob")
    let blocks = server.seen.dropFirst().dropLast()
    #expect(blocks.count == 3 && blocks.allSatisfy { $0.target.contains("comp=block&blockid=") })
    let list = try #require(server.seen.last)
    #expect(list.target == "/acct/c/p/l?comp=blocklist")
    #expect(String(decoding: list.body, as: UTF8.self).split(separator: "<Latest>").count == 4)
  }
}
