import Testing
import Trees

@testable import Policy

@Suite struct StagedMendTests {
  @Test func aLockThatWasOnlyNotStagedIsAdded() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after.lock(train: "train.py", lr: "0.02", in: .workTree)
    #expect(
      try after.staged(after: before).report(only: ["lock/params"]) == """
        params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
            recorded: 0.01 (dvc.lock:13)
            current:  0.02
            fix: git add dvc.lock
        guard: 1 error, 0 warnings in what is staged

        """)
  }

  @Test func everyFileThatTheLockNeedsIsAdded() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after.workTree["train.py"] = "print('better')\n"
    after.workTree["metrics.json"] = "{\"auc\": 0.95}\n"
    after.lock(train: "train.py", lr: "0.02", in: .workTree)
    #expect(
      try after.staged(after: before).report(only: ["lock/params"])
        .contains("    fix: git add dvc.lock metrics.json train.py\n"))
  }

  @Test func whenTheWorkTreeDoesNotMendItTheStageIsRun() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after.workTree["train.py"] = "print('better')\n"
    #expect(
      try after.staged(after: before).report(only: ["lock/params"]).contains("    fix: dvc repro train\n"))
  }

  @Test func codeThatWasNeverAddedIsAdded() throws {
    let before = Repository.training()
    var after = before
    after["train.py"] = nil
    after.workTree["train.py"] = before["train.py"]
    #expect(
      try after.staged(after: before).report(only: ["lock/deps"]).contains("    fix: git add train.py\n"))
  }

  @Test func aFileThatGitIgnoresIsNotAdded() throws {
    let before = Repository.training()
    var after = before
    after["train.py"] = nil
    after.workTree["train.py"] = before["train.py"]
    after.ignored.insert("train.py")
    let mend = """
          fix: git restore --staged --worktree train.py
          or:  take it out of dvc.yaml, then: dvc repro train

      """
    #expect(try after.staged(after: before).report(only: ["lock/deps"]).contains(mend))
  }

  @Test func aLockMendedInTheWorkTreeIsAdded() throws {
    let before = Repository.training()
    var after = before
    after["dvc.lock"] = "schema: '2.0'\n<<<<<<< HEAD\n"
    after.workTree["dvc.lock"] = before["dvc.lock"]
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains("fix: git add dvc.lock\n"))
  }

  @Test func whatWasInheritedDoesNotHideTheMend() throws {
    var before = Repository.training()
    before["metrics.json"] = "{}\n"
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after.workTree["dvc.lock"] = before["dvc.lock"]?.replacingText("lr: 0.01", with: "lr: 0.02")
    #expect(
      try after.staged(after: before).report(only: ["lock/params", "lock/outs"]) == """
        params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
            recorded: 0.01 (dvc.lock:13)
            current:  0.02
            fix: git add dvc.lock
        1 finding inherited from before (guard check --inherited lists them)
        guard: 1 error, 0 warnings in what is staged

        """)
  }

  @Test func whatWasInheritedDoesNotMakeTheNextWorkForgotten() throws {
    var before = Repository.training()
    before["metrics.json"] = "{}\n"
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after["dvc.lock"] = before["dvc.lock"]?.replacingText("lr: 0.01", with: "lr: 0.02")
    after.workTree["params.yaml"] = "lr: 0.03\nepochs: 3\n"
    #expect(try after.staged(after: before).verdictReport().conclusion == .pass)
  }

  // MARK: - What the commit takes away

  private func withData(in pointer: RepositoryPath, of output: String, read path: String) -> Repository {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- train.py\n", with: "- \(path)\n      - train.py\n")
    let suffix = output == path ? "" : ".dir"
    repository[pointer] = "outs:\n- md5: \(md5("x"))\(suffix)\n  size: 1\n  hash: md5\n  path: \(output)\n"
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      "deps:\n", with: "deps:\n    - path: \(path)\n      hash: md5\n      md5: \(md5("x"))\n      size: 1\n")
    return repository
  }

  @Test(arguments: [
    (RepositoryPath("data.csv.dvc"), "data.csv", "data.csv"), ("data/all.dvc", "raw", "data/raw/x.csv"),
  ])
  func aPointerThatTheCommitDeletesIsNamed(pointer: RepositoryPath, output: String, path: String) throws {
    let before = withData(in: pointer, of: output, read: path)
    var after = before
    after[pointer] = nil
    let otherwise = "take it out of dvc.yaml, then: dvc repro train\n"
    #expect(
      try after.staged(after: before).report(only: ["lock/deps"]).contains(
        "    fix: git restore --staged --worktree \(pointer)\n    or:  \(otherwise)"))
    #expect(
      try after.commit(after: [before]).report(only: ["lock/deps"]).contains(
        "    do:  bring \(pointer) back, which the commit deletes, or \(otherwise)"))
  }

  @Test func aPointerOfSomethingElseIsNotNamed() throws {
    var before = withData(in: "data.csv.dvc", of: "data.csv", read: "other.csv")
    before["other.csv"] = "x"
    var after = before
    after["data.csv.dvc"] = nil
    after["other.csv"] = nil
    #expect(
      try after.staged(after: before).report(only: ["lock/deps"]).contains(
        "    fix: git restore --staged --worktree other.csv\n    or:  take"))
  }

  @Test func aPointerThatIsStillHereIsAdded() throws {
    let before = withData(in: "data.csv.dvc", of: "data.csv", read: "data.csv")
    var after = before
    after["data.csv.dvc"] = nil
    after.workTree["data.csv.dvc"] = before["data.csv.dvc"]
    #expect(
      try after.staged(after: before).report(only: ["lock/deps"]).contains("    fix: git add data.csv.dvc\n"))
  }

  @Test func aVariablesFileThatWasNeverAddedIsAdded() throws {
    let before = Repository.training()
    var after = before
    after["dvc.yaml"] = "vars:\n- vars.yaml\n" + (before["dvc.yaml"] ?? "")
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains(
        """
        dvc.yaml:2: error: DVC cannot read this: vars: 'vars.yaml' does not exist [lock/unreadable]
            do:  bring vars.yaml back, or take it out of dvc.yaml, then: git add dvc.yaml vars.yaml

        """))
    after.workTree["vars.yaml"] = "a: 1\n"
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains(
        "    fix: git add vars.yaml\n"))
    after.ignoredInWorkTree = ["vars.yaml"]
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains(
        "    fix: git add -f vars.yaml\n    or:  take out the line that ignores it (git check-ignore -v --no-index -- "
          + "vars.yaml names it), then: git add vars.yaml\n"))
    after.ignoredInWorkTree = []
    // Staged alone it would not mend anything.
    after.workTree["vars.yaml"] = "- 1\n"
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains(
        "    do:  bring vars.yaml back"))
  }

  @Test func aVariablesFileOfAStageThatWasNeverAddedIsAdded() throws {
    let before = Repository.training()
    var after = before
    after["dvc.yaml"] = before["dvc.yaml"]?.replacingText(
      "    deps:", with: "    vars: [vars.yaml]\n    deps:")
    after.workTree["vars.yaml"] = "a: 1\n"
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains(
        "    fix: git add vars.yaml\n"))
  }

  /// The training whose command takes a value from `params.yaml`.
  private func templated(parameters: String?) -> Repository {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "cmd: python train.py", with: "cmd: python train.py ${size}")
    repository["params.yaml"] = parameters
    return repository
  }

  @Test func parametersThatATemplateNeedsAreAdded() throws {
    let needed = "lr: 0.01\nepochs: 3\nsize: 1\n"
    for staged in [nil, "lr: 0.01\nepochs: 3\n"] {
      var after = templated(parameters: staged)
      after.workTree["params.yaml"] = needed
      // What differs as well has no part in it.
      after.workTree["train.py"] = "print(2)\n"
      after.workTree["metrics.json"] = "{}\n"
      let report = try after.staged(after: .training()).report(only: ["lock/unreadable"])
      #expect(report.contains("could not find 'size'"))
      #expect(report.contains("    fix: git add params.yaml\n"))
    }
  }

  @Test func whatWasNotStagedBesideTheParametersIsAddedWithThem() throws {
    var after = templated(parameters: "lr: 0.01\nepochs: 3\n")
    after.workTree["params.yaml"] = "lr: 0.01\nepochs: 3\nsize: 1\n"
    after.workTree["metrics.json"] = "{\"auc\": 0.8}\n"
    after.lock(train: "train.py", lr: "0.01", in: .workTree)
    after.workTree["dvc.lock"] = after.workTree["dvc.lock"]??.replacingText(
      "cmd: python train.py", with: "cmd: python train.py 1")
    #expect(
      try after.staged(after: .training()).report(only: ["lock/unreadable"]).contains(
        "    fix: git add dvc.lock metrics.json params.yaml\n"))
  }

  @Test func ofSeveralVariablesFilesTheOneIsAddedThatHasTheValue() throws {
    var after = templated(parameters: "lr: 0.01\nepochs: 3\n")
    after["dvc.yaml"] = "vars:\n- vars.yaml\n" + (after["dvc.yaml"] ?? "")
    after["vars.yaml"] = "a: 1\n"
    after.workTree["vars.yaml"] = "a: 1\nsize: 1\n"
    after.workTree["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    let report = try after.staged(after: .training()).report(only: ["lock/unreadable"])
    #expect(report.contains("    fix: git add vars.yaml\n"))
  }

  @Test func parametersThatATemplateNeedsAndGitIgnoresAreForced() throws {
    var after = templated(parameters: nil)
    after.workTree["params.yaml"] = "lr: 0.01\nepochs: 3\nsize: 1\n"
    after.ignoredInWorkTree = ["params.yaml"]
    let report = try after.staged(after: .training()).report(only: ["lock/unreadable"])
    #expect(
      report.contains(
        """
        could not find 'size', and Git ignores 'params.yaml' [lock/unreadable]
            fix: git add -f params.yaml
            or:  take out the line that ignores it

        """.dropLast()))
    // A file without the value is no help.
    after.workTree["params.yaml"] = "lr: 0.01\nepochs: 3\n"
    #expect(
      try !after.staged(after: .training()).report(only: ["lock/unreadable"]).contains("fix:"))
  }

  @Test func allVariablesFilesThatWereNeverAddedAreAdded() throws {
    let before = Repository.training()
    var after = before
    after["dvc.yaml"] =
      "vars: [a.yaml, b.yaml]\n"
      + (before["dvc.yaml"]?.replacingText("    deps:", with: "    vars: [c.yaml]\n    deps:") ?? "")
    for name in ["a", "b", "c"] {
      after.workTree[RepositoryPath(normalized: "\(name).yaml".utf8)] = "\(name): 1\n"
    }
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains(
        "    fix: git add a.yaml b.yaml c.yaml\n"))
    after.ignoredInWorkTree = ["b.yaml"]
    #expect(
      try after.staged(after: before).report(only: ["lock/unreadable"]).contains(
        "    do:  bring a.yaml back, or take it out of dvc.yaml"))
  }

  @Test func aParameterThatWasOnlyNotStagedIsNotGone() throws {
    var after = Repository.training()
    after["dvc.yaml"] = after["dvc.yaml"]?.replacingText("- epochs", with: "- epochs\n      - momentum")
    let gone = try after.staged(after: .training()).report(only: ["lock/params", "lock/missing"])
    #expect(gone.contains("bring it back"))
    after.workTree["params.yaml"] = "lr: 0.01\nepochs: 3\nmomentum: 1\n"
    let report = try after.staged(after: .training()).report(only: ["lock/params", "lock/missing"])
    #expect(report.contains("    fix: git add params.yaml\n"))
    #expect(!report.contains("bring it back"))
  }

  @Test func aParametersFileThatTheCommitDeletesIsNamed() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = nil
    #expect(
      try after.staged(after: before).report(only: ["lock/params"]).contains(
        "    fix: git restore --staged --worktree params.yaml\n    or:  take"))
  }

  // MARK: - Many findings, one mend

  /// Thirty stages that read one file, with what the lock says of it when it holds `text`.
  private func manyStages(recorded text: String) -> (pipeline: String, lock: String) {
    var pipeline = "stages:\n"
    var lock = "schema: '2.0'\nstages:\n"
    for number in 10..<40 {
      pipeline += "  s\(number):\n    cmd: run\n    deps:\n      - common.py\n"
      lock +=
        "  s\(number):\n    cmd: run\n    deps:\n    - path: common.py\n      hash: md5\n      md5: \(md5(text))\n"
    }
    return (pipeline, lock)
  }

  private func manyStages() -> (before: Repository, after: Repository) {
    var before = Repository()
    before["common.py"] = "old\n"
    (before["dvc.yaml"], before["dvc.lock"]) = manyStages(recorded: "old\n")
    var after = before
    after["common.py"] = "new\n"
    after.workTree["dvc.lock"] = manyStages(recorded: "new\n").lock
    return (before, after)
  }

  @Test func aForgottenLockOfManyStagesIsOneBlock() throws {
    let (before, after) = manyStages()
    let also = (10..<20).map {
      "    also dvc.yaml:\(($0 - 10) * 4 + 5): error: dependency 'common.py' of stage 's\($0)' is not the one in "
        + "dvc.lock [lock/deps]\n"
    }
    #expect(
      try after.staged(after: before).report()
        == "dvc.lock: error: changed here and not staged: it belongs with stage 's10' [data/left-behind]\n"
        + also.joined() + """
              and 20 more of lock/deps in dvc.yaml
              fix: git add dvc.lock
          guard: 31 errors, 0 warnings in what is staged

          """)
    #expect(try after.staged(after: before).verdictReport().verdicts[0].findings.count == 31)
  }

  @Test func stagesThatRunAgainAreOneBlock() throws {
    let before = manyStages().before
    var after = manyStages().after
    after.workTree = [:]
    // Of every stage the command changed as well, which the same run mends.
    after["dvc.yaml"] = after["dvc.yaml"]?.replacingText("cmd: run", with: "cmd: walk")
    #expect(
      try after.staged(after: before).report().hasSuffix(
        """
            and 49 more: 24 of lock/command, 25 of lock/deps
            fix: dvc repro
        guard: 60 errors, 0 warnings in what is staged

        """))
  }

  /// Thirty stages, each with a file of its own in Git that it wrote.
  private func manyOutputs(_ text: String = "{}\n") -> Repository {
    var repository = Repository()
    var (pipeline, lock) = ("stages:\n", "schema: '2.0'\nstages:\n")
    for number in 10..<40 {
      let name = "m\(number).json"
      repository[.init(normalized: Array(name.utf8))] = text
      pipeline += "  s\(number):\n    cmd: run\n    outs:\n      - \(name):\n          cache: false\n"
      lock +=
        "  s\(number):\n    cmd: run\n    outs:\n    - path: \(name)\n      hash: md5\n      md5: \(md5("old\n"))\n"
    }
    (repository["dvc.yaml"], repository["dvc.lock"]) = (pipeline, lock)
    return repository
  }

  @Test func whatIsMendedEachByItselfIsCutOff() throws {
    #expect(
      try manyOutputs().staged(after: manyOutputs("old\n")).report().hasSuffix(
        """
            fix: dvc commit s29 -f
            or:  to throw the change away: git restore --source=HEAD --staged --worktree m29.json
        and 10 more of lock/outs in dvc.yaml
        guard: 30 errors, 0 warnings in what is staged

        """))
  }

  @Test func filesForgottenTogetherAreOneCommand() throws {
    let before = Repository.training()
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    after["other/dvc.yaml"] = "stages:\n  o:\n    cmd: run\n    deps:\n      - ../train.py\n"
    after.workTree["metrics.json"] = "{}\n"
    after.lock(train: "train.py", lr: "0.02", in: .workTree)
    after.workTree["other/dvc.lock"] = """
      schema: '2.0'
      stages:
        o:
          cmd: run
          deps:
          - path: ../train.py
            hash: md5
            md5: \(after.md5("train.py"))

      """
    let fixes = try after.staged(after: before).verdictReport().verdicts[0].findings.map(\.fix)
    #expect(Set(fixes) == ["git add dvc.lock metrics.json other/dvc.lock"])
  }
}
