import Testing

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
    let mend =
      "    fix: git checkout HEAD -- train.py to bring it back, or take it out of dvc.yaml, then: dvc repro train\n"
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
}
