import Disk
import Hashing
import Remotes
import Support
import Testing
import Transfer
import Values

struct RemoteCheckTests {
  let fixture: TransferFixture

  init() throws { fixture = try TransferFixture() }

  /// A directory with two files, all of it in the cache.
  private func directory() throws -> Need {
    let list = fixture.list([("a", "1"), ("b", "2")])
    try fixture.keep(list.object, list.bytes)
    try fixture.keep("1", "2")
    return try fixture.need("d", list.object)
  }

  @Test func everyFileOfADirectoryIsAskedFor() throws {
    let need = try directory()
    fixture.store.objects[need.output.object.path] = Array("[]".utf8)
    fixture.upload("1")
    let verdict = try #require(fixture.verdicts([need]).first)
    #expect(verdict.missing.map(\.path) == ["b"])
    #expect(verdict.missing.map(\.isHere) == [true])
    #expect(verdict.count == 3)
  }

  @Test func aTrustedListIsEnough() throws {
    let need = try directory()
    fixture.store.objects[need.output.object.path] = Array("[]".utf8)
    let verdict = try #require(fixture.verdicts([need], trustsLists: true).first)
    #expect(verdict.missing.isEmpty && verdict.unknown.isEmpty)
    #expect(fixture.store.asked == [need.output.object.path])
  }

  @Test func withoutItsListNoDirectoryIsTrusted() throws {
    let need = try directory()
    fixture.upload("2")
    let verdict = try #require(fixture.verdicts([need], trustsLists: true).first)
    #expect(verdict.missing.map(\.path) == ["", "a"])
  }

  @Test func whatCannotBeAskedIsNotMissing() throws {
    let need = try directory()
    fixture.store.doubts[fixture.object("1").path] = .unreachable("refused")
    let verdict = try #require(fixture.verdicts([need]).first)
    #expect(verdict.unknown == [.unreachable("refused"): 1])
    #expect(verdict.missing.map(\.path) == ["", "b"])
  }

  @Test func aListThatOnlyTheRemoteHasIsReadThere() throws {
    let list = fixture.list([("a", "1")])
    fixture.store.objects[list.object.path] = list.bytes
    let verdict = try #require(fixture.verdicts([try fixture.need("d", list.object)]).first)
    #expect(verdict.missing.map(\.path) == ["a"])
    #expect(verdict.missing.map(\.isHere) == [false])
  }

  @Test func aListThatIsNowhereIsMissing() throws {
    let list = fixture.list([("a", "1")])
    let verdict = try #require(fixture.verdicts([try fixture.need("d", list.object)]).first)
    #expect(verdict.missing.map(\.path) == [""])
    #expect(verdict.unknown.isEmpty)
  }

  @Test func whatOthersHaveIsNotAskedFor() throws {
    let need = try directory()
    let known = try fixture.need("x", fixture.object("1"))
    let verdict = try #require(fixture.verdicts([need], known: [known]).first)
    #expect(verdict.missing.map(\.path) == ["", "b"])
    #expect(!fixture.store.asked.contains(fixture.object("1").path))
  }

  @Test func anObjectOfTwoOutputsIsAskedForOnce() throws {
    let needs = [try fixture.need("a", fixture.object("1")), try fixture.need("b", fixture.object("1"))]
    #expect(fixture.verdicts(needs).map(\.missing.count) == [1, 1])
    #expect(fixture.store.asked.count == 1)
  }

  @Test func aRemoteThatCannotBeOpenedLeavesAllUnknown() throws {
    let need = try directory()
    let check = RemoteCheck(RemoteCheck.Options(), memory: nil) { description in
      OpenedRemote(description, .failure(.unsupported("gdrive")))
    }
    let verdict = try #require(check.verdicts(of: [need]).first)
    #expect(verdict.missing.isEmpty)
    #expect(verdict.unknown[.unsupported("gdrive")] ?? 0 > 0)
  }

  @Test func aListFromTheRemoteMustBeTheOneThatIsNamed() throws {
    let list = fixture.list([("a", "1")])
    fixture.store.objects[list.object.path] = fixture.list([("b", "2")]).bytes
    fixture.upload("1", "2")
    let verdict = try #require(fixture.verdicts([try fixture.need("d", list.object)]).first)
    #expect(verdict.missing.isEmpty)
    #expect(verdict.unknown == [.corrupt("the list of the directory 'd' is damaged"): 1])
  }

  @Test func aListOfTheCacheMustBeTheOneThatIsNamed() throws {
    let list = fixture.list([("a", "1")])
    try fixture.keep(list.object, Array("[]".utf8))
    fixture.store.objects[list.object.path] = list.bytes
    let need = try fixture.need("d", list.object)
    #expect(fixture.verdicts([need]).flatMap(\.missing).map(\.path) == ["a"])
    fixture.store.objects = [:]
    #expect(fixture.verdicts([need]).flatMap(\.missing).map(\.path) == [""])
  }

  @Test func whatIsTakenToBeThereIsNotReadFromAWrongList() throws {
    let (old, new) = (fixture.list([("a", "1")]), fixture.list([("a", "1"), ("b", "2")]))
    try fixture.keep(old.object, fixture.list([("a", "1"), ("b", "2")]).bytes)
    try fixture.keep(new.object, new.bytes)
    let known = try fixture.need("d", old.object)
    let verdicts = fixture.verdicts([try fixture.need("d", new.object)], known: [known])
    #expect(verdicts.flatMap(\.missing).map(\.path) == ["", "a", "b"])
  }

  @Test func anObjectWithoutBytesIsNone() throws {
    let needs = [try fixture.need("a", fixture.object("1")), try fixture.need("e", fixture.object(""))]
    fixture.store.objects[fixture.object("1").path] = []
    fixture.upload("")
    #expect(fixture.verdicts(needs).map(\.missing.count) == [1, 0])
  }

  // MARK: - Verifying

  @Test func anObjectOfAnotherSizeIsDamaged() throws {
    let need = try directory()
    fixture.store.objects[need.output.object.path] = fixture.list([("a", "1"), ("b", "2")]).bytes
    fixture.upload("1")
    fixture.store.objects[fixture.object("2").path] = Array("22".utf8)
    #expect(fixture.verdicts([need]).flatMap(\.missing).isEmpty)
    let verdict = try #require(fixture.verdicts([need], verifies: true).first)
    #expect(verdict.missing.map(\.path) == ["b"])
    #expect(verdict.missing.map(\.isDamaged) == [true])
    #expect(verdict.unverified == 0)
    let outcome = Uploader(open: { _ in fixture.remote }).upload([verdict])
    #expect(outcome.objects == 1)
    #expect(fixture.verdicts([need], verifies: true).flatMap(\.missing).isEmpty)
  }

  @Test func aDamagedObjectHereProvesNothing() throws {
    try fixture.keep(fixture.object("1"), Array("damaged".utf8))
    fixture.upload("1")
    let verdict = try #require(
      fixture.verdicts([try fixture.need("a", fixture.object("1"))], verifies: true).first)
    #expect(verdict.missing.isEmpty)
    #expect(verdict.unverified == 1)
  }

  @Test func aSizeThatNobodyKnowsIsTold() throws {
    fixture.upload("1")
    let verdict = try #require(
      fixture.verdicts([try fixture.need("a", fixture.object("1"))], verifies: true).first)
    #expect(verdict.missing.isEmpty)
    #expect(verdict.unverified == 1)
  }

  @Test func whatWasThereAWhileAgoIsNotVerified() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    let need = try directory()
    fixture.store.objects[need.output.object.path] = fixture.list([("a", "1"), ("b", "2")]).bytes
    fixture.upload("1", "2")
    _ = fixture.verdicts([need], memory: PresenceMemory(hashes))
    fixture.store.objects[fixture.object("2").path] = Array("22".utf8)
    let verdicts = fixture.verdicts([need], memory: PresenceMemory(hashes), verifies: true)
    #expect(verdicts.flatMap(\.missing).map(\.path) == ["b"])
  }

  // MARK: - Memory

  @Test func aPositiveAnswerIsRememberedForAWhile() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    let need = try fixture.need("a", fixture.object("1"))
    fixture.upload("1")
    _ = fixture.verdicts([need], memory: PresenceMemory(hashes))
    fixture.store.objects = [:]
    #expect(fixture.verdicts([need], memory: PresenceMemory(hashes)).map(\.missing.count) == [0])
    #expect(fixture.verdicts([need], memory: PresenceMemory(hashes, seconds: 0)).map(\.missing.count) == [1])
    #expect(fixture.verdicts([need]).map(\.missing.count) == [1])
  }

  @Test func whatIsSeenToBeGoneIsNoLongerBelieved() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    let need = try fixture.need("a", fixture.object("1"))
    fixture.upload("1")
    _ = fixture.verdicts([need], memory: PresenceMemory(hashes))
    fixture.store.objects = [:]
    let anew = fixture.verdicts([need], memory: PresenceMemory(hashes), believesMemory: false)
    #expect(anew.map(\.missing.count) == [1])
    #expect(fixture.verdicts([need], memory: PresenceMemory(hashes)).map(\.missing.count) == [1])
  }

  @Test func aListPromisesFilesThatAreOnlyRemembered() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    try fixture.keep("1", "2")
    fixture.upload("1")
    _ = fixture.verdicts([try fixture.need("a", fixture.object("1"))], memory: PresenceMemory(hashes))
    let need = try directory()
    #expect(fixture.verdicts([need], memory: PresenceMemory(hashes)).map(\.promisesUnseen) == [true])
    #expect(fixture.verdicts([need]).map(\.promisesUnseen) == [false])
  }

  @Test func absenceIsNotRemembered() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    let need = try fixture.need("a", fixture.object("1"))
    #expect(fixture.verdicts([need], memory: PresenceMemory(hashes)).map(\.missing.count) == [1])
    fixture.upload("1")
    #expect(fixture.verdicts([need], memory: PresenceMemory(hashes)).map(\.missing.count) == [0])
  }

  @Test func anotherRemoteIsAskedAnew() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    fixture.upload("1")
    let need = try fixture.need("a", fixture.object("1"))
    _ = fixture.verdicts([need], memory: PresenceMemory(hashes))
    fixture.store.objects = [:]
    let other = Need(
      commit: nil, output: need.output, remote: RemoteDescription(name: "r", url: "s3://other/r"),
      caches: need.caches, root: need.root)
    #expect(fixture.verdicts([other], memory: PresenceMemory(hashes)).map(\.missing.count) == [1])
  }

  @Test func aConnectionIsBegunOnlyWhereSomethingIsAsked() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    let need = try directory()
    fixture.store.objects[need.output.object.path] = Array("[]".utf8)
    fixture.upload("1", "2")
    _ = fixture.verdicts([need], known: [need], memory: PresenceMemory(hashes))
    #expect(fixture.store.prepared == 0)
    _ = fixture.verdicts([need], memory: PresenceMemory(hashes))
    #expect(fixture.store.prepared == 1)
    _ = fixture.verdicts([need], memory: PresenceMemory(hashes))
    #expect(fixture.store.prepared == 1)
  }

  @Test func theSameURLAtAnotherServerIsAskedAnew() throws {
    let hashes = HashCache(file: fixture.scratch("hashes.db"))
    fixture.upload("1")
    let need = try fixture.need("a", fixture.object("1"))
    _ = fixture.verdicts([need], memory: PresenceMemory(hashes))
    (fixture.store.objects, fixture.store.location) = ([:], "another store in memory")
    #expect(fixture.verdicts([need], memory: PresenceMemory(hashes)).map(\.missing.count) == [1])
  }
}
