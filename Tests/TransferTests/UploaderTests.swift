import Disk
import Glibc
import Hashing
import Platform
import Remotes
import Support
import Synchronization
import Testing
import Transfer

struct UploaderTests {
  let fixture: TransferFixture

  init() throws { fixture = try TransferFixture() }

  private func upload(_ needs: [Need]) -> Uploader.Outcome {
    Uploader(open: { _ in fixture.remote }).upload(fixture.verdicts(needs))
  }

  /// A directory with files of these contents, all of it in the cache.
  private func directory(_ name: String, _ contents: [String]) throws -> Need {
    let list = fixture.list(contents.map { ("file \($0)", $0) })
    try fixture.keep(list.object, list.bytes)
    for content in contents { try fixture.keep(content) }
    return try fixture.need(name, list.object)
  }

  @Test func filesGoBeforeLists() throws {
    let needs = [try directory("d", ["1", "2"]), try directory("e", ["3"])]
    let outcome = upload(needs)
    #expect(outcome.failures.isEmpty && outcome.objects == 5)
    #expect(fixture.store.stored.suffix(2).allSatisfy { $0.suffix(4).elementsEqual(".dir".utf8) })
    #expect(fixture.verdicts(needs).map(\.missing.count) == [0, 0])
  }

  @Test func aListWaitsForItsFiles() throws {
    let needs = [try directory("d", ["1", "2"]), try directory("e", ["3"])]
    fixture.store.refusals[fixture.object("2").path] = .unreachable("broken off")
    let outcome = upload(needs)
    #expect(outcome.failures.map(\.object.object) == [fixture.object("2")])
    #expect(fixture.store.objects[needs[0].output.object.path] == nil)
    #expect(fixture.store.objects[needs[1].output.object.path] != nil)
    #expect(fixture.store.objects[fixture.object("1").path] != nil)
    fixture.store.refusals = [:]
    #expect(upload(needs).objects == 2)
    #expect(fixture.store.objects[needs[0].output.object.path] != nil)
  }

  @Test func aListDoesNotGoWithoutAFileThatIsLost() throws {
    let list = fixture.list([("a", "1"), ("b", "lost")])
    try fixture.keep(list.object, list.bytes)
    try fixture.keep("1")
    let outcome = upload([try fixture.need("d", list.object)])
    #expect(outcome.failures.isEmpty)
    #expect(fixture.store.stored == [fixture.object("1").path])
  }

  @Test func aListDoesNotGoWithoutAnAnswerForItsFiles() throws {
    let need = try directory("d", ["1", "2"])
    fixture.store.doubts[fixture.object("2").path] = .throttled("slow down")
    _ = upload([need])
    #expect(fixture.store.stored == [fixture.object("1").path])
  }

  @Test func aDamagedObjectIsNeverSent() throws {
    let need = try directory("d", ["1", "2"])
    try fixture.keep(fixture.object("3"), Array("damaged".utf8))
    let outcome = upload([need, try fixture.need("f", fixture.object("3"))])
    #expect(outcome.failures.map(\.object.object) == [fixture.object("3")])
    #expect(fixture.store.objects[fixture.object("3").path] == nil)
    #expect(outcome.objects == 3)
  }

  @Test func aDamagedFileKeepsItsListBack() throws {
    let list = fixture.list([("a", "1"), ("b", "2")])
    try fixture.keep(list.object, list.bytes)
    try fixture.keep("1")
    try fixture.keep(fixture.object("2"), Array("damaged".utf8))
    let outcome = upload([try fixture.need("d", list.object)])
    #expect(outcome.failures.map(\.object.object) == [fixture.object("2")])
    #expect(fixture.store.stored == [fixture.object("1").path])
  }

  @Test func whatIsKnownToBeDamagedIsSentFromAnotherCache() throws {
    let object = fixture.object("1")
    try fixture.keep(object, Array("damaged".utf8))
    let own = LocalCache(
      directory: fixture.scratch("cache"), hashes: HashCache(file: fixture.scratch("hashes.db")))
    let other = LocalCache(directory: fixture.scratch("other"), hashes: nil)
    let bare = try fixture.need("a", object)
    func needs(_ others: [CachePlace]) -> [Need] {
      [
        Need(
          commit: nil, output: bare.output, remote: bare.remote, caches: MachineCaches(own) { others },
          root: bare.root)
      ]
    }
    usleep(60_000)
    #expect(upload(needs([])).damaged == [object: own.path(of: object)])
    #expect(fixture.verdicts(needs([])).flatMap(\.missing).map(\.isLost) == [true])
    #expect(fixture.verdicts(needs([])).flatMap(\.missing).map(\.damagedCopy) == [own.path(of: object)])
    let path = other.path(of: object)
    try FileSystem.createDirectories(FileSystem.parent(of: path))
    try fixture.scratch.put(Array("1".utf8), at: path, mode: 0o444)
    #expect(upload(needs([CachePlace(other, workTree: "w")])).objects == 1)
  }

  @Test func whatTurnsOutToBeDamagedIsLost() throws {
    let object = fixture.object("1")
    try fixture.keep(object, Array("damaged".utf8))
    var verdict = try #require(fixture.verdicts([try fixture.need("a", object)]).first)
    #expect(verdict.missing.map(\.isHere) == [true])
    verdict.settle([RemoteObject(object, on: fixture.description)], damaged: [object: Array("/path".utf8)])
    #expect(verdict.missing.map(\.isLost) == [true])
    #expect(verdict.missing.map(\.damagedCopy) == [Array("/path".utf8)])
  }

  @Test func anObjectOfTwoOutputsIsSentOnce() throws {
    try fixture.keep("1")
    let needs = [try fixture.need("a", fixture.object("1")), try fixture.need("b", fixture.object("1"))]
    #expect(upload(needs).objects == 1)
  }

  @Test func aRemoteThatKeepsVersionsGetsNothing() throws {
    let description = RemoteDescription(name: "v", url: "s3://bucket/v", options: ["version_aware": "true"])
    let need = try directory("d", ["1", "2"])
    let versioned = Need(
      commit: nil, output: need.output, remote: description, caches: need.caches, root: need.root)
    let check = RemoteCheck(RemoteCheck.Options(), memory: nil) { OpenedRemote($0, .success(fixture.store)) }
    let verdicts = check.verdicts(of: [versioned])
    #expect(verdicts.map(\.missing.count) == [2])
    let uploader = Uploader(open: { OpenedRemote($0, .success(fixture.store)) })
    #expect(uploader.paths(toUpload: verdicts).isEmpty)
    let outcome = uploader.upload(verdicts)
    #expect(outcome.objects == 0 && outcome.failures.isEmpty)
    #expect(outcome.keptBack == Set(["1", "2"].map { RemoteObject(fixture.object($0), on: description) }))
    #expect(fixture.store.stored.isEmpty)
  }

  @Test func aListThatStaysHereIsStillMissing() throws {
    let list = fixture.list([("a", "1"), ("b", "lost")])
    try fixture.keep(list.object, list.bytes)
    try fixture.keep("1")
    let outcome = upload([try fixture.need("d", list.object)])
    #expect(outcome.keptBack == [RemoteObject(list.object, on: fixture.description)])
  }

  @Test func whatIsSaidToBeSentIsSent() throws {
    let needs = [try directory("d", ["1", "2"]), try directory("e", ["2", "3"])]
    let paths = Uploader(open: { _ in fixture.remote }).paths(toUpload: fixture.verdicts(needs))
    #expect(paths == ["d/file 1", "d/file 2", "e/file 3", "d", "e"])
  }

  @Test func theTimeThatIsLeftGoesByObjectsAndBytes() {
    var progress = Uploader.Progress()
    (progress.allObjects, progress.allBytes) = (20_001, 1_400_000)
    #expect(progress.secondsLeft(after: 1) == nil)
    progress.objects = 20_000
    #expect(progress.secondsLeft(after: 60) == 0)
    (progress.objects, progress.allObjects, progress.allBytes) = (1, 2, 1 << 40)
    #expect(progress.secondsLeft(after: 1) ?? 0 > 1 << 20)
  }

  @Test func bytesOnTheirWayAreToldAndTakenBack() throws {
    let need = try directory("d", ["1", "2"])
    fixture.store.sends = [3, -3, -1, 5]
    let told = Mutex<[Int]>([])
    let uploader = Uploader(open: { _ in fixture.remote }) { progress in
      told.withLock { $0.append(progress.bytes) }
    }
    #expect(uploader.upload(fixture.verdicts([need])).objects == 3)
    let bytes = told.withLock { $0 }
    #expect(bytes.prefix(5) == [0, 3, 0, 0, 4])
  }

  @Test func whatWasSentIsSettled() throws {
    let need = try directory("d", ["1", "2"])
    var verdict = try #require(fixture.verdicts([need]).first)
    let other = RemoteDescription(name: "other", url: "s3://bucket/other")
    verdict.settle([
      RemoteObject(fixture.object("2"), on: fixture.description),
      RemoteObject(fixture.object("1"), on: other),
    ])
    #expect(verdict.missing.map(\.object) == [fixture.object("2")])
  }
}
