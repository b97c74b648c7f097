import Hashing
import Platform
import Support
import Testing

@testable import Remotes

@Suite("A webdav remote")
struct WebDAVStoreTests {
  private let effort = Effort(jobs: 4, seconds: 20)
  private let key = StoreKey(path: Array("files/md5/ab/cdef".utf8))
  private let environment = ProcessEnvironment(["PATH": "/usr/bin:/bin"])

  private func store(
    _ server: FaultServer, _ options: [String: String] = [:], own: Set<String> = []
  ) throws -> WebDAVStore {
    let url = "webdav://127.0.0.1:\(server.port)/p q"
    return try WebDAVStore(RemoteDescription(name: "r", url: url, options: options, own: own), environment)
  }

  private static func response(
    _ href: String, isFolder: Bool = false, size: Int? = nil, status: String = "200 OK"
  ) -> String {
    let type = isFolder ? "<D:resourcetype><D:collection/></D:resourcetype>" : "<D:resourcetype/>"
    let length = size.map { "<D:getcontentlength>\($0)</D:getcontentlength>" } ?? ""
    return "<D:response><D:href>\(href)</D:href><D:propstat><D:prop>\(length)\(type)</D:prop>"
      + "<D:status>HTTP/1.1 \(status)</D:status></D:propstat></D:response>"
  }

  private static func multistatus(_ responses: String...) -> FaultServer.Reply {
    .status(
      207, ["Content-Type: text/xml"],
      #"<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">\#(responses.joined())</D:multistatus>"#)
  }

  /// What a server says of its base: a folder.
  private static let base = multistatus(response("/p%20q/", isFolder: true))

  private func presence(_ reply: FaultServer.Reply, base: FaultServer.Reply? = base) throws -> Presence? {
    let server = try FaultServer { request, _ in
      request.target == "/p%20q/" ? base ?? reply : reply
    }
    return try withExtendedLifetime(server) { try store(server).presence(of: [key], effort).first }
  }

  @Test("Properties say whether an object is there")
  func presence() throws {
    let path = "/p%20q/files/md5/ab/cdef"
    #expect(try presence(Self.multistatus(Self.response(path, size: 5))) == .present(size: 5))
    #expect(try presence(Self.multistatus(Self.response(path))) == .present(size: nil))
    #expect(try presence(.status(404)) == .absent)
    #expect(try presence(Self.multistatus(Self.response(path, status: "404 Not Found"))) == .absent)
    let server = try FaultServer { request, _ in request.target == path ? .status(404) : Self.base }
    let store = try store(server)
    for _ in 1...2 { _ = store.presence(of: [key], effort) }
    #expect(server.seen.map(\.target) == [path, "/p%20q/", path])
    #expect(server.seen.allSatisfy { $0.header("depth") == "0" })
  }

  @Test("Without the folder of the remote nothing is known", arguments: [404, 410, 500, 301])
  func noBase(status: Int) throws {
    let server = try FaultServer { request, _ in .status(request.target == "/p%20q/" ? status : 404) }
    let store = try store(server)
    let effort = Effort(jobs: 2, seconds: 2)
    guard case .unknown? = store.presence(of: [key], effort).first,
      case .failure(let listing)? = store.list([Array("files/md5/ab".utf8)], effort).first,
      case .failure(let content)? = store.contents(of: [key], limit: 9, effort).first
    else {
      Issue.record("something is taken to be absent")
      return
    }
    #expect(listing != .absent && content != .absent)
  }

  @Test("A folder that is not shown to us may be there")
  func hiddenBase() throws {
    #expect(try presence(.status(404), base: .status(403)) == .absent)
  }

  @Test("What does not say so is unknown")
  func unknown() throws {
    let path = "/p%20q/files/md5/ab/cdef"
    for reply in [
      FaultServer.Reply.status(200, [], "<html>"), .status(207, [], "<html/>"), .status(207), .status(405),
      .status(401), .status(403),
      .status(500), .status(301, ["Location: /"]), .reset, Self.multistatus(),
      Self.multistatus(Self.response(path, isFolder: true)),
      Self.multistatus(Self.response(path, status: "403 Forbidden")),
      .status(207, [], #"<D:multistatus xmlns:D="DAV:"><D:response><D:href>/x</D:href>"#),
      .status(207, [], #"<!DOCTYPE a [<!ENTITY b "c">]><D:multistatus xmlns:D="DAV:"/>"#),
    ] {
      let answer = try presence(reply)
      guard case .unknown? = answer else {
        Issue.record("\(String(decoding: reply.bytes, as: UTF8.self)): \(String(describing: answer))")
        continue
      }
    }
  }

  @Test("A folder is listed with what is in it; one that is missing is empty")
  func listing() throws {
    let server = try FaultServer { request, _ in
      switch request.target {
      case "/p%20q/files/md5/ab/":
        // The href may be a URL, and a proxy may have given the server another root.
        Self.multistatus(
          Self.response("http://h/root/files/md5/ab/", isFolder: true),
          Self.response("/root/files/md5/ab/c%64", size: 3),
          Self.response("/root/files/md5/ab/sub/", isFolder: true),
          Self.response("/root/gone", status: "404 Not Found"))
      case "/p%20q/files/md5/ab/sub/":
        Self.multistatus(
          Self.response("/files/md5/ab/sub", isFolder: true), Self.response("/files/md5/ab/sub/x", size: 1))
      case "/p%20q/files/md5/cd/": .status(404)
      default: .status(500)
      }
    }
    let store = try store(server)
    let found = store.list(["files/md5/ab", "files/md5/cd/"].map { Array($0.utf8) }, effort)
    #expect(server.seen.count == 3)
    #expect(
      found == [
        .success([
          ListedObject(path: Array("files/md5/ab/cd".utf8), size: 3),
          ListedObject(path: Array("files/md5/ab/sub/x".utf8), size: 1),
        ]), .success([]),
      ])
  }

  @Test("A listing that ends early, or is not whole, is no short list")
  func shortListing() throws {
    let folder = Self.response("/p%20q/ab/", isFolder: true)
    let whole = String(
      decoding: Self.multistatus(folder, Self.response("/p%20q/ab/c", size: 1)).bytes, as: UTF8.self)
    for reply in [
      FaultServer.Reply(String(whole.dropLast(40))),
      .status(207, [], #"<D:multistatus xmlns:D="DAV:">\#(folder)"#),
      Self.multistatus(folder, Self.response("/p%20q/ab/", status: "507 Insufficient Storage")),
      Self.multistatus(Self.response("/p%20q/ab/c", size: 1)), Self.multistatus(),
      .status(200, [], "<html>"), .status(403), .status(503), .hang,
    ] {
      let server = try FaultServer { _, _ in reply }
      let found = try withExtendedLifetime(server) {
        try store(server).list([Array("ab".utf8)], Effort(jobs: 2, seconds: 2)).first
      }
      guard case .failure? = found else {
        Issue.record("\(String(decoding: reply.bytes, as: UTF8.self)): \(String(describing: found))")
        continue
      }
    }
  }

  @Test("An upload is put beside its place and moved there, in folders that are made")
  func upload() throws {
    let scratch = try ScratchDirectory()
    let path = scratch("f")
    try FileSystem.write(Array("hello".utf8), to: path)
    let server = try FaultServer { request, before in
      switch request.method {
      case "MKCOL": before == 0 ? .status(409) : .status(201)
      default: .status(201)
      }
    }
    var result: Result<Void, StoreError>?
    let store = try store(server, ["user": "u", "password": "p"])
    store.put([Upload(file: path, size: 5, key: StoreKey(path: Array("md5/ab/cdef".utf8)))], effort) {
      result = $1
    }
    guard case .success? = result else {
      Issue.record("\(String(describing: result))")
      return
    }
    let seen = server.seen
    #expect(seen.map(\.method) == ["MKCOL", "MKCOL", "MKCOL", "PUT", "MOVE"])
    #expect(seen.prefix(3).map(\.target) == ["/p%20q/md5/ab/", "/p%20q/md5/", "/p%20q/md5/ab/"])
    #expect(seen[3].target.hasPrefix("/p%20q/md5/ab/.guard") && seen[3].target.hasSuffix(".tmp"))
    #expect(seen[3].body == Array("hello".utf8))
    #expect(seen[4].target == seen[3].target)
    #expect(seen[4].header("destination") == "http://127.0.0.1:\(server.port)/p%20q/md5/ab/cdef")
    #expect(seen[4].header("overwrite") == "T")
    #expect(seen.allSatisfy { $0.header("authorization") == "Basic dTpw" })
  }

  @Test("Where nothing is renamed, the file is put at its place, and what was left beside it goes")
  func withoutMove() throws {
    let scratch = try ScratchDirectory()
    let path = scratch("f")
    try FileSystem.write(Array("hello".utf8), to: path)
    let server = try FaultServer { request, _ in .status(request.method == "MOVE" ? 405 : 201) }
    let store = try store(server)
    var results: [Result<Void, StoreError>] = []
    let upload = Upload(file: path, size: 5, key: StoreKey(path: Array("ab/cdef".utf8)))
    store.put([upload], effort) { results.append($1) }
    store.put([upload], effort) { results.append($1) }
    #expect(server.seen.map(\.method) == ["MKCOL", "PUT", "MOVE", "DELETE", "PUT", "PUT"])
    #expect(server.seen.suffix(2).allSatisfy { $0.target == "/p%20q/ab/cdef" })
    #expect(results.count == 2)
  }

  @Test("An upload that fails is told, and leaves nothing behind")
  func failedUpload() throws {
    let scratch = try ScratchDirectory()
    let path = scratch("f")
    try FileSystem.write(Array("hello".utf8), to: path)
    for (method, status) in [("PUT", 507), ("MOVE", 423), ("MKCOL", 401)] {
      let server = try FaultServer { request, _ in .status(request.method == method ? status : 201) }
      var result: Result<Void, StoreError>?
      try store(server).put([Upload(file: path, size: 5, key: key)], effort) { result = $1 }
      guard case .failure? = result else {
        Issue.record("\(method): \(String(describing: result))")
        continue
      }
      if method != "MKCOL" { #expect(server.seen.last?.method == "DELETE") }
    }
  }

  @Test("A token comes from a command, without a shell, and a new one when it is refused")
  func tokenCommand() throws {
    let scratch = try ScratchDirectory()
    let script = scratch("token")
    try FileSystem.write(
      Array("#!/bin/sh\necho x >> \"$0.log\"\nprintf ' t%s \\n' \"$(wc -l < \"$0.log\")$1\"\n".utf8),
      to: script, mode: 0o755)
    let server = try FaultServer { request, _ in
      guard request.header("authorization") == "Bearer t2;echo" else { return .status(401) }
      return request.target == "/p%20q/" ? Self.base : .status(404)
    }
    let line = String(decoding: script, as: UTF8.self) + " ';echo'"
    let store = try store(server, ["bearer_token_command": line], own: ["bearer_token_command"])
    #expect(store.presence(of: [key, key], effort) == [.absent, .absent])
    #expect(
      Set(server.seen.compactMap { $0.header("authorization") }) == ["Bearer t1;echo", "Bearer t2;echo"])
  }

  @Test("A command that comes with the repository is not run")
  func foreignCommand() throws {
    let server = try FaultServer { _, _ in .status(404) }
    #expect(throws: StoreError.self) { try store(server, ["bearer_token_command": "touch /tmp/x"]) }
    #expect(throws: StoreError.self) {
      try store(server, ["bearer_token_command": "a 'b"], own: ["bearer_token_command"])
    }
  }

  @Test("Logins in dvc-webdav's order; what needs a person is refused")
  func logins() throws {
    func header(_ options: [String: String]) throws -> [String?] {
      let server = try FaultServer { _, _ in .status(404) }
      _ = try store(server, options).presence(of: [key], effort)
      return [server.seen.first?.header("authorization"), server.seen.first?.header("x-key")]
    }
    let custom = ["custom_auth_header": "X-Key", "password": "p"]
    #expect(try header(custom) == [nil, "p"])
    #expect(try header(custom.merging(["user": "u"]) { $1 }) == ["Basic dTpw", nil])
    #expect(try header(custom.merging(["user": "u", "token": "t"]) { $1 }) == ["Bearer t", nil])
    for broken in [["user": "u"], ["user": "u", "ask_password": "true"], ["custom_auth_header": "X"]] {
      #expect(throws: StoreError.self) { try header(broken) }
    }
  }
}
