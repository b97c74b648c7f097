import Git
import Support
import Testing
import Trees

@testable import Runs

/// Which commit brought the results.
@Suite struct IntroductionTests {
  /// `results – docs – more docs – new results – docs – old results again`, and what merges make of them.
  private func repository() throws -> ScratchRepository {
    let repository = try RunsFixture.repository()
    try repository.git("tag", "first")
    for name in ["docs", "more"] {
      try repository.write(name, to: "README.md")
      try repository.commitAll(name)
      try repository.git("tag", name)
    }
    try repository.write(#"{"acc": 0.95}"#, to: "metrics.json")
    try repository.commitAll("new results")
    try repository.git("tag", "new")
    return repository
  }

  private func origin(_ repository: ScratchRepository, _ revision: String = "HEAD") throws -> String {
    let results = try RunsFixture.record(repository, revision).predicate["results"]
    let id = results?["introducedBy"]?.text?.string
    let isSame = results?["sameAsParent"]?.bool
    let tags = try repository.git("tag").text.split(separator: "\n").map(String.init)
    let tag = try tags.first { try repository.line("rev-parse", "\($0)^{commit}") == id }
    return "\(tag ?? id ?? "–") \(isSame.map { "\($0)" } ?? "–")"
  }

  @Test func `commits that change no results point to the one that did`() throws {
    let repository = try repository()
    #expect(try origin(repository, "first") == "first false")
    #expect(try origin(repository, "docs") == "first true")
    #expect(try origin(repository, "more") == "first true")
    #expect(try origin(repository, "new") == "new false")
    // What brings old results back brings results.
    try repository.git("revert", "--no-edit", "HEAD")
    try repository.git("tag", "revert")
    #expect(try origin(repository) == "revert false")
    // A metrics file beside the stages counts, a parameter does not.
    try repository.write("seed: 9\n", to: "params.yaml")
    try repository.commitAll("parameter")
    #expect(try origin(repository) == "revert true")
    try repository.write(#"{"loss": 2}"#, to: "extra.json")
    try repository.commitAll("loss")
    try repository.git("tag", "loss")
    #expect(try origin(repository) == "loss false")
  }

  @Test func `a merge has the results of the parent that has the same`() throws {
    let repository = try repository()
    // The second parent brought them.
    try repository.git("checkout", "-q", "-b", "side", "more")
    try repository.write("side", to: "side.md")
    try repository.commitAll("side")
    try repository.git("merge", "-q", "--no-ff", "-m", "merge", "new")
    #expect(try origin(repository) == "new true")
    // Neither has them.
    try repository.git("checkout", "-q", "-b", "other", "more")
    try repository.write(#"{"loss": 3}"#, to: "extra.json")
    try repository.commitAll("other")
    try repository.git("tag", "other-results")
    try repository.git("merge", "-q", "--no-ff", "-m", "both", "new")
    try repository.git("tag", "both")
    #expect(try origin(repository) == "both false")
    // A squash is a commit of its own, a cherry-pick too.
    try repository.git("checkout", "-q", "-b", "squash", "more")
    try repository.git("merge", "-q", "--squash", "new")
    try repository.commitAll("squash")
    try repository.git("tag", "squashed")
    #expect(try origin(repository) == "squashed false")
    try repository.git("checkout", "-q", "-b", "pick", "docs")
    try repository.git("cherry-pick", "new")
    try repository.git("tag", "picked")
    #expect(try origin(repository) == "picked false")
  }

  @Test func `where a clone ends too early it is left out, and does not count in a comparison`() throws {
    let repository = try repository()
    try repository.write("late", to: "README.md")
    try repository.commitAll("late")
    let whole = try RunsFixture.record(repository)
    for depth in 1...2 {
      let clone = try repository.clone("depth-\(depth)", "--depth", "\(depth)")
      let record = try RunsFixture.record(clone)
      #expect(record.isCutOff)
      #expect(record.text("commit") == whole.text("commit"))
      #expect(whole.differences(from: record).isEmpty && record.differences(from: whole).isEmpty)
      // It does not take the place of one that says more.
      let ledger = Ledger(try RunsFixture.open(clone))
      try ledger.records.write([whole])
      #expect(try ledger.records.write([record]) == .unchanged)
    }
    let one = try RunsFixture.record(ScratchRepository(beside: repository, at: repository.scratch("depth-1")))
    #expect(one.text("results") == "nothing" && one.isCutOff)
    let two = try RunsFixture.record(ScratchRepository(beside: repository, at: repository.scratch("depth-2")))
    #expect(two.text("results") == #"{"sameAsParent":true}"# && two.isCutOff)
    // What differs all the same is found.
    let other = try #require(RunRecord(line: Array(whole.line.text.replacing("0.95", with: "0.96").utf8)))
    #expect(two.differences(from: other) == ["metrics"])
  }

  @Test func `there is a farthest commit, wherever one begins`() throws {
    let repository = try ScratchRepository()
    try repository.write("", to: ".dvc/config")
    try repository.write("metrics: [m.json]\n", to: "dvc.yaml")
    try repository.write("{}", to: "m.json")
    var commits = [try repository.commitAll("0")]
    for number in 1...7 { commits.append(try repository.commitAll("\(number)")) }
    let opened = try RunsFixture.open(repository)
    let results = Introductions.Results(
      paths: ["m.json"],
      objects: try opened.objects(at: ["m.json"], of: opened.storedCommit(opened.resolve("HEAD")).tree))
    for order in [Array(0...7), Array((0...7).reversed()), [5, 3, 7, 4, 0, 6, 1, 2]] {
      let introductions = Introductions(opened, reach: 4)
      for number in order {
        let commit = try opened.storedCommit(opened.resolve(commits[number]))
        let answer = try introductions.answer(of: commit, results)
        #expect(answer.introducedBy?.description == (number <= 4 ? commits[0] : nil), "\(number) in \(order)")
        #expect(answer.isSameAsParent == (number > 0))
      }
    }
  }
}
