import Hashing
import Remotes
import Support
import Testing
import Transfer
import Values

/// The answers are those of DVC 3.67; `Tests/Conformance/cases/cloud.py` asks it.
struct CloudStatusTests {
  let fixture: TransferFixture

  init() throws { fixture = try TransferFixture() }

  @Test func saysWhatIsWhere() throws {
    try fixture.keep("here", "both")
    fixture.upload("there", "both")
    let outputs = try ["here", "there", "both", "nowhere"].map { try fixture.used($0, fixture.object($0)) }
    #expect(try fixture.status(outputs) == ["here: new", "there: deleted", "nowhere: missing"])
  }

  @Test func theFilesOfAListOnTheRemoteAreNotAskedFor() throws {
    let list = fixture.list([("a", "1"), ("b", "2")])
    try fixture.keep(list.object, list.bytes)
    try fixture.keep("1")
    fixture.store.objects[list.object.path] = list.bytes
    let twin = try fixture.used("twin", fixture.object("2"))
    #expect(try fixture.status([try fixture.used("d", list.object), twin]) == ["d/b: deleted"])
    #expect(fixture.store.asked == [list.object.path])
  }

  @Test func aListThatIsReadThereCountsAsHere() throws {
    let list = fixture.list([("a", "1")])
    fixture.store.objects[list.object.path] = list.bytes
    #expect(try fixture.status([try fixture.used("d", list.object)]) == ["d/a: deleted"])
  }

  @Test func aDirectoryWithoutAListIsLeftOut() throws {
    let list = fixture.list([("a", "1")])
    let used = try UsedObjects(
      of: [try fixture.used("d", list.object)], cache: fixture.cache, fixture.effort)
    #expect(used.unlisted == ["d"])
    #expect(used.isEmpty)
  }

  @Test func aPartOfADirectoryHasItsList() throws {
    let list = fixture.list([("a", "1"), ("s/b", "2"), ("sb", "3")])
    try fixture.keep(list.object, list.bytes)
    try fixture.keep("2")
    let part = try fixture.used("d", list.object, part: "s")
    #expect(try fixture.status([part]) == ["d: new", "d/s/b: new"])
  }

  @Test func aFileHasNoParts() throws {
    let output = try fixture.used("f", fixture.object("1"), part: "x")
    #expect(throws: CloudStatusError.noDirectory("f")) { try fixture.status([output]) }
  }

  @Test func aRemoteThatDoesNotAnswerIsNoEmptyOne() throws {
    try fixture.keep("1")
    fixture.store.doubts[fixture.object("1").path] = .unauthorised("401")
    let output = try fixture.used("f", fixture.object("1"))
    let error = CloudStatusError.unasked(remote: fixture.description, count: 1, why: .unauthorised("401"))
    #expect(throws: error) { try fixture.status([output]) }
  }

  @Test func aListThatCannotBeReadIsNotMissing() throws {
    let list = fixture.list([("a", "1")])
    fixture.store.doubts[list.object.path] = .unreachable("timed out")
    let output = try fixture.used("d", list.object)
    let error = CloudStatusError.unasked(
      remote: fixture.description, count: 1, why: .unreachable("timed out"))
    #expect(throws: error) { try fixture.status([output]) }
  }

  @Test func aDamagedListInTheCacheIsSaid() throws {
    let list = fixture.list([("a", "1")])
    try fixture.keep(list.object, Array("{".utf8), mode: 0o644)
    let output = try fixture.used("d", list.object)
    #expect(throws: CloudStatusError.damagedList(of: "d")) { try fixture.status([output]) }
  }

  @Test func anOutputWithARemoteOfItsOwnIsLeftOut() throws {
    try fixture.keep("1")
    let output = try fixture.output("f", fixture.object("1"))
    let own = UsedOutput(name: "f", output: output, destination: .own, source: fixture.remote)
    #expect(try fixture.status([own]).isEmpty)
    let lost = UsedOutput(name: "f", output: output, destination: .unusable("no such remote"), source: nil)
    #expect(throws: CloudStatusError.refused("no such remote")) { try fixture.status([lost]) }
  }

  @Test func ofTwoObjectsWithOneNameTheWorseCounts() throws {
    try fixture.keep("new")
    fixture.upload("deleted")
    let outputs = try ["missing", "new", "deleted"].map { try fixture.used("f", fixture.object($0)) }
    #expect(try fixture.status(outputs) == ["f: missing"])
  }

  @Test func anObjectHasTheNameThatItWasMetUnderFirst() throws {
    let list = fixture.list([("y", "1"), ("x", "1")])
    try fixture.keep(list.object, list.bytes)
    try fixture.keep("1")
    let outputs = [try fixture.used("d", list.object), try fixture.used("f", fixture.object("1"))]
    #expect(try fixture.status(outputs) == ["d: new", "d/x: new"])
  }
}
