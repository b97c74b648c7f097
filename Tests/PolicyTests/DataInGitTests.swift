import DVC
import Testing
import Trees

@testable import Policy

@Suite struct DataInGitTests {
  @Test func whatBothTrackIsTakenOutOfGit() throws {
    var repository = Repository()
    repository["my data.csv.dvc"] = pointer("my data.csv", "x")
    repository["my data.csv"] = "x"
    #expect(
      try repository.commit().report() == """
        my data.csv.dvc:5: error: Git tracks 'my data.csv', which DVC tracks too [data/in-git]
            fix: git rm -r --cached 'my data.csv' && echo '/my data.csv' >> .gitignore && git add .gitignore
        guard: 1 error, 0 warnings in 1 commit

        """)
  }

  @Test func aFileOfGitsInADirectoryOfDVCsIsTold() throws {
    var repository = Repository()
    repository["raw.dvc"] = pointer("raw", "x")
    repository["raw/new.csv"] = "x"
    let told = "raw.dvc:5: error: Git tracks files in 'raw', which DVC tracks too [data/in-git]\n"
    #expect(try repository.commit().report().contains(told))
  }

  @Test func metricsThatBothTrackMayStayInGit() throws {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "metrics.json:\n          cache: false", with: "metrics.json")
    repository.ignored.insert("metrics.json")
    let other = "    or:  set cache: false for it in dvc.yaml, to keep it in Git\n"
    #expect(try repository.commit().report().contains("    fix: git rm -r --cached metrics.json\n" + other))
    // What is large should not be there.
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("size: 13", with: "size: 13000000")
    #expect(try !repository.commit().report().contains("\n    or:"))
  }

  @Test func anOutputThatNothingCoversIsTold() throws {
    var repository = Repository.training()
    repository.ignored = []
    #expect(
      try repository.commit().report() == """
        dvc.yaml:10: error: no .gitignore covers 'model.pkl', which DVC tracks: Git would take it in [data/in-git]
            fix: echo /model.pkl >> .gitignore && git add .gitignore
        guard: 1 error, 0 warnings in 1 commit

        """)
    repository[".gitignore"] = "/other"
    #expect(
      try repository.commit().report().contains(
        "    fix: printf '%s\\n' '' /model.pkl >> .gitignore && git add .gitignore\n"))
    repository.ignoredInWorkTree = ["model.pkl"]
    #expect(try repository.staged().report().contains("fix: git add .gitignore\n"))
  }

  @Test func anOldOutputThatNothingCoversIsNotTold() throws {
    var before = Repository.training()
    before.ignored = []
    var after = before
    after["README.md"] = "text\n"
    #expect(try after.commit(after: [before]).report() == "guard: 0 errors, 0 warnings in 1 commit\n")
  }
}

/// The `.dvc` file of a file with this content.
func pointer(_ name: String, _ text: String) -> String {
  "outs:\n- md5: \(md5(text))\n  size: \(text.utf8.count)\n  hash: md5\n  path: \(name)\n"
}
