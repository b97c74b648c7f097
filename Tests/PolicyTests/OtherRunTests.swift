import Testing
import Trees
import Values

@testable import Policy

/// `dvc commit` is only proposed for results that somebody edited, not for those of another run.
@Suite struct OtherRunTests {
  private static let old = "{\"auc\": 0.9}\n"
  private static let edited = "{\"auc\": 1}\n"

  /// The training after a run with another rate, whose lock says the truth.
  private func other(metrics: String = "{\"auc\": 0.8}\n") -> Repository {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    repository.lock(train: "train.py", lr: "0.02")
    let lock = repository["dvc.lock"]
    repository["dvc.lock"] = lock?.replacingText(md5(Self.old), with: md5("{\"auc\": 0.8}\n"))
    repository["metrics.json"] = metrics
    repository.workTree["model.pkl"] = "weights"
    return repository
  }

  private func mend(_ repository: Repository, after parent: Repository) throws -> [String?] {
    let finding = try repository.staged(after: parent).verdictReport(only: ["lock/outs"]).verdicts[0].findings
    return finding.flatMap { [$0.fix, $0.advice] }
  }

  private let restore = "to throw the change away: git restore --source=HEAD --staged --worktree metrics.json"

  @Test(arguments: [old, edited])
  func whatANewLockDoesNotHaveIsMadeAgain(metrics: String) throws {
    let subject = other(metrics: metrics).staged(after: .training())
    let finding = try #require(try subject.verdictReport(only: ["lock/outs"]).verdicts[0].findings.first)
    #expect(finding.fix == "dvc repro train" && finding.advice == nil && finding.safeMend == nil)
  }

  @Test func aLockOfOtherInputsIsNewWhereTheOutputIsTheSame() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    repository.lock(train: "train.py", lr: "0.02")
    repository["metrics.json"] = Self.edited
    #expect(try mend(repository, after: .training()) == ["dvc repro train", restore])
  }

  @Test func whatIsEditedUnderTheSameLockIsRecorded() throws {
    #expect(try mend(other(metrics: Self.edited), after: other()) == ["dvc commit train -f", restore])
  }

  @Test func aMergeThatTakesTheLockOfOneAndTheResultsOfTheOtherRuns() throws {
    func fix(_ metrics: String) throws -> [String?] {
      let merge = other(metrics: metrics).commit(after: [.training(), other()])
      return try merge.verdictReport(only: ["lock/outs"]).verdicts[0].findings.map(\.fix)
    }
    #expect(try fix(Self.old) == ["dvc repro train"])
    #expect(try fix(Self.edited) == ["dvc commit train -f"])
  }

  @Test func whatAParentHadUnderTheSameLockIsNobodysEdit() throws {
    let stale = other(metrics: Self.edited)
    let report = try stale.staged(after: stale).verdictReport(only: ["lock/outs"])
    #expect(report.verdicts[0].inherited.map(\.fix) == ["dvc repro train"])
  }

  @Test func theDataOfSuchAStageIsMadeAgainAsWell() throws {
    func fix(_ metrics: String) throws -> [String?] {
      let subject = other(metrics: metrics).staged(after: .training())
      return try subject.verdictReport(only: ["data/modified"]).verdicts[0].findings.map(\.fix)
    }
    #expect(try fix(Self.old) == ["dvc repro train"])
    #expect(try fix("{\"auc\": 0.8}\n") == ["dvc commit train -f"])
  }
}
