import DVC
import Testing
import Trees
import Values

@testable import Policy

@Suite struct DataRulesTests {

  /// The training that also reads `data.csv`, behind a pointer.
  private func withData(_ text: String, locked: String) -> Repository {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- train.py\n", with: "- data.csv\n      - train.py\n")
    repository["data.csv.dvc"] = pointer("data.csv", text)
    repository["dvc.lock"] = lock(repository["dvc.lock"], locked)
    repository.ignored.insert("data.csv")
    return repository
  }

  private func lock(_ lock: String?, _ data: String) -> String? {
    lock?.replacingText(
      "deps:\n",
      with: "deps:\n    - path: data.csv\n      hash: md5\n      md5: \(md5(data))\n      size: 1\n")
  }

  // MARK: - Left behind

  @Test func aForgottenPointerIsNamed() throws {
    let before = withData("old", locked: "old")
    var after = before
    after["dvc.lock"] = lock(Repository.training()["dvc.lock"], "new")
    after.workTree["data.csv.dvc"] = pointer("data.csv", "new")
    #expect(
      try after.staged(after: before).report() == """
        data.csv.dvc: error: changed here and not staged: it belongs with what is staged [data/left-behind]
            also dvc.yaml:5: error: dependency 'data.csv' of stage 'train' is not the one in dvc.lock [lock/deps]
            fix: git add data.csv.dvc
        guard: 2 errors, 0 warnings in what is staged

        """)
  }

  @Test func aLineForOtherFilesInGitignoreBelongsToNoStage() throws {
    var before = withData("old", locked: "old")
    before[".gitignore"] = "/data.csv\n"
    var after = before
    after[".gitignore"] = "/data.csv\n*.log\n"
    after.workTree["params.yaml"] = "lr: 0.5\nepochs: 3\n"
    after.lock(train: "train.py", lr: "0.5", in: .workTree)
    #expect(try !after.staged(after: before).report(only: ["data/left-behind"]).contains("left-behind"))
  }

  @Test func aForgottenLockAndParametersBelongWithTheCode() throws {
    let before = Repository.training()
    var after = before
    after["train.py"] = "print('better')\n"
    after.workTree["params.yaml"] = "lr: 0.5\nepochs: 3\n"
    after.lock(train: "train.py", lr: "0.5", in: .workTree)
    #expect(
      try after.staged(after: before).report(only: ["data/left-behind"]) == """
        dvc.lock: error: changed here and not staged: it belongs with stage 'train' [data/left-behind]
            also params.yaml: error: changed here and not staged: it belongs with stage 'train' [data/left-behind]
            fix: git add dvc.lock params.yaml
        guard: 2 errors, 0 warnings in what is staged

        """)
  }

  @Test func aParameterOfAnotherStageIsNotNamed() throws {
    var before = Repository.training()
    before["params.yaml"] = "lr: 0.01\nepochs: 3\nother: 1\n"
    var after = before
    after["train.py"] = "print('better')\n"
    after.workTree["params.yaml"] = "lr: 0.01\nepochs: 3\nother: 2\n"
    #expect(
      try after.staged(after: before).report(only: ["data/left-behind"])
        == "guard: 0 errors, 0 warnings in what is staged\n")
  }

  @Test func anUnrelatedPointerIsNotNamed() throws {
    let before = Repository.training()
    var after = before
    after["train.py"] = "print('better')\n"
    after.workTree["else/images.dvc"] = pointer("images", "x")
    after.workTree["data.csv.dvc"] = pointer("data.csv", "x")
    #expect(
      try after.staged(after: before).report(only: ["data/left-behind"])
        == "guard: 0 errors, 0 warnings in what is staged\n")
  }

  @Test func theNextPieceOfWorkIsNotNamed() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after.lock(train: "train.py", lr: "0.02")
    after.workTree["params.yaml"] = "lr: 0.03\nepochs: 3\n"
    #expect(try after.staged(after: before).report() == "guard: 0 errors, 0 warnings in what is staged\n")
  }

  @Test func aNewPointerBelongsWithItsLineInGitignore() throws {
    var before = Repository()
    before[".gitignore"] = "\n"
    var after = before
    after[".gitignore"] = "/data.csv\n"
    after.ignored = ["data.csv"]
    after.workTree["data.csv.dvc"] = pointer("data.csv", "x")
    #expect(
      try after.staged(after: before).report() == """
        data.csv.dvc: error: new here and not staged: it belongs with what is staged [data/left-behind]
            fix: git add data.csv.dvc
        guard: 1 error, 0 warnings in what is staged

        """)
  }

  /// The training, whose `dvc.yaml` also names files that no stage keeps.
  private func withNamedFiles() -> Repository {
    var repository = Repository.training()
    repository["dvc.yaml"]? += """
      metrics:
        - live/metrics.json
      plots:
        - live/roc.csv:
            x: a
        - curves:
            x: {live/x.csv: a}
            y: {live/y.csv: [b]}
      params:
        - config.yaml

      """
    for name in ["metrics.json", "roc.csv", "x.csv", "y.csv"] {
      repository[.init(normalized: Array("live/\(name)".utf8))] = "old\n"
    }
    repository["config.yaml"] = "a: 1\n"
    return repository
  }

  /// The training run again and staged, without the files beside the stages.
  private func runAgain(_ before: Repository) -> Repository {
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after.lock(train: "train.py", lr: "0.02")
    for name in ["metrics.json", "roc.csv", "y.csv", "x.csv"] {
      after.workTree[.init(normalized: Array("live/\(name)".utf8))] = "new\n"
    }
    after.workTree["config.yaml"] = "a: 2\n"
    return after
  }

  @Test func resultsThatNoStageKeepsBelongWithTheRun() throws {
    let before = withNamedFiles()
    let after = runAgain(before)
    let owner =
      "error: changed here and not staged: it belongs with the results of dvc.yaml [data/left-behind]"
    #expect(
      try after.staged(after: before).report() == """
        live/metrics.json: \(owner)
            also live/roc.csv: \(owner)
            also live/x.csv: \(owner)
            also live/y.csv: \(owner)
            fix: git add live/metrics.json live/roc.csv live/x.csv live/y.csv
        guard: 4 errors, 0 warnings in what is staged

        """)
  }

  @Test func resultsThatMayBeOfAnotherStageAreNotNamed() throws {
    var before = withNamedFiles()
    let stage = "  other:\n    cmd: run\n    deps:\n      - other.py\n"
    before["dvc.yaml"] = before["dvc.yaml"]?.replacingText(
      "metrics:\n  - live", with: stage + "metrics:\n  - live")
    before["other.py"] = "1\n"
    let entry = { (text: String) in
      "  other:\n    cmd: run\n    deps:\n    - path: other.py\n      hash: md5\n      md5: \(md5(text))\n"
    }
    before["dvc.lock"]? += entry("1\n")
    var after = runAgain(before)
    let lock = after["dvc.lock"] ?? ""
    after["dvc.lock"] = lock + entry("1\n")
    after.workTree["other.py"] = "2\n"
    after.workTree["dvc.lock"] = lock + entry("2\n")
    #expect(try after.staged(after: before).verdictReport().conclusion == .pass)
    after.workTree["dvc.lock"] = lock + entry("1\n")
    #expect(try after.staged(after: before).verdictReport().errors == 4)
  }

  @Test func resultsWithoutARunAreNotNamed() throws {
    let before = withNamedFiles()
    var after = before
    after["README.md"] = "text\n"
    after.workTree["live/metrics.json"] = "new\n"
    #expect(try after.staged(after: before).verdictReport().conclusion == .pass)
  }

  @Test func parametersThatNoStageReadsAreNamedWithARunThatWasLeftBehind() throws {
    let before = withNamedFiles()
    var after = runAgain(before)
    after["dvc.lock"] = before["dvc.lock"]
    after.lock(train: "train.py", lr: "0.02", in: .workTree)
    let report = try after.staged(after: before).report()
    #expect(
      report.contains("also config.yaml: error: changed here and not staged: it belongs with the parameters"))
    #expect(
      report.contains(
        "    fix: git add config.yaml dvc.lock live/metrics.json live/roc.csv live/x.csv live/y.csv\n"))
  }

  // MARK: - Modified

  @Test func dataThatWasChangedIsAdded() throws {
    var repository = Repository()
    repository["data.csv.dvc"] = pointer("data.csv", "old")
    repository.ignored = ["data.csv"]
    repository.workTree["data.csv"] = "new"
    #expect(
      try repository.staged().report() == """
        data.csv.dvc:2: error: 'data.csv' is not the data that data.csv.dvc names [data/modified]
            recorded: \(md5("old"))
            current:  \(md5("new"))
            fix: dvc add data.csv
        guard: 1 error, 0 warnings in what is staged

        """)
  }

  @Test func whatDVCIsWritingIsNotJudged() throws {
    var repository = Repository.training()
    repository.workTree["model.pkl"] = "half"
    #expect(try repository.staged().report(only: ["data/modified"]).contains("1 error"))
    let lock = """
      {"write": {"/repo/model.pkl": {"pid": 12, "cmd": "dvc repro"}, "/else/train.py": {"pid": 1, "cmd": ""}}, "read": {}}
      """
    repository.running = RunningWrite.read(Array(lock.utf8), below: Array("/repo".utf8))
    #expect(
      try repository.staged().report(only: ["data/modified"]) == """
        not checked: model.pkl: 'dvc repro' is writing it (process 12)
        guard: 0 errors, 0 warnings in what is staged

        """)
    #expect(RunningWrite.read(Array("[".utf8), below: []).isEmpty)
  }

  @Test func anOutputThatWasChangedIsCommittedOrMadeAgain() throws {
    var repository = Repository.training()
    repository.workTree["model.pkl"] = "weights"
    #expect(try repository.staged().report(only: ["data/modified"]).contains("fix: dvc commit train -f\n"))
    repository.workTree["train.py"] = "print('better')\n"
    // The run would take away what the other line keeps.
    #expect(
      try repository.staged().report(only: ["data/modified"]).contains(
        "fix: dvc repro train\n    or:  to keep what it is now, copy model.pkl away first: the run makes it anew\n"
      ))
  }

  @Test func outputsThatOneCommandRecordsAreToldTogether() throws {
    var repository = Repository.training()
    repository.cached = ["0123456789abcdef0123456789abcdef": "weights"]
    repository.workTree["model.pkl"] = "others"
    repository["metrics.json"] = "{}\n"
    let subject = repository.staged(after: .training())
    let both: Set<RuleID> = ["data/modified", "lock/outs"]
    let said = try subject.report(only: both).split(separator: "\n").filter {
      !$0.contains("d: ") && !$0.contains("t: ")
    }
    #expect(
      said.joined(separator: "\n") == """
        dvc.lock:21: error: 'model.pkl' is not the data that dvc.lock names [data/modified]
            also dvc.yaml:12: error: output 'metrics.json' of stage 'train' is not the one in dvc.lock [lock/outs]
            fix: dvc commit train -f
            or:  to throw the change away: dvc checkout -f model.pkl
            or:  to throw the change away: git restore --source=HEAD --staged --worktree metrics.json
        """)
    // For a program each has its own.
    let findings = try subject.verdictReport(only: both).verdicts[0].findings
    #expect(
      findings.count == 2 && Set(findings.map(\.fix)).count == 1 && Set(findings.map(\.advice)).count == 2)
  }

  @Test func dataThatThePointerHereNamesIsNotModified() throws {
    var repository = Repository()
    repository["data.csv.dvc"] = pointer("data.csv", "old")
    repository.ignored = ["data.csv"]
    repository.workTree["data.csv"] = "new"
    repository.workTree["data.csv.dvc"] = pointer("data.csv", "new")
    #expect(try repository.staged().verdictReport(only: ["data/modified"]).errors == 0)
  }

  @Test func dataThatAParentRecordedWasOnlyNotCheckedOut() throws {
    var before = Repository()
    before["data.csv.dvc"] = pointer("data.csv", "old")
    before.ignored = ["data.csv"]
    var merged = before
    merged["data.csv.dvc"] = pointer("data.csv", "theirs")
    merged.workTree["data.csv"] = "old"
    let message = """
      data.csv.dvc:2: warning: 'data.csv' is another version than data.csv.dvc names: not checked out [data/modified]
          recorded: \(md5("theirs"))
          current:  \(md5("old"))

      """
    let end = "\nguard: 0 errors, 1 warning in what is staged\n"
    let lost = "without the data that would take 'data.csv' away"
    #expect(
      try merged.staged(after: before).report(only: ["data/modified"]) == message
        + "    do:  have the data brought here by who recorded it, since there is no remote, "
        + "then: dvc checkout data.csv; \(lost)" + end)
    merged.hasRemote = true
    #expect(
      try merged.staged(after: before).report(only: ["data/modified"]) == message
        + "    do:  dvc fetch data.csv and, only where it has fetched the data, dvc checkout data.csv: \(lost)"
        + end)
    merged.cached = [Text(md5("theirs")): "theirs"]
    #expect(
      try merged.staged(after: before).report(only: ["data/modified"]) == message
        + "    fix: dvc checkout data.csv" + end)
  }

  @Test func dataThatIsNotHereIsNotLookedAt() throws {
    var repository = Repository()
    repository["data.csv.dvc"] = pointer("data.csv", "old")
    repository.ignored = ["data.csv"]
    #expect(try repository.staged().verdictReport().errors == 0)
  }

  @Test func hashingOverTheLimitIsSaid() throws {
    var repository = Repository()
    repository["data.csv.dvc"] = pointer("data.csv", "old")
    repository.ignored = ["data.csv"]
    repository.workTree["data.csv"] = "new"
    let policy = try Policy(reading: "rules: {data/modified: {limit: 10}}")
    #expect(
      try repository.staged().report(policy) == """
        not checked: the data in the work tree of data.csv: there is more to hash than the limits of \
        data/modified allow (1 files, 1 kB to read)
        guard: 0 errors, 0 warnings in what is staged

        """)
  }

  // MARK: - Large

  @Test func aLargeFileBelongsToDVC() throws {
    var repository = Repository.training()
    repository["weights.bin"] = "x"
    repository.sizes["weights.bin"] = 12_300_000
    #expect(
      try repository.commit().report() == """
        weights.bin: error: 12.3 MB in Git, over the limit of 10 MB [data/large-file]
            fix: git rm --cached weights.bin && dvc add weights.bin && git add .gitignore weights.bin.dvc
        guard: 1 error, 0 warnings in 1 commit

        """)
    let policy = try Policy(reading: "rules: {data/large-file: {except: ['*.bin']}}")
    #expect(try repository.commit().verdictReport(policy).errors == 0)
  }

  @Test func aLargeOutputThatIsLeftToGitIsHandedToItsStage() throws {
    var repository = Repository.training()
    repository.sizes["metrics.json"] = 12_300_000
    #expect(
      try repository.commit().report().contains(
        """
        metrics.json: error: 12.3 MB in Git, over the limit of 10 MB [data/large-file]
            do:  take 'cache: false' of 'metrics.json' away in dvc.yaml:12, then: git rm --cached metrics.json \
        && dvc commit train -f && git add .gitignore dvc.lock dvc.yaml

        """))
  }
}
