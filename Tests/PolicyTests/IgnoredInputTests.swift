import Testing
import Trees
import Values

@testable import Policy

/// What a stage reads, lies in the work tree and is kept out of Git by an ignore file.
@Suite struct IgnoredInputTests {
  @Test func aDependencyThatLiesHereAndIsIgnoredIsToldSo() throws {
    var after = Repository.training()
    after["train.py"] = nil
    after.workTree["train.py"] = "print('training')\n"
    after.ignoredInWorkTree = ["train.py"]
    #expect(
      try after.staged().report(only: ["lock/deps"]).contains(
        """
        dvc.yaml:5: error: dependency 'train.py' of stage 'train' is missing: Git ignores it [lock/deps]
        """))
    #expect(
      try after.staged().report(only: ["lock/deps"]).contains(
        """
            do:  take out the line that ignores it (git check-ignore -v --no-index -- train.py names it), then: git add \
        train.py; or have DVC keep it: dvc add train.py; or take it out of dvc.yaml, then: dvc repro train

        """))
    // What is not here either is missing.
    after.workTree = [:]
    #expect(
      try after.staged().report(only: ["lock/deps"]).contains("    do:  bring it back, or take it out"))
  }

  @Test func whatLiesInAnIgnoredFolderIsKeptWithIt() throws {
    var after = Repository.training()
    after["train.py"] = nil
    for name in ["dvc.yaml", "dvc.lock"] as [RepositoryPath] {
      after[name] = after[name]?.replacingText("- train.py", with: "- data/raw/x")
        .replacingText("path: train.py", with: "path: data/raw/x")
    }
    after.workTree["data/raw/x"] = "1\n"
    after.ignoredInWorkTree = ["data"]
    #expect(try after.staged().report(only: ["lock/deps"]).contains("keep it: dvc add data; or take it out"))
    // DVC could not write a `.dvc` file that Git takes.
    after.ignoredInWorkTree = ["data/raw/x", "data/raw/x.dvc"]
    #expect(
      try after.staged().report(only: ["lock/deps"]).contains("then: git add data/raw/x; or take it out"))
  }

  @Test func parametersThatLieHereAndAreIgnoredAreToldSo() throws {
    var after = Repository.training()
    after["params.yaml"] = nil
    after.workTree["params.yaml"] = "lr: 0.01\nepochs: 3\n"
    after.ignoredInWorkTree = ["params.yaml"]
    let report = try after.staged().report(only: ["lock/params"])
    #expect(report.contains("is missing: Git ignores it [lock/params]"))
    #expect(report.contains("then: git add params.yaml; or take it out of dvc.yaml"))
  }
}
