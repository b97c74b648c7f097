import DVC
import Testing
import Trees

@testable import Policy

/// What DVC is not to see, and what has no data on purpose.
@Suite struct LockHiddenTests {
  // MARK: - Imports

  @Test func anImportWithoutItsDataLacksNothing() throws {
    var repository = Repository.training()
    repository["part.csv.dvc"] = """
      frozen: true
      deps:
      - path: https://example.org/part.csv
        etag: abc
      outs:
      - hash: md5
        path: part.csv

      """
    repository.ignored.insert("part.csv")
    #expect(
      try !repository.staged(after: Repository.training()).report(only: ["lock/missing"]).contains("part"))
  }

  // MARK: - Hidden

  @Test(arguments: [
    (".dvcignore", "*\n", true), (".dvcignore", "dvc.*\n", true),
    (".dvcignore", "*.tmp\n", false), ("docs/.dvcignore", "*\n", false), ("notes.txt", "*\n", false),
  ])
  func aPipelineThatIsHiddenIsTold(file: String, text: String, isHidden: Bool) throws {
    let before = Repository.training()
    var after = before
    after[RepositoryPath(normalized: file.utf8)] = text
    #expect(
      try after.staged(after: before).report(only: ["lock/hidden"])
        == (isHidden
          ? """
          \(file): error: 'dvc.yaml' is hidden from DVC now: no rule looks at it [lock/hidden]
              do:  take line 1 out of \(file), which hides dvc.yaml
          guard: 1 error, 0 warnings in what is staged

          """ : "guard: 0 errors, 0 warnings in what is staged\n"))
    // Who goes on after that is not told again.
    var later = after
    later["notes.txt"] = "more"
    later[RepositoryPath(normalized: file.utf8)] = text + "*.more\n"
    #expect(try !later.staged(after: after).report(only: ["lock/hidden"]).contains("hidden"))
  }

  @Test func aPipelineThatIsTakenOutIsNotHidden() throws {
    let before = Repository.training()
    var after = before
    after[".dvcignore"] = "dvc.yaml\n"
    after["dvc.yaml"] = nil
    after["dvc.lock"] = nil
    #expect(try !after.staged(after: before).report(only: ["lock/hidden"]).contains("hidden"))
  }

  @Test func aLockThatIsHiddenIsTold() throws {
    let before = Repository.training()
    var after = before
    after[".dvcignore"] = "*.lock\n"
    let rules: Set<RuleID> = ["lock/hidden", "lock/missing"]
    let missing = "dvc.lock is hidden from DVC: nothing is recorded of stage 'train' [lock/missing]"
    #expect(
      try after.staged(after: before).report(only: rules) == """
        .dvcignore: error: 'dvc.lock' is hidden from DVC now: no stage counts as run [lock/hidden]
            also dvc.yaml:2: error: \(missing)
            do:  take line 1 out of .dvcignore, which hides dvc.lock
        guard: 2 errors, 0 warnings in what is staged

        """)
    // Who goes on after that is not told again of what hides it, and only where a stage is new.
    var later = after
    later["dvc.yaml"] = (later["dvc.yaml"] ?? "") + "  next:\n    cmd: run\n    outs: [next]\n"
    later[".dvcignore"] = "*.lock\n*.tmp\n"
    let told = try later.staged(after: after).verdictReport(only: rules).verdicts[0].findings
    #expect(told.map(\.message) == ["dvc.lock is hidden from DVC: nothing is recorded of stage 'next'"])
    // With no lock yet a run is needed as well.
    later["dvc.lock"] = nil
    #expect(
      try later.staged(after: after).verdictReport(only: rules).verdicts[0].findings.map(\.advice)
        == ["take line 1 out of .dvcignore, which hides dvc.lock, then: dvc repro next"])
  }

  // MARK: - The lock of what is hidden

  private func orphans(_ repository: Repository, after parent: Repository = .training()) throws -> [String] {
    let report = try repository.staged(after: parent).verdictReport(only: ["lock/orphan"])
    return report.verdicts[0].findings.map { finding in
      ([finding.message] + [finding.fix, finding.advice].compactMap { $0 }).joined(separator: "; ")
    }
  }

  @Test func theLockOfAHiddenPipelineIsNotTakenAway() throws {
    let message = "dvc.yaml is hidden from DVC: no stage stands behind what it records"
    var repository = Repository.training()
    repository[".dvcignore"] = "dvc.yaml\n"
    #expect(
      try orphans(repository) == ["\(message); take line 1 out of .dvcignore, which hides dvc.yaml"])
    // Told in one piece with what hides it, and still told after that.
    #expect(
      try repository.staged(after: .training()).report(only: ["lock/hidden", "lock/orphan"]) == """
        .dvcignore: error: 'dvc.yaml' is hidden from DVC now: no rule looks at it [lock/hidden]
            also dvc.lock: warning: \(message) [lock/orphan]
            do:  take line 1 out of .dvcignore, which hides dvc.yaml
        guard: 1 error, 1 warning in what is staged

        """)
    #expect(try !orphans(repository, after: repository).contains { $0.contains("git rm") })
    repository[".dvcignore"] = nil
    repository.ignored.insert("dvc.yaml")
    repository[".gitignore"] = "dvc.yaml\n"
    #expect(
      try orphans(repository) == ["\(message); take the line that names dvc.yaml out of .gitignore"])
    // What is ignored by no file of the repository's.
    repository[".gitignore"] = nil
    #expect(
      try orphans(repository) == [
        "\(message); take the line out that git check-ignore -v --no-index -- dvc.yaml names"
      ])
  }

  @Test func oneOfManyIgnoreFilesHidesIt() throws {
    var repository = Repository.training()
    for name in ["dvc.yaml", "dvc.lock", "params.yaml", "train.py"] {
      repository[.init(normalized: Array("a/\(name)".utf8))] = repository[.init(normalized: name.utf8)]
    }
    repository["a/.dvcignore"] = "*.tmp\n"
    repository[".dvcignore"] = "# A comment.\na/dvc.*\n!a/dvc.lock\n"
    #expect(
      try orphans(repository) == [
        "a/dvc.yaml is hidden from DVC: no stage stands behind what it records; "
          + "take line 2 out of .dvcignore, which hides a/dvc.yaml"
      ])
    // No one line does it.
    repository["a/.dvcignore"] = "*.tmp\ndvc.yaml\n"
    #expect(
      try orphans(repository) == [
        "a/dvc.yaml is hidden from DVC: no stage stands behind what it records; "
          + "take the line that names a/dvc.yaml out of a/.dvcignore or .dvcignore"
      ])
  }

  @Test func aPipelineThatIsKeptOutOfGitIsPutIn() throws {
    var repository = Repository.training()
    repository.workTree["dvc.yaml"] = repository["dvc.yaml"]
    repository["dvc.yaml"] = nil
    repository[".gitignore"] = "dvc.yaml\n"
    repository.ignoredInWorkTree = ["dvc.yaml"]
    #expect(
      try orphans(repository) == [
        "dvc.yaml is hidden from DVC: no stage stands behind what it records; "
          + "take the line that names dvc.yaml out of .gitignore, then: git add dvc.yaml"
      ])
  }
}
