import Hashing
import Platform
import Support
import Testing

@testable import Remotes

@Suite("An http remote")
struct HTTPStoreTests {
  private let effort = Effort(jobs: 4, seconds: 20)
  private let key = StoreKey(path: Array("files/md5/ab/cdef".utf8))
  private let environment = ProcessEnvironment()

  private func store(_ server: FaultServer, _ options: [String: String] = [:]) throws -> HTTPStore {
    try HTTPStore(RemoteDescription(name: "r", url: server.url + "/p", options: options), environment)
  }

  private func presence(_ reply: FaultServer.Reply) throws -> Presence? {
    let server = try FaultServer { _, _ in reply }
    return try withExtendedLifetime(server) { try store(server).presence(of: [key], effort).first }
  }

  @Test("Present, absent, and what is neither", arguments: [200, 204, 206])
  func present(_ status: Int) throws { #expect(try presence(.status(status)) == .present(size: nil)) }

  @Test("404 and 410 are absent", arguments: [404, 410])
  func absent(_ status: Int) throws { #expect(try presence(.status(status)) == .absent) }

  @Test("Nothing else is", arguments: [301, 400, 401, 402, 403, 407, 409, 418, 451, 405, 501, 505, 511])
  func neither(_ status: Int) throws {
    let answer = try presence(.status(status))
    guard case .unknown(let error)? = answer else {
      Issue.record("\(status): \(String(describing: answer))")
      return
    }
    switch (status, error) {
    case (401, .unauthorised), (403, .unauthorised), (407, .unauthorised), (301, .unsupported): break
    case (_, .unreachable(let why)): #expect(why.contains(String(status)))
    default: Issue.record("\(status): \(error)")
    }
  }

  @Test("A server that fails, hangs up or asks for patience is no empty one")
  func unreachable() throws {
    for reply in [FaultServer.Reply.status(500), .status(503), .reset, .init("rubbish\r\n\r\n")] {
      guard case .unknown(.unreachable)? = try presence(reply) else {
        Issue.record("not unreachable: \(reply)")
        continue
      }
    }
    #expect(try presence(.status(429, ["Retry-After: 3600"])) == .unknown(StoreError(status: 429)))
    let dead = RemoteDescription(name: "r", url: "http://127.0.0.1:\(try FaultServer.deadPort())/")
    guard case .unknown(.unreachable)? = try HTTPStore(dead, environment).presence(of: [key], effort).first
    else {
      Issue.record("nobody listens, and that is no answer")
      return
    }
  }

  @Test("A server that does not speak TLS is no empty one")
  func noTLS() throws {
    let server = try FaultServer { _, _ in .status(404) }
    let remote = RemoteDescription(name: "r", url: "https://127.0.0.1:\(server.port)/")
    let answers = try withExtendedLifetime(server) {
      try HTTPStore(remote, environment).presence(of: [key], effort)
    }
    guard case .unknown? = answers.first else {
      Issue.record("not unknown")
      return
    }
  }

  @Test("A server that hangs is left when the time is over")
  func hung() throws {
    let server = try FaultServer { _, _ in .hang }
    let begin = SystemClock.monotonicMilliseconds
    let answers = try withExtendedLifetime(server) {
      try store(server).presence(of: [StoreKey](repeating: key, count: 100), Effort(jobs: 4, seconds: 1))
    }
    #expect(answers.allSatisfy { if case .unknown(.unreachable) = $0 { true } else { false } })
    #expect(SystemClock.monotonicMilliseconds - begin < 8000)
  }

  @Test("The size is told when the server's word for it is worth something")
  func size() throws {
    #expect(try presence(.status(200, ["Content-Length: 12"])) == .present(size: 12))
    #expect(
      try presence(.status(200, ["Content-Length: 12", "Content-Encoding: gzip"])) == .present(size: nil))
    #expect(try presence(.status(200, ["Content-Length: 0"])) == .present(size: nil))
  }

  @Test("Where HEAD is refused or mistaken, GET is asked")
  func withoutHead() throws {
    for status in [405, 501, 404, 403] {
      let server = try FaultServer { request, _ in
        guard request.method == "GET" else { return .status(status) }
        return request.target.hasSuffix("0") ? .status(404) : .status(200, [], "content")
      }
      let keys = (0..<3).map { StoreKey(path: Array("files/md5/ab/\($0)".utf8)) }
      let answers = try withExtendedLifetime(server) { try store(server).presence(of: keys, effort) }
      #expect(answers == [.absent, .present(size: 7), .present(size: 7)])
    }
  }

  @Test("A page to log in is no object")
  func loginPage() throws {
    let server = try FaultServer { request, _ in
      request.target == "/login"
        ? .status(200, ["Content-Type: text/html; charset=utf-8"], "<html>")
        : .status(302, ["Location: /login"])
    }
    guard case .unknown(.unauthorised)? = try store(server).presence(of: [key], effort).first else {
      Issue.record("taken for an object")
      return
    }
    guard case .failure(.unauthorised)? = try store(server).contents(of: [key], limit: 100, effort).first
    else {
      Issue.record("read as an object")
      return
    }
  }

  @Test("A redirect elsewhere is followed without the password")
  func elsewhere() throws {
    let other = try FaultServer { _, _ in .status(200) }
    let server = try FaultServer { [url = other.url] _, _ in .status(302, ["Location: \(url)/x"]) }
    let store = try store(server, ["auth": "custom", "custom_auth_header": "X-Key", "password": "secret"])
    let answers = withExtendedLifetime(other) { store.presence(of: [key], effort) }
    #expect(answers == [.present(size: nil)])
    #expect(server.seen.first?.header("x-key") == "secret")
    #expect(other.seen.map { $0.header("x-key") } == [nil])
  }

  @Test("Logins are sent as dvc-http sends them, and what needs a person is refused")
  func logins() throws {
    func header(_ options: [String: String], user: String = "") throws -> [String?] {
      let server = try FaultServer { _, _ in .status(200) }
      let url = "http://\(user)127.0.0.1:\(server.port)/"
      let store = try HTTPStore(RemoteDescription(name: nil, url: url, options: options), environment)
      _ = store.presence(of: [key], effort)
      return [server.seen.first?.header("authorization"), server.seen.first?.header("x-key")]
    }
    let basic = ["auth": "basic", "user": "u", "password": "p\u{fc}"]
    // Latin-1, not UTF-8: u:p\xfc
    #expect(try header(basic) == ["Basic dTpw/A==", nil])
    #expect(try header(basic.filter { $0.key != "auth" }) == [nil, nil])
    #expect(try header(basic, user: "a:b@") == ["Basic YTpi", nil])
    let custom = ["auth": "custom", "custom_auth_header": "X-Key", "password": "k"]
    #expect(try header(custom, user: "a:b@") == ["Basic YTpi", "k"])
    for broken in [
      ["auth": "digest", "user": "u", "password": "p"],
      ["auth": "basic", "user": "u", "ask_password": "true"],
      ["auth": "basic", "password": "p"], ["auth": "custom", "password": "p"], ["method": "patch"],
      ["auth": "basic", "user": "a:b", "password": "p"],
    ] {
      #expect(throws: StoreError.self) { try header(broken) }
    }
  }

  @Test("Contents are read, bounded, and absent only when the server says so")
  func contents() throws {
    let server = try FaultServer { request, _ in
      switch request.target.last {
      case "a": .status(200, [], "content")
      case "b": .status(404)
      case "c": .status(200, [], String(repeating: "x", count: 101))
      default: .status(403)
      }
    }
    let found = try store(server).contents(
      of: ["a", "b", "c", "d", "../e"].map { StoreKey(path: Array("files/md5/\($0)".utf8)) }, limit: 100,
      effort)
    #expect(found[0] == .success(Array("content".utf8)))
    #expect(found[1] == .failure(.absent))
    guard case .failure(.corrupt) = found[2], case .failure(.unauthorised) = found[3],
      case .failure(.corrupt) = found[4]
    else {
      Issue.record("\(found)")
      return
    }
    #expect(server.seen.count == 4)
  }

  @Test("Uploads go with the method that is configured; a server that has none says so")
  func uploads() throws {
    let scratch = try ScratchDirectory()
    let path = scratch("f")
    try FileSystem.write(Array("hello".utf8), to: path)
    func upload(_ options: [String: String], _ reply: FaultServer.Reply) throws -> (
      FaultServer, Result<Void, StoreError>?
    ) {
      let server = try FaultServer { _, _ in reply }
      var result: Result<Void, StoreError>?
      try store(server, options).put([Upload(file: path, size: 5, key: key)], effort) { result = $1 }
      return (server, result)
    }
    for (options, method) in [([:], "POST"), (["method": "put"], "PUT")] {
      let (server, result) = try upload(options, .status(201))
      #expect(server.seen.map(\.method) == [method])
      #expect(server.seen.first?.target == "/p/files/md5/ab/cdef")
      #expect(server.seen.first?.body == Array("hello".utf8))
      guard case .success? = result else {
        Issue.record("\(String(describing: result))")
        continue
      }
    }
    for status in [302, 404, 405, 401, 413] {
      guard case .failure? = try upload([:], .status(status)).1 else {
        Issue.record("\(status) taken for an upload")
        continue
      }
    }
  }
}
