import Testing
import Trees
import Values

@testable import Policy

/// What DVC wants before it runs a stage stands in the command.
@Suite struct StageRunTests {
  private func fixes(_ repository: Repository) throws -> Set<String?> {
    let report = try repository.staged().verdictReport(only: ["lock/missing", "lock/deps", "lock/command"])
    return Set(report.verdicts[0].findings.map(\.fix))
  }

  /// A stage that reads a dataset of another repository.
  private func reading(asked: String, locked: String?, recorded: String?) -> Repository {
    func entry(_ revision: String) -> String {
      "{name: reg, url: u, type: dvc, path: d, rev: \(revision), rev_lock: '\(revision)'}"
    }
    var repository = Repository()
    repository["dvc.yaml"] = """
      datasets:
      - {name: reg, type: dvc, url: u, path: d, rev: \(asked)}
      stages:
        use:
          cmd: run
          deps: ["ds://reg"]
          outs: [o]

      """
    repository["dvc.lock"] =
      "schema: '2.0'\n" + (locked.map { "datasets:\n- \(entry($0))\n" } ?? "")
      + (recorded.map {
        "stages:\n  use:\n    cmd: run\n    deps:\n    - {path: 'ds://reg', dataset: \(entry($0))}\n"
          + "    outs: [{path: o, hash: md5, md5: b026324c6904b2a9cb4b88d6d61c81d1}]\n"
      } ?? "stages: {}\n")
    return repository
  }

  @Test func aDatasetThatChangedIsUpdatedBefore() throws {
    let update = "dvc ds update reg && dvc repro use"
    #expect(try fixes(reading(asked: "v2", locked: "v1", recorded: "v1")) == [update])
    #expect(try fixes(reading(asked: "v1", locked: nil, recorded: nil)) == [update])
    // It was updated, and the stage has not run with it.
    #expect(try fixes(reading(asked: "v2", locked: "v2", recorded: "v1")) == ["dvc repro use"])
    #expect(try fixes(reading(asked: "v1", locked: "v1", recorded: "v1")) == [])
  }

  @Test func aFrozenStageIsThawedToRunInAnotherEnvironment() throws {
    var before = Repository.training()
    before["dvc.yaml"] = before["dvc.yaml"]?.replacingText("    deps:", with: "    frozen: true\n    deps:")
    before["requirements.txt"] = "pandas==2.2.2\n"
    var after = before
    after["requirements.txt"] = "pandas==2.2.3\n"
    let policy = try Policy(reading: "rules: {env/drift: error}")
    let findings = try after.staged(after: before).verdictReport(policy, only: ["env/drift"]).verdicts[0]
      .findings
    #expect(findings.map(\.fix) == ["dvc unfreeze train && dvc repro --force train && dvc freeze train"])
  }

  @Test func aFrozenStageIsThawedForIt() throws {
    var repository = Repository()
    repository["dvc.yaml"] = "stages:\n  a:\n    cmd: run\n    frozen: true\n    outs: [o]\n"
    let thawed = "dvc unfreeze a && dvc repro a && dvc freeze a"
    #expect(try fixes(repository) == [thawed])
    // What is made from it runs with it.
    repository["dvc.yaml"] =
      (repository["dvc.yaml"] ?? "") + "  b:\n    cmd: walk\n    deps: [o]\n    outs: [p]\n"
    #expect(try fixes(repository) == ["dvc unfreeze a && dvc repro --downstream a && dvc freeze a"])
  }
}
