import HTTP
import Platform
import Support
import Testing

@testable import Remotes

@Suite struct GoogleStoreTests {
  private let effort = Effort(jobs: 4, seconds: 20)

  private func store(
    _ server: FaultServer, _ options: [String: String] = [:], _ variables: [String: String] = [:],
    isOwn: Bool = true
  ) throws -> GoogleStore {
    let all = ["endpointurl": server.url].merging(options) { $1 }
    let surroundings = ["HOME": "/nowhere", "NO_GCE_CHECK": "true"].merging(variables) { $1 }
    return try GoogleStore(
      RemoteDescription(name: "r", url: "gs://b/p", options: all, own: isOwn ? ["endpointurl"] : []),
      ProcessEnvironment(surroundings))
  }

  private func keys(_ names: String...) -> [StoreKey] { names.map { StoreKey(path: Array($0.utf8)) } }

  @Test("present, absent, an absent bucket, and refused")
  func presence() throws {
    let server = try FaultServer { request, _ in
      switch request.target {
      case "/storage/v1/b/b/o/p%2Fa%2Fb?fields=size": .status(200, [], #"{"size":"5"}"#)
      case "/storage/v1/b/b/o/p%2Fno?fields=size": .status(403, [], #"{"error":{"message":"no\nway"}}"#)
      default: .status(404)
      }
    }
    let store = try store(server)
    #expect(
      store.presence(of: keys("a/b", "c", "no"), effort) == [
        .present(size: 5), .absent, .unknown(.unauthorised("the server answered 403: no way")),
      ])
    let other = try self.store(server)
    let missing = StoreError.unreachable("there is no bucket \"b\"")
    #expect(other.presence(of: keys("c"), effort) == [.unknown(missing)])
    #expect(other.contents(of: keys("c"), limit: 5, effort) == [.failure(missing)])
    #expect(other.list([[]], effort) == [.failure(missing)])
  }

  @Test("a listing in pages; one that is not whole is none")
  func listing() throws {
    let server = try FaultServer { request, _ in
      request.target.contains("pageToken=t")
        ? .status(200, [], #"{"kind":"storage#objects","items":[{"name":"p/b","size":"2"}]}"#)
        : .status(
          200, [], #"{"kind":"storage#objects","nextPageToken":"t","items":[{"name":"p/a","size":"1"}]}"#)
    }
    #expect(
      try store(server).list([[]], effort) == [
        .success([
          ListedObject(path: Array("a".utf8), size: 1), ListedObject(path: Array("b".utf8), size: 2),
        ])
      ])
    for text in [
      "{}", #"{"kind":"storage#objects","items":[{"#, #"{"kind":"storage#objects","items":[{"name":"x"}]}"#,
    ] {
      let broken = try FaultServer { _, _ in .status(200, [], text) }
      guard case .failure(.corrupt) = try store(broken).list([[]], effort)[0] else {
        Issue.record("a listing that is not whole was taken")
        return
      }
    }
  }

  @Test("a user's refresh token becomes a token; one that is over is renewed once")
  func refreshed() throws {
    let server = try FaultServer { request, count in
      if request.target == "/token" {
        return .status(200, [], #"{"access_token":"t\#(count)","expires_in":3600}"#)
      }
      return request.header("authorization") == "Bearer t2"
        ? .status(200, [], #"{"size":"5"}"#) : .status(401)
    }
    let scratch = try ScratchDirectory()
    let file =
      #"{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","token_uri":"\#(server.url)/token"}"#
    try scratch.put(Array(file.utf8), at: scratch("user.json"))
    let path = String(decoding: scratch("user.json"), as: UTF8.self)
    #expect(
      try store(server, ["credentialpath": path]).presence(of: keys("a"), effort) == [.present(size: 5)])
    #expect(server.seen.map(\.target).filter { $0 == "/token" }.count == 2)
    #expect(
      server.seen.first.map { String(decoding: $0.body, as: UTF8.self) }
        == "grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=r")
    // The environment's file is as good.
    #expect(
      try store(server, [:], ["GOOGLE_APPLICATION_CREDENTIALS": path]).presence(of: keys("a"), effort).count
        == 1)
  }

  @Test("credentials that guard does not speak are said by their kind")
  func unspoken() throws {
    let server = try FaultServer { _, _ in .reset }
    let scratch = try ScratchDirectory()
    try scratch.put(Array(#"{"type":"external_account"}"#.utf8), at: scratch("f"))
    let path = String(decoding: scratch("f"), as: UTF8.self)
    guard
      case .unknown(.unsupported(let why)) = try store(server, ["credentialpath": path])
        .presence(of: keys("a"), effort)[0]
    else {
      Issue.record("not said to be unsupported")
      return
    }
    #expect(why.contains("external_account"))
  }

  @Test("a token does not go where only the repository says")
  func foreignEndpoint() throws {
    let server = try FaultServer { request, _ in
      request.target == "/token"
        ? .status(200, [], #"{"access_token":"t"}"#) : .status(200, [], #"{"size":"5"}"#)
    }
    let scratch = try ScratchDirectory()
    let file =
      #"{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","#
      + "\"token_uri\":\"\(server.url)/token\"}"
    try scratch.put(Array(file.utf8), at: scratch("user.json"))
    let path = String(decoding: scratch("user.json"), as: UTF8.self)
    let found = try store(server, ["credentialpath": path], isOwn: false).presence(of: keys("a"), effort)
    guard case .unknown(.unsupported) = found[0] else {
      Issue.record("\(found)")
      return
    }
    #expect(!server.seen.contains { $0.header("authorization") != nil })
    // Nobody has no token to lose.
    #expect(try store(server, isOwn: false).presence(of: keys("a"), effort) == [.present(size: 5)])
  }

  @Test("the machine's token, from a service that says it is Google's")
  func machine() throws {
    let server = try FaultServer { request, _ in
      request.target.hasPrefix("/computeMetadata")
        ? .status(200, ["Metadata-Flavor: Google"], #"{"access_token":"m","expires_in":3600}"#)
        : .status(200, [], #"{"size":"5"}"#)
    }
    let host = String(server.url.dropFirst("http://".count))
    _ = try store(server, [:], ["NO_GCE_CHECK": "false", "GCE_METADATA_HOST": host])
      .presence(of: keys("a"), effort)
    #expect(server.seen.last?.header("authorization") == "Bearer m")
  }

  @Test("uploads carry their hash; a large one goes to its own URL without a token")
  func uploads() throws {
    let server = try FaultServer { request, _ in
      if request.target == "/token" { return .status(200, [], #"{"access_token":"t"}"#) }
      return request.target.contains("resumable")
        ? .status(200, ["Location: http://\(request.header("host") ?? "")/session"]) : .status(200, [], "{}")
    }
    let scratch = try ScratchDirectory()
    let file =
      #"{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","token_uri":"\#(server.url)/token"}"#
    try scratch.put(Array(file.utf8), at: scratch("user.json"))
    try scratch.put(Array("hello".utf8), at: scratch("small"))
    let large = [UInt8](repeating: 7, count: (1 << 20) + 1)
    try scratch.put(large, at: scratch("large"))
    var good = 0
    try store(server, ["credentialpath": String(decoding: scratch("user.json"), as: UTF8.self)]).put(
      [
        Upload(file: scratch("small"), size: 5, key: keys("s")[0]),
        Upload(file: scratch("large"), size: large.count, key: keys("l")[0]),
      ], effort
    ) { _, result in if case .success = result { good += 1 } }
    #expect(good == 2)
    let whole = try #require(server.seen.first { $0.target.contains("multipart") })
    #expect(String(decoding: whole.body, as: UTF8.self).contains(#"{"md5Hash":"XUFAKrxLKna5cZ2REBfFkg=="}"#))
    #expect(whole.header("authorization") == "Bearer t")
    let session = try #require(server.seen.last)
    #expect(session.target == "/session" && session.body == large)
    #expect(session.header("authorization") == nil)
  }
}
