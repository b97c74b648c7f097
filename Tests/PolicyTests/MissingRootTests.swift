import Testing
import Trees

@testable import Policy

/// Files of DVC's around which a clone has no `.dvc`.
@Suite struct MissingRootTests {
  private func without(_ paths: [RepositoryPath], in repository: Repository = .training()) -> Repository {
    var repository = repository
    for path in paths { repository.files[path] = nil }
    return repository
  }

  private let unread =
    "not checked: dvc.lock, dvc.yaml: no directory above has .dvc: dvc finds no repository\n"

  @Test func aRepositoryThatWasNeverStagedIsAdded() throws {
    var repository = without([".dvc/config"])
    for path: RepositoryPath in [".dvc/config", ".dvc/.gitignore", ".dvcignore", ".dvc/tmp/lock"] {
      repository.workTree[path] = ""
    }
    #expect(
      try repository.staged().report() == """
        .dvc: error: here and not staged: without it dvc finds no repository around dvc.lock, dvc.yaml [data/left-behind]
            fix: git add .dvc/.gitignore .dvc/config .dvcignore
        \(unread)guard: 1 error, 0 warnings in what is staged

        """)
  }

  @Test func ofAnOldOmissionAnotherCommitIsOnlyToldWhatWasNotChecked() throws {
    var before = without([".dvc/config"])
    before.workTree[".dvc/config"] = ""
    var after = before
    after["README.md"] = "text\n"
    #expect(
      try after.staged(after: before).report() == "\(unread)guard: 0 errors, 0 warnings in what is staged\n")
  }

  @Test func aRepositoryThatGitIgnoresWasNotForgottenAndIsNotJudged() throws {
    var repository = without([".dvc/config"])
    repository.workTree[".dvc/config"] = ""
    repository.ignoredInWorkTree = [".dvc"]
    #expect(try repository.staged().report() == "\(unread)guard: 0 errors, 0 warnings in what is staged\n")
  }

  @Test func aCommitThatNeverHadTheRepositoryIsNotJudged() throws {
    let repository = without([".dvc/config"])
    #expect(try repository.commit().report() == "\(unread)guard: 0 errors, 0 warnings in 1 commit\n")
  }

  @Test func aRepositoryThatIsRemovedWhileItsFilesStayIsToldOnce() throws {
    let gone = without([".dvc/config"])
    #expect(
      try gone.staged(after: .training()).report() == """
        .dvc: error: removed, and DVC's files stay (dvc.lock, dvc.yaml): dvc finds no repository around them \
        [lock/unreadable]
            fix: git restore --staged --worktree .dvc
        \(unread)guard: 1 error, 0 warnings in what is staged

        """)
    #expect(
      try gone.commit(after: [.training()]).report().contains("    fix: git checkout 1234567890 -- .dvc\n"))
    // The next commit has nothing to do with it.
    var next = gone
    next["README.md"] = "text\n"
    #expect(try next.commit(after: [gone]).report() == "\(unread)guard: 0 errors, 0 warnings in 1 commit\n")
    #expect(try !next.staged(after: gone).verdictReport().verdicts[0].hasProjects)
  }

  @Test func aMergeThatBringsTheRemovalInheritsIt() throws {
    let gone = without([".dvc/config"])
    #expect(try gone.commit(after: [.training(), gone]).verdictReport().conclusion == .pass)
  }

  @Test func whoLeavesDVCAltogetherHearsNothing() throws {
    let left = without([".dvc/config", "dvc.yaml", "dvc.lock"])
    #expect(try !left.staged(after: .training()).verdictReport().verdicts[0].hasProjects)
  }

  @Test func anInnerRepositoryThatIsRemovedBelongsToTheOuterOne() throws {
    var before = Repository.training()
    before["in/.dvc/config"] = ""
    before["in/dvc.yaml"] = "stages: {}\n"
    #expect(
      try without(["in/.dvc/config"], in: before).commit(after: [before]).verdictReport().conclusion == .pass)
  }

  @Test func aRepositoryInAFolderIsNamedByItsPath() throws {
    var repository = Repository()
    repository.files = [:]
    repository["other/.dvc/config"] = ""
    repository["ml/sub/dvc.yaml"] = "stages: {}\n"
    repository.workTree["ml/.dvc/config"] = ""
    #expect(try repository.staged().report().contains("    fix: git add ml/.dvc/config\n"))
  }

  @Test func aPipelineByAccidentIsNotDVCs() throws {
    var repository = Repository()
    repository.files = [:]
    repository["docs/dvc.yaml"] = "stages: [\n"
    let report = try repository.staged(after: repository).verdictReport()
    #expect(!report.verdicts[0].hasProjects && report.verdicts[0].notChecked.isEmpty)
  }
}
