import Glibc
import Hashing
import Platform
import Support
import Testing

@testable import Remotes

/// SFTP with the real server of OpenSSH at the other end of a pipe.
@Suite(.enabled(if: SSHServer.hasSFTPServer, "there is no /usr/lib/openssh/sftp-server: run make setup"))
struct SFTPStoreTests {
  let effort = Effort(jobs: 4, seconds: 30)

  private func store(_ server: SSHServer, url: String? = nil) throws -> SFTPStore {
    try SFTPStore(
      RemoteDescription(name: "r", url: url ?? server.url), environment: server.environment)
  }

  private func put(_ uploads: [Upload], into store: SFTPStore) -> [Result<Void, StoreError>?] {
    var results = [Result<Void, StoreError>?](repeating: nil, count: uploads.count)
    store.put(uploads, effort) { results[$0] = $1 }
    return results
  }

  @Test func storesAndFindsAndListsAndReads() throws {
    let server = try SSHServer.direct()
    let store = try store(server)
    let large = String(repeating: "0123456789abcdef", count: 300_000)
    let uploads = try ["one", "", "two", large].map { try server.upload($0) }
    #expect(store.presence(of: uploads.map(\.key), effort) == uploads.map { _ in .absent })
    for result in put(uploads, into: store) { #expect(throws: Never.self) { try result?.get() } }
    #expect(
      store.presence(of: uploads.map(\.key) + [key("no")], effort)
        == uploads.map { .present(size: $0.size) } + [.absent])
    #expect(try FileSystem.read(server.place(uploads[3].key), limit: 1 << 24) == Array(large.utf8))
    guard case .success(let objects) = store.list([Array("files/md5/".utf8)], effort)[0] else {
      Issue.record("not listed")
      return
    }
    #expect(Set(objects) == Set(uploads.map { ListedObject(path: $0.key.path, size: $0.size) }))
    #expect(
      store.contents(of: uploads.map(\.key) + [key("no")], limit: 1 << 24, effort)
        == ["one", "", "two", large].map { .success(Array($0.utf8)) } + [.failure(.absent)])
    guard case .failure(.corrupt) = store.contents(of: [uploads[3].key], limit: 9, effort)[0] else {
      Issue.record("too large")
      return
    }
    #expect(try server.leftovers().isEmpty)
  }

  @Test func thousandsOfQuestionsAreOneConversation() throws {
    let server = try SSHServer.direct()
    try FileSystem.createDirectories(server.base)
    let store = try store(server)
    let here = try server.upload("here")
    _ = put([here], into: store)
    let keys = (0..<9000).map { $0 == 4321 ? here.key : key("\($0)") }
    let presences = store.presence(of: keys, effort)
    #expect(presences.filter { $0 == .absent }.count == 8999)
    #expect(presences[4321] == .present(size: 4))
  }

  @Test func aWholeObjectStaysAndABrokenOneIsReplaced() throws {
    let server = try SSHServer.direct()
    let uploads = try ["one", "two"].map { try server.upload($0) }
    try server.fill(uploads[0].key, "eno")
    try server.fill(uploads[1].key, "tw")
    _ = put(uploads, into: try store(server))
    #expect(try FileSystem.read(server.place(uploads[0].key), limit: 9) == Array("eno".utf8))
    #expect(try FileSystem.read(server.place(uploads[1].key), limit: 9) == Array("two".utf8))
  }

  @Test func whatIsNoFileIsNotPresent() throws {
    let server = try SSHServer.direct()
    try FileSystem.createDirectories(server.place(key("a folder")))
    try server.fill(key("cut"), "")
    #expect(try store(server).presence(of: [key("a folder"), key("cut")], effort) == [.absent, .absent])
  }

  @Test func whatMayNotBeReadIsUnknown() throws {
    let user = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
    let server = try SSHServer(script: "exec \(user)/usr/lib/openssh/sftp-server")
    try server.fill(key("one"), "one")
    try FileSystem.setMode(0, of: server.base)
    defer { do { try FileSystem.setMode(0o755, of: server.base) } catch { Issue.record(error) } }
    let store = try store(server)
    guard case .unknown(.unauthorised) = store.presence(of: [key("one")], effort)[0],
      case .failure(.unauthorised) = store.list([Array("files/md5".utf8)], effort)[0],
      case .failure(.unauthorised) = store.contents(of: [key("one")], limit: 9, effort)[0],
      case .failure(.unauthorised)? = put([try server.upload("two")], into: store)[0]
    else {
      Issue.record("not unauthorised")
      return
    }
  }

  @Test func linksAreFollowedAndCirclesEnd() throws {
    let server = try SSHServer.direct()
    try server.fill(key("one"), "one")
    let link = FileSystem.join(FileSystem.parent(of: server.place(key("one"))), Array("link".utf8))
    try FileSystem.createSymbolicLink(at: link, to: server.place(key("one")))
    guard case .success(let objects) = try store(server).list([Array("files/md5".utf8)], effort)[0] else {
      Issue.record("not listed")
      return
    }
    #expect(objects.count == 2 && objects.allSatisfy { $0.size == 3 })
    let up = FileSystem.join(server.base, Array("files/up".utf8))
    try FileSystem.createSymbolicLink(at: up, to: server.base)
    guard case .failure(.corrupt) = try store(server).list([Array("files".utf8)], effort)[0] else {
      Issue.record("it went on")
      return
    }
  }

  @Test func aFolderThatIsNotMountedIsNoEmptyRemote() throws {
    let server = try SSHServer.direct()
    let away = try store(server, url: server.url + "/nowhere/remote")
    guard case .unknown(.unreachable) = away.presence(of: [key("one")], effort)[0] else {
      Issue.record("not unknown")
      return
    }
    guard case .failure(.unreachable)? = put([try server.upload("one")], into: away)[0] else {
      Issue.record("stored")
      return
    }
  }

  @Test func whatChangedSinceIsNotStored() throws {
    let server = try SSHServer.direct()
    let upload = try server.upload("one")
    try FileSystem.write(Array("other".utf8), to: upload.file)
    guard case .failure(.localFile)? = put([upload], into: try store(server))[0] else {
      Issue.record("stored")
      return
    }
    #expect(!FileSystem.exists(server.place(upload.key)))
    #expect(try server.leftovers().isEmpty)
  }

  /// The connection breaks off after so many bytes of answers, at every place that matters.
  @Test(arguments: [0, 3, 8, 60, 150, 200, 240, 300])
  func aServerThatDiesIsNotAnEmptyOne(bytes: Int) throws {
    let cut = "exec head -c \(bytes) < <(exec /usr/lib/openssh/sftp-server)"
    let server = try SSHServer(script: "exec bash -c '\(cut)'")
    try FileSystem.createDirectories(server.base)
    let keys = (0..<50).map { key("\($0)") }
    for presence in try store(server).presence(of: keys, effort) {
      guard case .unknown = presence else {
        Issue.record("\(presence)")
        return
      }
    }
    let upload = try server.upload(String(repeating: "x", count: 100_000))
    _ = put([upload], into: try store(server))
    #expect(
      try FileSystem.existing(server.place(upload.key)).map { $0.size == 100_000 } ?? true,
      "a broken object at its place")
  }

  @Test func aConnectionThatWasBegunIsTheOneThatIsUsed() throws {
    let server = try SSHServer(script: "echo x >> \"$0.log\"; exec /usr/lib/openssh/sftp-server")
    try FileSystem.createDirectories(server.base)
    let store = try store(server)
    for _ in 1...2 {
      store.prepare(effort)
      #expect(store.presence(of: [key("one")], effort) == [.absent])
    }
    #expect(try FileSystem.read(server.log, limit: 99) == Array("x\n".utf8))
  }

  /// As long as it takes to connect, nobody waits; and what is wrong is told when something is asked.
  @Test(arguments: ["exec sleep 100", "exit 1", "echo Welcome; sleep 1"])
  func aConnectionThatWasBegunInVainIsToldOnce(script: String) throws {
    let server = try SSHServer(script: "echo x >> \"$0.log\"; \(script)")
    let store = try store(server)
    let start = SystemClock.monotonicMilliseconds
    let hurried = Effort(jobs: 1, seconds: 1)
    store.prepare(hurried)
    for _ in 1...2 {
      guard case .unknown? = store.presence(of: [key("one")], hurried).first else {
        Issue.record("not unknown")
        return
      }
    }
    #expect(SystemClock.monotonicMilliseconds - start < 6000)
    #expect(try FileSystem.read(server.log, limit: 99) == Array("x\n".utf8))
  }

  @Test func aServerThatHangsIsGivenUp() throws {
    let server = try SSHServer(script: "exec sleep 100")
    let start = SystemClock.monotonicMilliseconds
    let hurried = Effort(jobs: 1, seconds: 1)
    guard case .unknown(.unreachable) = try store(server).presence(of: [key("one")], hurried)[0] else {
      Issue.record("not unknown")
      return
    }
    #expect(SystemClock.monotonicMilliseconds - start < 6000)
  }

  @Test func aShellThatTalksIsNamed() throws {
    let server = try SSHServer(script: "echo Welcome to the machine; sleep 1")
    guard case .unknown(.corrupt(let why)) = try store(server).presence(of: [key("one")], effort)[0] else {
      Issue.record("not corrupt")
      return
    }
    #expect(why.contains("shell"))
  }

  @Test(arguments: [
    ("Permission denied (publickey).", "unauthorised"), ("Host key verification failed.", "ssh server"),
    ("ssh: connect to host server port 22: Connection refused", "refused"),
    ("subsystem request failed on channel 0", "no SFTP"),
  ])
  func tellsWhySSHFailed(words: String, expected: String) throws {
    let server = try SSHServer(script: "echo '\(words)' >&2; exit 255")
    guard case .unknown(let error) = try store(server).presence(of: [key("one")], effort)[0] else {
      Issue.record("not unknown")
      return
    }
    if case .unauthorised = error {
      #expect(expected == "unauthorised")
    } else {
      #expect(error.description.contains(expected))
    }
  }

  @Test func aPasswordIsSaidNotToBeUsed() throws {
    let server = try SSHServer(script: "echo 'u@h: Permission denied (publickey,password).' >&2; exit 255")
    let remote = RemoteDescription(name: "r", url: server.url, options: ["ask_password": "true"])
    let store = try SFTPStore(remote, environment: server.environment)
    guard case .unknown(.unsupported(let why)) = store.presence(of: [key("one")], effort)[0] else {
      Issue.record("not unsupported")
      return
    }
    #expect(why.contains("ask_password"))
  }

  @Test func withoutSSHItIsNotSupported() throws {
    #expect(throws: StoreError.self) {
      _ = try SFTPStore(
        RemoteDescription(name: nil, url: "ssh://h/p"), environment: ProcessEnvironment(["PATH": "/nowhere"]))
    }
  }
}

/// The whole way, with the real `ssh` and the real `sshd`.
@Suite(.enabled(if: SSHServer.hasDaemon, "there is no /usr/sbin/sshd: install openssh-server"))
struct SSHTests {
  let effort = Effort(jobs: 4, seconds: 30)

  private func presence(_ server: SSHServer) throws -> Presence {
    let remote = RemoteDescription(name: "r", url: server.url)
    return try SFTPStore(remote, environment: server.environment).presence(of: [key("one")], effort)[0]
  }

  @Test func logsInAndStores() throws {
    let server = try SSHServer.real()
    let store = try SFTPStore(
      RemoteDescription(name: "r", url: server.url), environment: server.environment)
    let upload = try server.upload("one")
    store.put([upload], effort) { _, result in #expect(throws: Never.self) { try result.get() } }
    #expect(try presence(server) == .present(size: 3))
  }

  @Test func aKeyThatMayNotLogInIsUnauthorised() throws {
    guard case .unknown(.unauthorised) = try presence(try .real(letsIn: false)) else {
      Issue.record("\(try presence(try .real(letsIn: false)))")
      return
    }
  }

  @Test func aServerThatIsNotKnownIsNotTrusted() throws {
    guard case .unknown(.unreachable(let why)) = try presence(try .real(knowsHost: false)) else {
      Issue.record("trusted")
      return
    }
    #expect(why.contains("host key"))
  }
}

private func key(_ content: String) -> StoreKey {
  StoreKey(CacheObject(MD5Digest(of: Array(content.utf8))))
}

extension SSHServer {
  fileprivate func place(_ key: StoreKey) -> [UInt8] { FileSystem.join(base, key.path) }

  fileprivate func upload(_ content: String) throws -> Upload {
    let key = key(content)
    let file = scratch("source-\(UInt32.random(in: 0 ... .max))")
    try FileSystem.write(Array(content.utf8), to: file)
    return Upload(file: file, size: content.utf8.count, key: key)
  }

  fileprivate func fill(_ key: StoreKey, _ content: String) throws {
    try FileSystem.createDirectories(FileSystem.parent(of: place(key)))
    try FileSystem.write(Array(content.utf8), to: place(key))
  }

  /// Names of what was not completed.
  fileprivate func leftovers() throws -> [[UInt8]] {
    let objects = FileSystem.join(base, Array("files/md5".utf8))
    guard FileSystem.exists(objects) else { return [] }
    return try FileSystem.list(objects).flatMap { folder in
      try FileSystem.list(FileSystem.join(objects, folder.name)).map(\.name).filter { $0.first == 0x2E }
    }
  }
}
