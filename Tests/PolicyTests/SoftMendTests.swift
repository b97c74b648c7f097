import Testing
import Trees
import Values

@testable import Policy

/// What is proposed where only the way of writing differs: line ends, types of parameters.
@Suite struct SoftMendTests {
  @Test func lineEndsAreAWarning() throws {
    var repository = Repository.training()
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      repository.md5("train.py"), with: md5("print('training')\r\n"))
    let report = try repository.commit().report()
    #expect(
      report.hasPrefix(
        "dvc.yaml:5: warning: dependency 'train.py' of stage 'train' differs from dvc.lock only in line ends "
      ))
    #expect(report.contains("fix: dvc commit train -f\n"))
  }

  /// What the rules say before guard looks for what was only not staged: Git would take line ends for no change.
  private func fixes(_ repository: Repository) throws -> [String?] {
    let subject = repository.staged(after: repository)
    let findings =
      try Rule.lockDependencies.evaluate(subject) + Rule.lockOutputs.evaluate(subject)
    #expect(findings.allSatisfy { $0.reason == .lineEnds })
    return findings.map(\.fix)
  }

  @Test func aFileWithOtherLineEndsHereIsMadeAnewBeforeItIsRecorded() throws {
    let mend = "git add train.py && rm train.py && git checkout -- train.py && dvc commit train -f"
    var repository = Repository.training()
    let lock = repository["dvc.lock"]
    repository["dvc.lock"] = lock?.replacingText(
      repository.md5("train.py"), with: md5("print('training')\r\n"))
    #expect(try fixes(repository) == ["dvc commit train -f"])
    repository.workTree["train.py"] = "print('training')\r\n"
    #expect(try fixes(repository) == [mend])
    repository.workTree["train.py"] = "print('training')\r\nprint('more')\n"
    let keeping =
      "edits=$(git stash create) && { rm train.py && git checkout -- train.py && dvc commit train -f; "
      + "git restore --source=$edits train.py; }"
    #expect(try fixes(repository) == [keeping])
  }

  @Test(arguments: [
    (RepositoryPath("params.yaml"), "lr: 0.01", "lr: 0.02"), ("params.yaml", "epochs: 3\n", ""),
    ("dvc.yaml", "cmd: python", "cmd: python3"), ("dvc.yaml", "- epochs", "- epochs\n        - depth"),
    ("dvc.yaml", "- train.py", "- train.py\n      - params.yaml"),
  ])
  func aSoftMendRecordsNothingThatDidNotRun(file: RepositoryPath, text: String, other: String) throws {
    var repository = Repository.training()
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      repository.md5("train.py"), with: md5("print('training')\r\n"))
    #expect(try fixes(repository) == ["dvc commit train -f"])
    repository[file] = repository[file]?.replacingText(text, with: other)
    let soft = { () throws in
      try Rule.lockDependencies.evaluate(repository.staged(after: repository))
        .filter { $0.reason == .lineEnds }.map(\.fix)
    }
    #expect(try soft() == ["dvc repro train"])
    repository.workTree["train.py"] = "print('training')\r\n"
    #expect(
      try soft() == ["git add train.py && rm train.py && git checkout -- train.py && dvc repro train"])
  }

  @Test func aParameterOfAnotherTypeIsNotRecordedBesideChangedCode() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: '0.01'\nepochs: 3\n"
    let fix = { () throws in try Rule.lockParameters.evaluate(repository.commit()).map(\.fix) }
    #expect(try fix() == ["dvc commit train -f"])
    repository["train.py"] = "print('other')\n"
    #expect(try fix() == ["dvc repro train"])
  }

  @Test func softFindingsOfOneStageAreRecordedTogether() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: '0.01'\nepochs: 3\n"
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      repository.md5("train.py"), with: md5("print('training')\r\n"))
    #expect(try Rule.lockParameters.evaluate(repository.commit()).map(\.fix) == ["dvc commit train -f"])
    #expect(try Rule.lockDependencies.evaluate(repository.commit()).map(\.fix) == ["dvc commit train -f"])
  }

  @Test func aRightLockIsNotRecordedAnewFromOtherLineEndsInTheWorkTree() throws {
    var repository = Repository.training()
    let fixes = { () throws in try Rule.lockDependencies.evaluate(repository.onDisk()).map(\.fix) }
    repository.workTree["train.py"] = "print('training')\r\n"
    #expect(try fixes() == ["rm train.py && git checkout -- train.py"])
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      md5("print('training')\n"), with: md5("print('training')\r\n"))
    repository.workTree["train.py"] = nil
    #expect(try fixes() == ["dvc commit train -f"])
    // An edit that ran with one kind of line ends and lies here with the other.
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
      md5("print('training')\r\n"), with: md5("print('more')\n"))
    repository.workTree["train.py"] = "print('more')\r\n"
    #expect(
      try fixes() == ["git add train.py && rm train.py && git checkout -- train.py && dvc commit train -f"])
  }

  @Test func mixedLineEndsAreLineEndsWhereTheWorkTreeShowsThem() throws {
    var repository = Repository.training()
    repository["train.py"] = "1\n2\n"
    repository.workTree["train.py"] = "1\r\n2\n"
    repository.lock(train: "train.py", lr: "0.01")
    #expect(
      try fixes(repository)
        == ["git add train.py && rm train.py && git checkout -- train.py && dvc commit train -f"])
    #expect(try repository.commit().verdictReport().verdicts[0].findings.map(\.reason) == [.content])
  }

  @Test func anOutputWithOtherLineEndsHereIsMadeAnew() throws {
    var repository = Repository.training()
    repository.workTree["metrics.json"] = "{\"auc\": 0.9}\r\n"
    repository.lock(train: "train.py", lr: "0.01")
    #expect(
      try fixes(repository)
        == [
          "git add metrics.json && rm metrics.json && git checkout -- metrics.json && dvc commit train -f"
        ])
  }

  @Test func ofADirectoryTheFilesWithOtherLineEndsAreNamed() throws {
    var repository = Repository()
    repository["src/a.py"] = "1\n"
    repository["src/b c.py"] = "2\n"
    repository["src/*.py"] = "3\n"
    repository.workTree["src/b c.py"] = "2\r\n"
    repository.workTree["src/*.py"] = "3\r\n"
    repository["dvc.yaml"] = "stages:\n  s:\n    cmd: run\n    deps:\n      - src\n"
    let recorded = Repository.directory(["a.py": "1\n", "b c.py": "2\r\n", "*.py": "3\r\n"])
    repository["dvc.lock"] =
      "schema: '2.0'\nstages:\n  s:\n    cmd: run\n    deps:\n    - {path: src, hash: md5, md5: \(recorded), nfiles: 3}\n"
    let files = "'src/*.py' 'src/b c.py'"
    #expect(
      try fixes(repository) == [
        "git --literal-pathspecs add \(files) && rm \(files) && git --literal-pathspecs checkout -- \(files) "
          + "&& dvc commit s -f"
      ])
  }
}
