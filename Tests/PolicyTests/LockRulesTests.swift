import Testing
import Trees
import Values

@testable import Policy

@Suite struct LockRulesTests {
  @Test func aCommitThatSaysTheTruthPasses() throws {
    let repository = Repository.training()
    #expect(try repository.staged().report() == "guard: 0 errors, 0 warnings in what is staged\n")
  }

  @Test func aChangedParameterIsFoundAtItsLine() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = "epochs: 3\nlr: 0.02\n"
    #expect(
      try after.staged(after: before).report() == """
        params.yaml:2: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
            recorded: 0.01 (dvc.lock:13)
            current:  0.02
            fix: dvc repro train
        guard: 1 error, 0 warnings in what is staged

        """)
  }

  @Test func aParameterThatIsGoneIsFoundWhereItIsAskedFor() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.01\n"
    #expect(
      try repository.commit().report() == """
        dvc.yaml:8: error: parameter 'epochs' of stage 'train' is gone from params.yaml [lock/params]
            recorded: 3 (dvc.lock:12)
            do:  bring it back, or take it out of dvc.yaml, then: dvc repro train
        guard: 1 error, 0 warnings in 1 commit

        """)
    #expect(
      try repository.staged(after: .training()).report().contains(
        "do:  bring 'epochs' back, which the commit takes out of params.yaml, or take it out of dvc.yaml, then: dvc repro train\n"
      ))
  }

  @Test(arguments: [
    ("lr: \"0.01\"", "differs from dvc.lock only in type", "\"0.01\""),
    ("lr: 0.010000000000001", "differs from dvc.lock only by a rounding", "0.010000000000001"),
  ])
  func whatIsOnlyWrittenOtherwiseWarns(line: String, difference: String, current: String) throws {
    var repository = Repository.training()
    repository["params.yaml"] = "\(line)\nepochs: 3\n"
    #expect(
      try repository.commit().report() == """
        params.yaml:1: warning: parameter 'lr' of stage 'train' \(difference) [lock/params]
            recorded: 0.01 (dvc.lock:13)
            current:  \(current)
            fix: dvc commit train -f
        guard: 0 errors, 1 warning in 1 commit

        """)
  }

  @Test func ofLongValuesTheDifferenceIsShown() {
    let start = String(repeating: "a", count: 300)
    let (left, right) = (Value.string(Text(start + "é1")), Value.string(Text(start + "é2")))
    let shown = "…" + String(repeating: "a", count: 38) + "é"
    #expect(left.shown(beside: right).string == shown + "1\"")
    #expect(right.shown(beside: left).string == shown + "2\"")
    #expect(left.shown(beside: nil).string == "\"" + String(repeating: "a", count: 199) + "…")
    #expect(left.shown(beside: .null).string == left.shown(beside: left).string)
    // Cut between letters, never in one.
    let accents = Value.string(Text(String(repeating: "é", count: 300)))
    #expect(accents.shown(beside: nil).string == "\"" + String(repeating: "é", count: 99) + "…")
  }

  @Test func changedCodeIsFoundAtItsLineInThePipeline() throws {
    var repository = Repository.training()
    repository["train.py"] = "print('other')\n"
    #expect(
      try repository.commit().report() == """
        dvc.yaml:5: error: dependency 'train.py' of stage 'train' is not the one in dvc.lock [lock/deps]
            recorded: \(md5("print('training')\n")) (dvc.lock:8)
            current:  \(md5("print('other')\n"))
            fix: dvc repro train
        guard: 1 error, 0 warnings in 1 commit

        """)
  }

  @Test func whatAStageHasYetToMakeIsMadeByARun() throws {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- train.py\n", with: "- train.py\n      - clean.csv\n")
    repository["dvc.yaml"]? += "  clean:\n    cmd: clean\n    deps: [train.py]\n    outs: [clean.csv]\n"
    #expect(
      try repository.commit().report(only: ["lock/missing"]) == """
        dvc.yaml:6: error: dependency 'clean.csv' of stage 'train' is not in dvc.lock [lock/missing]
            also dvc.yaml:15: error: stage 'clean' is not in dvc.lock [lock/missing]
            fix: dvc repro --downstream clean
        guard: 2 errors, 0 warnings in 1 commit

        """)
  }

  @Test func whatAFileThatCannotBeReadMayHoldIsNotMissing() throws {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- train.py\n", with: "- train.py\n      - data.csv\n")
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      "deps:\n", with: "deps:\n    - path: data.csv\n      hash: md5\n      md5: \(md5("x"))\n      size: 1\n"
    )
    repository["data.csv.dvc"] = "outs:\n- path: data.csv\n  nonsense: 1\n"
    let report = try repository.commit().verdictReport()
    #expect(report.verdicts[0].findings.map(\.rule) == ["lock/unreadable"])
    #expect(
      report.verdicts[0].notChecked.map { "\($0.what): \($0.why)" } == [
        "dvc.yaml:train: data.csv: it is not there, and may be an output of data.csv.dvc, which cannot be read"
      ])
  }

  @Test func codeThatIsMissingIsFound() throws {
    var repository = Repository.training()
    repository["train.py"] = nil
    #expect(
      try repository.commit().report().hasPrefix(
        "dvc.yaml:5: error: dependency 'train.py' of stage 'train' is missing [lock/deps]\n"))
    #expect(
      try repository.commit().report().contains(
        "do:  bring it back, or take it out of dvc.yaml, then: dvc repro train\n"))
  }

  @Test func aChangedCommandIsFound() throws {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "train.py\n    deps", with: "train.py --fast\n    deps")
    #expect(
      try repository.commit().report() == """
        dvc.yaml:3: error: the command of stage 'train' is not the one in dvc.lock [lock/command]
            recorded: "python train.py" (dvc.lock:4)
            current:  "python train.py --fast"
            fix: dvc repro train
        guard: 1 error, 0 warnings in 1 commit

        """)
  }

  @Test func anOutputInGitThatOnlyItselfChangedIsCommitted() throws {
    var repository = Repository.training()
    repository["metrics.json"] = "{}\n"
    #expect(
      try repository.commit(after: [.training()]).report() == """
        dvc.yaml:12: error: output 'metrics.json' of stage 'train' is not the one in dvc.lock [lock/outs]
            recorded: \(md5("{\"auc\": 0.9}\n")) (dvc.lock:17)
            current:  \(md5("{}\n"))
            fix: dvc commit train -f
        guard: 1 error, 0 warnings in 1 commit

        """)
  }

  @Test func aStageThatWasNeverRunIsToldOnce() throws {
    var repository = Repository.training()
    repository["dvc.lock"] = nil
    #expect(
      try repository.commit().report() == """
        dvc.yaml:2: error: stage 'train' is not in dvc.lock [lock/missing]
            fix: dvc repro train
        guard: 1 error, 0 warnings in 1 commit

        """)
  }

  @Test func whatTheLockLacksOfAStageIsToldOneByOne() throws {
    var repository = Repository.training()
    repository["eval.py"] = "1\n"
    repository["params.yaml"] = "lr: 0.01\nepochs: 3\nseed: 7\n"
    repository["dvc.yaml"] = repository["dvc.yaml"]?
      .replacingText("- train.py\n", with: "- train.py\n      - eval.py\n")
      .replacingText("- lr\n", with: "- lr\n      - seed\n")
      .replacingText("- model.pkl\n", with: "- model.pkl\n      - other.pkl\n")
    repository.ignored.insert("other.pkl")
    #expect(
      try repository.commit().report() == """
        dvc.yaml:6: error: dependency 'eval.py' of stage 'train' is not in dvc.lock [lock/missing]
            current:  \(md5("1\n"))
            also dvc.yaml:13: error: output 'other.pkl' of stage 'train' is not in dvc.lock [lock/missing]
            also params.yaml:3: error: parameter 'seed' of stage 'train' is not in dvc.lock (here 7) [lock/missing]
            fix: dvc repro train
        guard: 3 errors, 0 warnings in 1 commit

        """)
  }

  @Test func anEntryWithoutAStageWarns() throws {
    var repository = Repository.training()
    repository["dvc.lock"]? += "  old:\n    cmd: run\n"
    #expect(
      try repository.commit().report() == """
        dvc.lock:23: warning: dvc.lock has an entry for 'old', and dvc.yaml has no such stage [lock/orphan]
            do:  take the entries that dvc.yaml has no stage for out of dvc.lock
        guard: 0 errors, 1 warning in 1 commit

        """)
  }

  private func withOrphans(_ count: Int) -> Repository {
    var repository = Repository.training()
    for number in 0..<count { repository["dvc.lock"]? += "  old\(number):\n    cmd: run\n" }
    return repository
  }

  @Test func manyEntriesWithoutAStageAreOneLine() throws {
    #expect(
      try withOrphans(10_000).commit().report() == """
        dvc.lock:23: warning: dvc.lock has 10000 entries for which dvc.yaml has no stage: 'old0', 'old1', 'old2' and \
        9997 more [lock/orphan]
            do:  take the entries that dvc.yaml has no stage for out of dvc.lock
        guard: 0 errors, 10000 warnings in 1 commit

        """)
  }

  @Test func ofEntriesWithoutAStageOnlyTheNewOneIsIntroduced() throws {
    let verdict = try withOrphans(3).commit(after: [withOrphans(2)]).verdictReport().verdicts[0]
    #expect(verdict.findings.map(\.stage) == ["old2"] && verdict.inherited.count == 2)
  }

  @Test func aLockWithoutAPipelineWarns() throws {
    var repository = Repository.training()
    repository["dvc.yaml"] = nil
    let line =
      "dvc.lock: warning: no dvc.yaml stands beside it: no stage stands behind what it records [lock/orphan]\n"
    #expect(
      try repository.staged(after: .training()).report()
        == line + """
              fix: git rm dvc.lock
              or:  git restore --staged --worktree dvc.yaml, to bring dvc.yaml back
          guard: 0 errors, 1 warning in what is staged

          """)
    #expect(try repository.commit().report().hasPrefix(line + "    fix: git rm dvc.lock\n"))
    #expect(
      try repository.commit(after: [.training()]).report().contains(
        "    fix: git rm dvc.lock\n    or:  git checkout 1234567890 -- dvc.yaml, to bring dvc.yaml back\n"))
    repository.workTree["dvc.yaml"] = Repository.training()["dvc.yaml"]
    #expect(
      try repository.staged(after: .training()).report(only: ["lock/orphan"]).contains(
        "    fix: git add dvc.yaml\n"))
    repository.workTree = [:]
    repository["dvc.yaml/f"] = "1\n"
    #expect(try repository.commit().report().hasPrefix("dvc.lock: warning: dvc.yaml is a directory: "))
  }

  @Test func aPipelineThatWasNotStagedStandsBehindItsEntries() throws {
    var repository = withOrphans(1)
    repository.workTree["dvc.yaml"] = repository["dvc.yaml"].map { $0 + "  old0:\n    cmd: run\n" }
    #expect(
      try repository.staged(after: .training()).report(only: ["lock/orphan"]).contains(
        "    fix: git add dvc.yaml\n"))
  }

  /// The lock of DVC before 2.0 has stages at its top.
  @Test(arguments: [
    ("dvc.lock", ".dvc/config", "rm dvc.lock && dvc repro\n"),
    ("sub/dvc.lock", "sub/.dvc/config", "rm sub/dvc.lock && dvc --cd sub repro\n"),
    ("sub/dvc.lock", ".dvc/config", "rm sub/dvc.lock && dvc repro sub/dvc.yaml\n"),
  ])
  func aLockOfAnOldDVCIsMadeAnew(lock: String, config: String, fix: String) throws {
    var repository = Repository()
    repository.files = [:]
    repository[RepositoryPath(normalized: Array(config.utf8))] = ""
    let path = RepositoryPath(normalized: Array(lock.utf8))
    repository[path] = "train:\n  cmd: python train.py\n"
    repository[path.pipelineFile] = "stages:\n  train:\n    cmd: python train.py\n"
    #expect(try repository.commit().report(only: ["lock/unreadable"]).contains("    fix: \(fix)"))
  }

  @Test func conflictMarkersAreFoundAtTheirLine() throws {
    var repository = Repository.training()
    repository["dvc.lock"] = "schema: '2.0'\n<<<<<<< HEAD\nstages: {}\n=======\nstages: {}\n>>>>>>> other\n"
    #expect(
      try repository.commit().report() == """
        dvc.lock:2: error: conflict markers of a merge that was not finished [lock/unreadable]
            do:  resolve the conflict in dvc.lock, then: git add dvc.lock
        not checked: dvc.yaml: dvc.lock cannot be read
        guard: 1 error, 0 warnings in 1 commit

        """)
  }

  @Test func aLockThatGitIgnoresIsNotToBeCorrected() throws {
    var repository = Repository.training()
    repository.ignored.insert("dvc.lock")
    #expect(
      try repository.commit().report(only: ["lock/unreadable"]).contains(
        "    do:  take out the line that ignores it (git check-ignore -v --no-index -- dvc.lock names it), "
          + "then: git add dvc.lock\n"))
  }

  @Test func everyBrokenFileIsTold() throws {
    var repository = Repository.training()
    repository["data.csv.dvc"] = "outs: [\n"
    repository["dvc.lock"] = "stages: {\n"
    repository["dvc.yaml"] = "stages: [\n"
    let findings = try repository.commit().verdictReport().verdicts[0].findings
    #expect(findings.map(\.place.path) == ["data.csv.dvc", "dvc.lock", "dvc.yaml"])
    #expect(findings.allSatisfy { $0.rule == "lock/unreadable" })
  }

  @Test func aBrokenParametersFileIsToldOnceAndTheStageIsNotChecked() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: [\n"
    let report = try repository.commit().report()
    #expect(report.contains("params.yaml:2: error: DVC cannot read this: "))
    #expect(report.contains("not checked: dvc.yaml: params.yaml cannot be read\n"))
    #expect(report.hasSuffix("guard: 1 error, 0 warnings in 1 commit\n"))
  }

  @Test func aHashThatNobodyCanHaveWrittenIsFound() throws {
    var repository = Repository.training()
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      "0123456789abcdef0123456789abcdef", with: "xyz1")
    #expect(try repository.commit().report().contains("[lock/unreadable]"))
  }

  @Test func aRootInAFolderIsNamedInTheCommand() throws {
    var repository = Repository()
    repository.files = [:]
    for (path, item) in Repository.training().files {
      repository.files[.init(normalized: Array("my sub/".utf8) + path.bytes)] = item
    }
    repository.ignored = ["my sub/model.pkl"]
    repository["my sub/params.yaml"] = "lr: 1\nepochs: 3\n"
    let report = try repository.commit().report()
    #expect(report.contains("my sub/params.yaml:1: error: "))
    #expect(report.contains("fix: dvc --cd 'my sub' repro train\n"))
  }

  @Test func aPipelineInAFolderIsNamedInTheCommand() throws {
    var repository = Repository()
    for (path, item) in Repository.training().files where path != ".dvc/config" {
      repository.files[.init(normalized: Array("sub/".utf8) + path.bytes)] = item
    }
    repository.ignored = ["sub/model.pkl"]
    repository["sub/params.yaml"] = "lr: 1\nepochs: 3\n"
    #expect(try repository.commit().report().contains("fix: dvc repro sub/dvc.yaml:train\n"))
  }

  @Test func aRepositoryWithoutDVCSaysNothing() throws {
    var repository = Repository.training()
    repository[".dvc/config"] = nil
    let report = try repository.staged().verdictReport()
    #expect(report.verdicts.allSatisfy { !$0.hasProjects && $0.findings.isEmpty })
    #expect(report.conclusion == .pass)
  }
}
