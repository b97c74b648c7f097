import Git
import Support
import Testing
import Values

@testable import Runs

/// Calls of `guard exec`.
@Suite struct SessionTests {
  @Test func `a session is kept until a commit takes it up`() throws {
    let scratch = try RunsFixture.repository()
    let repository = try RunsFixture.open(scratch)
    let sessions = Sessions(repository)
    #expect(try sessions.all().isEmpty)
    var session = Session(base: try repository.head(), stage: "train")
    session.entries = [LockEntry(stage: "train", digest: "0f"), LockEntry(stage: "eval", digest: "1e")]
    try sessions.keep(session)
    #expect(try sessions.all() == [session])
    try sessions.forget(session)
    try sessions.forget(session)
    #expect(try sessions.all().isEmpty)
  }

  @Test func `every session has a name of its own`() {
    let names = Set((0..<100).map { _ in Session(base: nil, stage: nil).name })
    #expect(names.count == 100 && names.allSatisfy { $0.utf8.count == 32 })
  }

  @Test(arguments: [
    (nil, #"{"guard.session":"S"}"#), ("", #"{"guard.session":"S"}"#), ("no json", #"{"guard.session":"S"}"#),
    (#"{"team":"a","guard.session":"old"}"#, #"{"team":"a","guard.session":"S"}"#),
  ])
  func `tags that are set already stay`(outer: String?, expected: String) {
    let session = Session(base: nil, stage: nil)
    let context = session.runContext(beside: outer)
    #expect(context.replacing(session.name.string, with: "S") == expected)
  }

  @Test func `an entry of a lock is told by all that it holds, and by nothing else`() {
    let one = LockEntry.all(in: Array("schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs: []\n".utf8))
    let same = LockEntry.all(in: Array("stages:\n  a: {outs: [], cmd: 'x'}\nschema: '2.0'\n".utf8))
    let other = LockEntry.all(in: Array("schema: '2.0'\nstages:\n  a:\n    cmd: y\n    outs: []\n".utf8))
    #expect(one.count == 1 && one == same && one.isDisjoint(with: other))
    #expect(LockEntry.all(in: Array("<<<<<<< HEAD\n".utf8)).isEmpty && LockEntry.all(in: []).isEmpty)
  }

  @Test func `ids of runs in files that a training left`() {
    let id = String(repeating: "0a", count: 16)
    #expect(RunID.all(in: Array(#"{"run_id": "\#(id)"}"#.utf8)) == [Text(id)])
    #expect(RunID.all(in: Array("\(id)\n".utf8)) == [Text(id)])
    #expect(RunID.all(in: Array("\(id)0 \(id.uppercased()) x\(id) \(id.dropLast())".utf8)).isEmpty)
  }
}
