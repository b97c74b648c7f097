import Glibc
import Hashing
import Platform
import Support
import Testing

@testable import Remotes

struct FolderStoreTests {
  let scratch: ScratchDirectory
  let base: [UInt8]
  let effort = Effort(jobs: 4, seconds: 20)

  init() throws {
    scratch = try ScratchDirectory()
    base = scratch("remote")
  }

  private func store(_ options: [String: String] = [:], at path: [UInt8]? = nil) throws -> FolderStore {
    let url = String(decoding: path ?? base, as: UTF8.self)
    return try FolderStore(RemoteDescription(name: "r", url: url, options: options))
  }

  private func key(_ content: String) -> StoreKey {
    StoreKey(CacheObject(MD5Digest(of: Array(content.utf8))))
  }

  private func upload(_ content: String) throws -> Upload {
    let key = key(content)
    let file = scratch("source-\(key.path.suffix(6).map { String($0) }.joined())")
    try FileSystem.write(Array(content.utf8), to: file)
    return Upload(file: file, size: content.utf8.count, key: key)
  }

  private func put(_ uploads: [Upload], into store: FolderStore) -> [Result<Void, StoreError>?] {
    var results = [Result<Void, StoreError>?](repeating: nil, count: uploads.count)
    store.put(uploads, effort) { results[$0] = $1 }
    return results
  }

  private func fill(_ key: StoreKey, _ content: String) throws {
    let place = FileSystem.join(base, key.path)
    try FileSystem.createDirectories(FileSystem.parent(of: place))
    try FileSystem.write(Array(content.utf8), to: place)
  }

  @Test func tellsSizesAndWhatIsAbsent() throws {
    try fill(key("one"), "one")
    try FileSystem.createDirectories(FileSystem.join(base, key("a folder").path))
    try fill(key("cut to nothing"), "")
    try fill(key(""), "")
    let keys = ["one", "two", "a folder", "cut to nothing", ""].map(key)
    #expect(
      try store().presence(of: keys, effort)
        == [.present(size: 3), .absent, .absent, .absent, .present(size: 0)])
  }

  @Test func aNewRemoteInAFolderThatIsThereIsEmpty() throws {
    #expect(try store().presence(of: [key("one")], effort) == [.absent])
    #expect(try store().list([Array("files/md5/ab/".utf8)], effort) == [.success([])])
  }

  @Test func aShareThatIsNotMountedIsNoEmptyRemote() throws {
    let away = try store(at: scratch("share/remote"))
    guard case .unknown(.unreachable(let why)) = away.presence(of: [key("one")], effort)[0] else {
      Issue.record("not unknown")
      return
    }
    #expect(why.contains("mounted"))
    guard case .failure(.unreachable) = away.list([Array("files/md5/ab".utf8)], effort)[0] else {
      Issue.record("listed")
      return
    }
    guard case .failure(.unreachable)? = put([try upload("one")], into: away)[0] else {
      Issue.record("uploaded")
      return
    }
    #expect(!FileSystem.exists(scratch("share")))
  }

  @Test func aFileAtTheBaseIsNoRemote() throws {
    try FileSystem.write([], to: base)
    guard case .unknown(.unreachable) = try store().presence(of: [key("one")], effort)[0] else {
      Issue.record("not unknown")
      return
    }
  }

  @Test func refusesWhatLeadsOutOfTheRemote() throws {
    try FileSystem.createDirectories(base)
    try FileSystem.write([1], to: scratch("secret"))
    let paths = ["../secret", "/etc/passwd", "a//b", "", "a/./b", "a\u{0}b"]
    let keys = paths.map { StoreKey(path: Array($0.utf8)) }
    for presence in try store().presence(of: keys, effort) {
      guard case .unknown(.corrupt) = presence else {
        Issue.record("\(presence)")
        continue
      }
    }
    let version = StoreKey(path: Array("a".utf8), version: "1")
    guard case .unknown(.unsupported) = try store().presence(of: [version], effort)[0] else {
      Issue.record("a version")
      return
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func whatMayNotBeReadIsUnknown() throws {
    try fill(key("one"), "one")
    try FileSystem.setMode(0, of: base)
    defer { do { try FileSystem.setMode(0o755, of: base) } catch { Issue.record(error) } }
    guard case .unknown(.unauthorised) = try store().presence(of: [key("one")], effort)[0] else {
      Issue.record("not unauthorised")
      return
    }
  }

  @Test func listsWholeFoldersWithoutWhatIsNotComplete() throws {
    let one = key("one")
    try fill(one, "one")
    try fill(key("cut to nothing"), "")
    let half = FileSystem.join(FileSystem.parent(of: FileSystem.join(base, one.path)), Array(".x.tmp".utf8))
    try FileSystem.write([1], to: half)
    let expected = [ListedObject(path: one.path, size: 3)]
    let exact = Array(one.path.prefix { $0 != UInt8(ascii: "/") }) + Array("/md5".utf8)
    let lists = try store().list([exact, exact + Array("/".utf8), Array("files/md5/zz".utf8), []], effort)
    #expect(lists == [.success(expected), .success(expected), .success([]), .success(expected)])
  }

  @Test func aLinkInACircleEnds() throws {
    try fill(key("one"), "one")
    try FileSystem.createSymbolicLink(at: FileSystem.join(base, Array("files/up".utf8)), to: base)
    guard case .failure(.corrupt) = try store().list([Array("files".utf8)], effort)[0] else {
      Issue.record("it went on")
      return
    }
  }

  @Test func readsWhatFitsTheLimit() throws {
    try fill(key("one"), "one")
    let results = try store().contents(of: [key("one"), key("two")], limit: 3, effort)
    #expect(results == [.success(Array("one".utf8)), .failure(.absent)])
    guard case .failure(.corrupt) = try store().contents(of: [key("one")], limit: 2, effort)[0] else {
      Issue.record("too large")
      return
    }
  }

  @Test func storesAsDVCDoes() throws {
    let uploads = try ["one", "two", "", "one"].map(upload)
    for result in put(uploads, into: try store()) { #expect(throws: Never.self) { try result?.get() } }
    for upload in uploads {
      let status = try FileSystem.status(of: FileSystem.join(base, upload.key.path))
      #expect(status.size == upload.size && status.mode == 0o444)
    }
    #expect(
      try store().presence(of: uploads.map(\.key), effort) == uploads.map { .present(size: $0.size) })
  }

  @Test func aSharedRemoteIsOpenToItsGroup() throws {
    _ = put([try upload("one")], into: try store(["shared": "group"]))
    for folder in ["remote", "remote/files", "remote/files/md5"] {
      #expect(try FileSystem.status(of: scratch(folder)).mode == 0o2775)
    }
  }

  @Test func aWholeObjectStaysAndABrokenOneIsReplaced() throws {
    let uploads = try ["one", "two"].map(upload)
    try fill(uploads[0].key, "eno")  // the size is right: it is not touched
    try fill(uploads[1].key, "tw")
    _ = put(uploads, into: try store())
    #expect(try FileSystem.read(FileSystem.join(base, uploads[0].key.path), limit: 9) == Array("eno".utf8))
    #expect(try FileSystem.read(FileSystem.join(base, uploads[1].key.path), limit: 9) == Array("two".utf8))
  }

  @Test func whatChangedSinceIsNotStored() throws {
    let upload = try upload("one")
    try FileSystem.write(Array("other".utf8), to: upload.file)
    let gone = Upload(file: scratch("gone"), size: 1, key: key("gone"))
    for result in put([upload, gone], into: try store()) {
      guard case .failure(.localFile)? = result else {
        Issue.record("stored")
        continue
      }
    }
    #expect(try store().presence(of: [upload.key, gone.key], effort) == [.absent, .absent])
  }

  /// A file system of a few pages, which only root may mount.
  @Test(.enabled(if: geteuid() == 0, "only root may mount a small file system"))
  func aFullDiskLeavesNothingBehind() throws {
    try FileSystem.createDirectories(base)
    let place = String(decoding: base, as: UTF8.self)
    let environment = ProcessEnvironment.current()
    let mount = Command(
      Array("/usr/bin/mount".utf8), ["-t", "tmpfs", "-o", "size=64k", "none", place], environment: environment
    )
    guard try mount.run().succeeded else { return print("not tried: mount is not permitted here") }
    defer {
      let unmount = Command(Array("/usr/bin/umount".utf8), [place], environment: environment)
      do { #expect(try unmount.run().succeeded) } catch { Issue.record(error) }
    }
    let upload = try upload(String(repeating: "x", count: 1 << 20))
    guard case .failure(.unreachable(let why))? = put([upload], into: try store())[0] else {
      Issue.record("stored")
      return
    }
    #expect(why.contains("No space left"))
    #expect(try store().presence(of: [upload.key], effort) == [.absent])
    let folder = FileSystem.parent(of: FileSystem.join(base, upload.key.path))
    #expect(try FileSystem.list(folder).isEmpty)
  }

  @Test func afterTheTimeNothingIsAbsent() throws {
    try FileSystem.createDirectories(base)
    let over = Effort(jobs: 2, seconds: 0)
    guard case .unknown(.unreachable) = try store().presence(of: [key("one")], over)[0] else {
      Issue.record("not unknown")
      return
    }
    var told = 0
    try store().put([try upload("one")], over) { _, result in
      told += 1
      if case .failure(.unreachable) = result { return }
      Issue.record("stored")
    }
    #expect(told == 1)
  }

  @Test func fileURLsAreRefused() {
    #expect(throws: StoreError.self) {
      _ = try FolderStore(RemoteDescription(name: nil, url: "file:///tmp/x"))
    }
  }
}
