import Hashing
import Platform
import Support
import Testing

@testable import Remotes

/// Asking through dvc, tried on a kind of remote that this machine has: a folder.
struct DVCCommandStoreTests {
  let scratch: ScratchDirectory
  let effort = Effort(jobs: 4, seconds: 60)

  init() throws { scratch = try ScratchDirectory() }

  /// The dvc of `make setup`, or the one in `PATH`.
  static let environment: ProcessEnvironment? = {
    var environment = ProcessEnvironment.current()
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    environment["PATH"] = "\(root)/.venv/bin:" + (environment["PATH"] ?? "/usr/bin:/bin")
    return environment.executable(named: "dvc") == nil ? nil : environment
  }()

  private func key(_ content: String) -> StoreKey {
    StoreKey(CacheObject(MD5Digest(of: Array(content.utf8))))
  }

  /// A `dvc` whose Python is a shell script, which hears all that is asked before it answers.
  private func fake(_ script: String) throws -> DVCCommandStore {
    let python = scratch("python3")
    let text = """
      #!/bin/sh
      while read -r line && test "$line" != go; do :; done
      \(script)

      """
    try FileSystem.write(Array(text.utf8), to: python, mode: 0o755)
    try FileSystem.write(Array("#!".utf8) + python + [0x0A], to: scratch("dvc"), mode: 0o755)
    let path = String(decoding: scratch.path, as: UTF8.self) + ":/usr/bin:/bin"
    return try DVCCommandStore(
      RemoteDescription(name: "r", url: "gdrive://x/y"), environment: ProcessEnvironment(["PATH": path]))
  }

  @Test(.enabled(if: environment != nil, "there is no dvc: run make setup"))
  func storesAndFindsAndReadsThroughDVC() throws {
    let base = scratch("remote")
    try FileSystem.createDirectories(base)
    let remote = RemoteDescription(
      name: "r", url: String(decoding: base, as: UTF8.self), options: ["jobs": "3"])
    let store = try DVCCommandStore(remote, environment: try #require(Self.environment))
    let file = scratch("source")
    try FileSystem.write(Array("one".utf8), to: file)
    try FileSystem.createDirectories(FileSystem.join(base, key("a folder").path))
    let keys = ["one", "two", "a folder"].map(key) + [StoreKey(path: Array("../source".utf8))]
    var told = 0
    let uploads = [
      Upload(file: file, size: 3, key: keys[0]),
      Upload(file: scratch("gone"), size: 1, key: keys[1]),
    ]
    store.put(uploads, effort) { index, result in
      told += 1
      if index == 0 { #expect(throws: Never.self) { try result.get() } }
      if index == 1 { #expect(throws: StoreError.self) { try result.get() } }
    }
    #expect(told == 2)
    let presences = store.presence(of: keys, effort)
    #expect(Array(presences[..<3]) == [.present(size: 3), .absent, .absent])
    guard case .unknown(.corrupt) = presences[3] else {
      Issue.record("asked for what is outside")
      return
    }
    #expect(
      store.contents(of: Array(keys[..<2]), limit: 3, effort)
        == [.success(Array("one".utf8)), .failure(.absent)])
    guard case .failure(.corrupt) = store.contents(of: [keys[0]], limit: 2, effort)[0] else {
      Issue.record("too large")
      return
    }
  }

  @Test(.enabled(if: environment != nil, "there is no dvc: run make setup"))
  func whatDVCRefusesIsNotAbsent() throws {
    let remote = RemoteDescription(name: "r", url: "hdfs://127.0.0.1/p", options: ["nonsense": "1"])
    let store = try DVCCommandStore(remote, environment: try #require(Self.environment))
    guard case .unknown(.unsupported) = store.presence(of: [key("one")], effort)[0] else {
      Issue.record("\(store.presence(of: [key("one")], effort))")
      return
    }
  }

  @Test(arguments: [
    "", "echo nonsense", "echo '7 absent '", "echo '-1 absent '", "echo 'all absent 00'",
    "echo '0 present zz'",
    "echo '0 done '",
  ])
  func whatIsNoAnswerIsUnknown(script: String) throws {
    guard case .unknown = try fake(script).presence(of: [key("one")], effort)[0] else {
      Issue.record("believed")
      return
    }
  }

  @Test func anAnswerCountsOnce() throws {
    let store = try fake("echo '0 absent '; echo '0 absent '")
    let presences = store.presence(of: [key("one"), key("two")], effort)
    #expect(presences[0] == .absent)
    guard case .unknown = presences[1] else {
      Issue.record("believed")
      return
    }
  }

  @Test func withoutDVCItIsNotSupported() {
    #expect(throws: StoreError.self) {
      _ = try DVCCommandStore(
        RemoteDescription(name: nil, url: "gdrive://x"), environment: ProcessEnvironment(["PATH": "/nowhere"])
      )
    }
  }

  @Test func showsNoPassword() throws {
    let remote = RemoteDescription(name: nil, url: "webhdfs://user:secret@h/p")
    try FileSystem.write(Array("#!/usr/bin/python3\n".utf8), to: scratch("dvc"), mode: 0o755)
    let path = String(decoding: scratch.path, as: UTF8.self) + ":/usr/bin"
    let store = try DVCCommandStore(remote, environment: ProcessEnvironment(["PATH": path]))
    #expect(store.location == "webhdfs://h/p")
  }
}
