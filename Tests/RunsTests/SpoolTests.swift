import Git
import Platform
import Support
import Testing

@testable import Runs

/// The commits whose runs wait to be delivered.
@Suite struct SpoolTests {
  private let scratch: ScratchRepository
  private let repository: Repository
  private let commit: CommitID

  init() throws {
    scratch = try RunsFixture.repository()
    repository = try RunsFixture.open(scratch)
    commit = try #require(try repository.head())
  }

  @Test func `a commit waits until it is taken off, and keeps its state meanwhile`() throws {
    let spool = Spool(repository)
    #expect(try spool.entries().isEmpty)
    try spool.add(commit)
    try spool.add(commit)
    #expect(try spool.entries() == [Spool.Entry(commit)])
    var entry = Spool.Entry(commit)
    entry.postpone(now: 1000, why: "no\nanswer", settings: "s")
    try spool.update(entry)
    try spool.add(commit)
    let kept = try #require(try spool.entries().first)
    #expect(kept.state == .transient && kept.attempts == 1 && kept.why == "no answer" && kept.settings == "s")
    #expect(kept.notBefore == entry.notBefore)
    try spool.remove(commit)
    try spool.remove(commit)
    #expect(try spool.entries().isEmpty)
  }

  @Test func `what was tried without being on the list is put there`() throws {
    let spool = Spool(repository)
    var entry = Spool.Entry(commit)
    entry.stop(.configuration, why: "no login", settings: "s")
    try spool.update(entry)
    #expect(try spool.entries() == [entry])
  }

  @Test func `what fails in passing is tried later and later, six hours at most`() {
    var entry = Spool.Entry(commit)
    var waits: [Int64] = []
    for _ in 0..<15 {
      entry.postpone(now: 0, why: "", settings: "s")
      waits.append(entry.notBefore)
    }
    #expect((24_000...36_000).contains(waits[0]) && (48_000...72_000).contains(waits[1]))
    #expect(waits.allSatisfy { $0 <= 6 * 3_600_000 * 12 / 10 } && waits[14] >= 6 * 3_600_000 * 8 / 10)
    #expect(
      !entry.isDue(now: entry.notBefore - 1, settings: "s")
        && entry.isDue(now: entry.notBefore, settings: "s"))
    entry.postpone(now: 0, wish: 99_999_999, why: "", settings: "s")
    #expect(entry.notBefore == 99_999_999)
  }

  @Test(arguments: [Spool.Entry.State.configuration, .item])
  func `what no waiting mends is tried again when a setting has changed`(state: Spool.Entry.State) {
    var entry = Spool.Entry(commit)
    #expect(entry.isDue(now: 0, settings: "one"))
    entry.stop(state, why: "no", settings: "one")
    #expect(!entry.isDue(now: .max, settings: "one") && entry.isDue(now: 0, settings: "two"))
  }

  @Test func `a clock that was set back keeps nothing waiting for ever`() {
    var entry = Spool.Entry(commit)
    entry.postpone(now: 10_000_000_000_000, why: "", settings: "s")
    #expect(entry.isDue(now: 0, settings: "s"))
  }

  @Test func `files that are no entries, or broken ones, do no harm`() throws {
    let spool = Spool(repository)
    try spool.add(commit)
    let folder = FileSystem.join(repository.commonDirectory, Array("guard/spool".utf8))
    try FileSystem.write(Array("junk".utf8), to: FileSystem.join(folder, Array("README".utf8)))
    try FileSystem.write(
      [0xFF, 0x00, 0x0A] + Array("state what\nattempts -5\nnot-before x\n".utf8),
      to: FileSystem.join(folder, commit.object.hexadecimal))
    #expect(try spool.entries() == [Spool.Entry(commit)])
  }
}
