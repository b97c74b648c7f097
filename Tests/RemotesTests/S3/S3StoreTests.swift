import Glibc
import HTTP
import Hashing
import Platform
import Support
import Testing

@testable import Remotes

/// A bucket whose server does as a test wants; moto, which behaves, is in the conformance tests.
@Suite struct S3StoreTests {
  private let effort = Effort(jobs: 4, seconds: 20)

  private func store(_ server: FaultServer, _ options: [String: String] = [:]) throws -> S3Store {
    let keys = ["endpointurl": server.url, "access_key_id": "AK", "secret_access_key": "SECRET"]
    let store = try S3Store(
      RemoteDescription(name: "r", url: "s3://b/p", options: keys.merging(options) { $1 }),
      ProcessEnvironment(["HOME": "/nowhere"]))
    store.cut = MultipartUpload.Cut(threshold: 100, part: 40)
    return store
  }

  private func key(_ name: String, version: String? = nil) -> StoreKey {
    StoreKey(path: Array(name.utf8), version: version)
  }

  private static func error(_ code: String, _ more: String = "") -> String {
    "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>words</Message>\(more)</Error>"
  }

  private static func page(_ names: [String], _ more: String = "<IsTruncated>false</IsTruncated>") -> String {
    let contents = names.map { "<Contents><Key>\($0)</Key><Size>3</Size></Contents>" }
    return "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      + contents.joined() + more + "</ListBucketResult>"
  }

  @Test("present, absent, and a version that is a mark of deletion")
  func presence() throws {
    let server = try FaultServer { request, _ in
      switch request.target {
      case "/b/p/there", "/b/p/v?versionId=1": .status(200, ["ETag: \"x\"", "Content-Length: 5"])
      case "/b/p/v?versionId=2": .status(405, ["x-amz-delete-marker: true"])
      case "/b": .status(200)
      default: .status(404)
      }
    }
    let found = try store(server).presence(
      of: [key("there"), key("not"), key("v", version: "1"), key("v", version: "2")], effort)
    #expect(found == [.present(size: 5), .absent, .present(size: 5), .absent])
    #expect(server.seen.allSatisfy { $0.header("authorization")?.contains("Credential=AK/") == true })
    #expect(!server.seen.contains { "\($0.headers)".contains("SECRET") })
  }

  @Test("an absent bucket is not an absent object")
  func noBucket() throws {
    let server = try FaultServer { request, _ in
      request.method == "HEAD" ? .status(404) : .status(404, [], Self.error("NoSuchBucket"))
    }
    let store = try store(server)
    let missing = StoreError.unreachable("there is no bucket \"b\"")
    #expect(store.presence(of: [key("a"), key("b")], effort) == [.unknown(missing), .unknown(missing)])
    #expect(store.contents(of: [key("a")], limit: 10, effort) == [.failure(missing)])
    #expect(store.list([[]], effort) == [.failure(missing)])
  }

  @Test("a server that is none of S3 has nothing and lacks nothing")
  func anotherServer() throws {
    let page = try FaultServer { _, _ in .status(200, ["Content-Type: text/html"], "<html></html>") }
    guard case .unknown(.corrupt) = try store(page).presence(of: [key("a")], effort)[0] else {
      Issue.record("a page was taken for an object")
      return
    }
    guard case .failure(.corrupt) = try store(page).list([[]], effort)[0] else {
      Issue.record("a page was taken for a listing")
      return
    }
  }

  @Test("refused: the reason comes from an answer that has a body, and the secret is in no message")
  func refused() throws {
    let server = try FaultServer { request, _ in
      request.method == "HEAD" ? .status(403) : .status(403, [], Self.error("InvalidAccessKeyId"))
    }
    let found = try store(server).presence(of: [key("a")], effort)
    #expect(found == [.unknown(.unauthorised("the server answered 403 InvalidAccessKeyId: words"))])
  }

  @Test("asked for patience for too long, and failing: throttled and unreachable")
  func failing() throws {
    let slow = try FaultServer { _, _ in .status(503, [], Self.error("SlowDown")) }
    let short = Effort(jobs: 1, seconds: 30)
    guard case .failure(.throttled) = try store(slow).contents(of: [key("a")], limit: 10, short)[0] else {
      Issue.record("a server that asks for patience was not told from others")
      return
    }
    let broken = try FaultServer { _, _ in .status(500) }
    guard case .unknown(.unreachable) = try store(broken).presence(of: [key("a")], short)[0] else {
      Issue.record("a failing server was not told from an absent object")
      return
    }
  }

  @Test("the bucket's region is learnt once, and what was refused is asked for again")
  func region() throws {
    let server = try FaultServer { request, _ in
      let isRight = request.header("authorization")?.contains("/eu-west-1/s3/") == true
      return isRight
        ? .status(200, ["ETag: \"x\""]) : .status(400, ["x-amz-bucket-region: eu-west-1"])
    }
    let store = try store(server)
    let keys = (0..<10).map { key("\($0)") }
    #expect(store.presence(of: keys, effort).allSatisfy { $0 == .present(size: 0) })
    let before = server.seen.count
    #expect(store.presence(of: keys, effort).allSatisfy { $0 == .present(size: 0) })
    #expect(server.seen.count == before + 10)
  }

  @Test("a region that is none is not put into a host's name")
  func hostileRegion() throws {
    let server = try FaultServer { _, _ in .status(301, ["x-amz-bucket-region: evil.example/"]) }
    guard case .unknown(.unsupported) = try store(server).presence(of: [key("a")], effort)[0] else {
      Issue.record("the region was taken")
      return
    }
  }

  @Test("a clock that is wrong is set by the server's once", arguments: ["HEAD", "GET"])
  func clock(_ method: String) throws {
    // The server lives in the year 2100.
    let server = try FaultServer { request, _ in
      let isRight = request.header("x-amz-date")?.hasPrefix("2100") == true
      let headers = ["Date: Fri, 01 Jan 2100 12:00:00 GMT"]
      return isRight
        ? .status(200, headers + ["ETag: \"x\""], request.method == "HEAD" ? "" : "content")
        : .status(403, headers, request.method == "HEAD" ? "" : Self.error("RequestTimeTooSkewed"))
    }
    let store = try store(server)
    if method == "HEAD" {
      #expect(store.presence(of: [key("a")], effort) == [.present(size: 0)])
    } else {
      #expect(store.contents(of: [key("a")], limit: 10, effort) == [.success(Array("content".utf8))])
    }
    #expect(server.seen.count == 2)
  }

  @Test("a listing in pages; names are decoded")
  func listing() throws {
    let server = try FaultServer { request, _ in
      request.target.contains("continuation-token=t%2F1")
        ? .status(
          200, [],
          Self.page(["p/a%2Fc+d"], "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"))
        : .status(
          200, [],
          Self.page(
            ["p/a%2Fb"],
            "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
              + "<NextContinuationToken>t/1</NextContinuationToken>"))
    }
    let found = try store(server).list([Array("a".utf8)], effort)
    #expect(
      found == [
        .success(["a/b", "a/c d"].map { ListedObject(path: Array($0.utf8), size: 3) })
      ])
    #expect(server.seen.first?.target.contains("prefix=p%2Fa") == true)
  }

  @Test(
    "a listing that is not whole is no listing",
    arguments: [
      page(["p/a"], ""), page(["p/a"], "<IsTruncated>true</IsTruncated>"),
      page(["p/a"], "<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>"),
      page(["p/a"], "<IsTruncated>false</IsTruncated><KeyCount>2</KeyCount>"), page(["elsewhere/a"]),
      String(page(["p/a"]).dropLast(10)), "<html/>", "",
      page(["p/%zz"], "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"),
    ])
  func brokenListing(_ page: String) throws {
    let server = try FaultServer { _, _ in .status(200, [], page) }
    guard case .failure(.corrupt) = try store(server).list([[]], effort)[0] else {
      Issue.record("a listing that is not whole was taken")
      return
    }
  }

  @Test("contents: absent, too large, and what is there")
  func contents() throws {
    let server = try FaultServer { request, _ in
      switch request.target {
      case "/b/p/a": .status(200, [], "abc")
      case "/b/p/large": .status(200, [], String(repeating: "x", count: 100))
      default: .status(404, [], Self.error("NoSuchKey"))
      }
    }
    let found = try store(server).contents(of: [key("a"), key("large"), key("not")], limit: 10, effort)
    #expect(found[0] == .success(Array("abc".utf8)))
    #expect(found[2] == .failure(.absent))
    guard case .failure(.corrupt) = found[1] else {
      Issue.record("a content beyond the limit was taken")
      return
    }
  }

  @Test("no signature where the login is anonymous")
  func anonymous() throws {
    let server = try FaultServer { _, _ in .status(200, ["ETag: \"x\""]) }
    #expect(try store(server, ["allow_anonymous_login": "true"]).presence(of: [key("a")], effort).count == 1)
    #expect(server.seen.allSatisfy { $0.header("authorization") == nil })
  }

  @Test("the location tells where it is and no secret")
  func location() throws {
    let server = try FaultServer { _, _ in .reset }
    #expect(try store(server).location == "s3://b/p at \(server.url)")
    #expect(
      try store(server, ["endpointurl": "https://me:secret@host"]).location == "s3://b/p at https://host")
  }

  // Uploads.

  private func upload(_ scratch: ScratchDirectory, _ name: String, size: Int) throws -> Upload {
    let file = scratch(name)
    try scratch.put([], at: file)
    guard truncate(String(decoding: file, as: UTF8.self), off_t(size)) == 0 else {
      throw SystemError(errno, "truncate", file)
    }
    return Upload(file: file, size: size, key: key(name))
  }

  @Test("an upload carries its hash, and the headers of the remote")
  func put() throws {
    let server = try FaultServer { _, _ in .status(200, ["ETag: \"x\""]) }
    let scratch = try ScratchDirectory()
    let file = scratch("f")
    try scratch.put(Array("hello".utf8), at: file)
    var results: [Result<Void, StoreError>] = []
    try store(server, ["acl": "private"]).put(
      [Upload(file: file, size: 5, key: key("k"))], effort
    ) { results.append($1) }
    #expect(results.count == 1)
    let seen = try #require(server.seen.last)
    #expect(seen.method == "PUT" && seen.target == "/b/p/k" && seen.body == Array("hello".utf8))
    #expect(seen.header("content-md5") == "XUFAKrxLKna5cZ2REBfFkg==")
    #expect(seen.header("x-amz-acl") == "private")
    // In the clear the signature covers the body.
    #expect(
      seen.header("x-amz-content-sha256")
        == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
  }

  @Test("a body that the server finds to be another is the file's fault")
  func wrongBytes() throws {
    let server = try FaultServer { _, _ in .status(400, [], Self.error("BadDigest")) }
    let scratch = try ScratchDirectory()
    let upload = try upload(scratch, "f", size: 3)
    try store(server).put([upload], effort) { _, result in
      guard case .failure(.localFile) = result else {
        Issue.record("\(result)")
        return
      }
    }
  }

  @Test("a part that fails takes back the upload")
  func abortedParts() throws {
    let server = try FaultServer { request, _ in
      switch (request.method, request.target.contains("partNumber=2")) {
      case ("POST", _): .status(200, [], "<R><UploadId>u</UploadId></R>")
      case ("PUT", true): .status(403, [], Self.error("AccessDenied"))
      case ("PUT", false): .status(200, ["ETag: \"x\""])
      default: .status(204)
      }
    }
    let scratch = try ScratchDirectory()
    let upload = try upload(scratch, "f", size: 101)
    var outcome: Result<Void, StoreError> = .success(())
    try store(server).put([upload], effort) { outcome = $1 }
    guard case .failure(.unauthorised) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(server.seen.last?.method == "DELETE")
    #expect(server.seen.last?.target == "/b/p/f?uploadId=u")
    #expect(!server.seen.contains { $0.method == "POST" && $0.target.contains("uploadId") })
  }

  @Test(
    "parts: an error behind a 200 is one; an answer that was lost is looked up", arguments: [false, true])
  func completion(_ isThere: Bool) throws {
    let size = 101
    let server = try FaultServer { request, _ in
      switch request.method {
      case "POST" where request.target.hasSuffix("?uploads="):
        .status(200, [], "<R><UploadId>u</UploadId></R>")
      case "POST": .status(200, [], Self.error("InternalError"))
      case "PUT": .status(200, ["ETag: \"x\""])
      case "HEAD": isThere ? .status(200, ["ETag: \"x-3\"", "Content-Length: \(size)"]) : .status(404)
      default: .status(204)
      }
    }
    let scratch = try ScratchDirectory()
    let upload = try upload(scratch, "f", size: size)
    var outcome: Result<Void, StoreError>?
    try store(server).put([upload], effort) { outcome = $1 }
    switch outcome {
    case .success: #expect(isThere)
    case .failure: #expect(!isThere && server.seen.last?.method == "DELETE")
    case nil: Issue.record("no word of the upload")
    }
  }
}
