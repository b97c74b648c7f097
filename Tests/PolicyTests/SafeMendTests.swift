import Testing
import Trees

@testable import Policy

/// What `guard fix` may do: only what the fix of the finding does, and only where nothing can be lost by it.
@Suite struct SafeMendTests {
  private func mends(_ verdict: Verdict) -> [SafeMend] { verdict.findings.compactMap(\.safeMend) }

  private func verdict(_ repository: Repository, after parent: Repository? = nil) throws -> Verdict {
    let subject = parent.map { repository.staged(after: $0) } ?? repository.staged()
    return try #require(try subject.verdictReport().verdicts.first)
  }

  @Test func forgottenFilesAreStaged() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after.lock(train: "train.py", lr: "0.02", in: .workTree)
    #expect(mends(try verdict(after, after: before)).contains(.stage(["dvc.lock"])))
  }

  @Test func aRunOfThePipelineIsNotSafe() throws {
    var stale = Repository.training()
    stale["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    let verdict = try verdict(stale)
    #expect(!verdict.findings.isEmpty && mends(verdict).isEmpty)
  }

  @Test func anOutputIsRecordedWhenItsInputsAreTheRecordedOnes() throws {
    var edited = Repository.training()
    edited["metrics.json"] = "{\"auc\": 0.1}\n"
    // Of a stage whose other outputs are gone DVC records nothing.
    #expect(mends(try verdict(edited)).isEmpty)
    edited.workTree["model.pkl"] = "data"
    edited["dvc.lock"] = edited["dvc.lock"]?.replacingText(
      "0123456789abcdef0123456789abcdef", with: edited.md5("model.pkl"))
    var before = edited
    before["metrics.json"] = Repository.training()["metrics.json"]
    guard case .record(let recording)? = mends(try verdict(edited, after: before)).first else {
      Issue.record("nothing is recorded")
      return
    }
    #expect(recording.target == Array("train".utf8) && recording.lock == "dvc.lock" && recording.root.isRoot)
    #expect(recording.command == "dvc commit train -f" && recording.kept == ["metrics.json"])
    // The lock is new, and the metrics may be those of the run before.
    #expect(mends(try verdict(edited, after: .training())).isEmpty)
    edited["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    #expect(mends(try verdict(edited, after: before)).isEmpty)
  }

  @Test func anOutputThatNothingCoversGetsItsLine() throws {
    var open = Repository.training()
    open.ignored = []
    #expect(mends(try verdict(open)) == [.ignore(line: Array("/model.pkl".utf8), file: ".gitignore")])
  }
}
