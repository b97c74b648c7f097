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
              do:  take the line that names dvc.yaml out of \(file)
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
}
