import Testing
import Trees
import Values

@testable import Policy

/// A command gets through in the work tree as it is: what it needs is there, or is brought before.
@Suite struct WorkableMendTests {
  private static let model: Text = "0123456789abcdef0123456789abcdef"

  private func fixes(_ repository: Repository, _ rule: RuleID) throws -> [String?] {
    try repository.staged(after: .training()).verdictReport(only: [rule]).verdicts[0].findings.map(\.fix)
  }

  /// The training with metrics that somebody edited.
  private func edited() -> Repository {
    var repository = Repository.training()
    repository["metrics.json"] = "{\"auc\": 0.1}\n"
    return repository
  }

  @Test func whatIsGoneIsBroughtBackBeforeTheRestIsRecorded() throws {
    var repository = edited()
    repository.cached = [Self.model: "weights"]
    #expect(try fixes(repository, "lock/outs") == ["dvc checkout model.pkl && dvc commit train -f"])
    repository.workTree["model.pkl"] = "weights"
    #expect(try fixes(repository, "lock/outs") == ["dvc commit train -f"])
  }

  @Test func whatNobodyHasIsMadeAgain() throws {
    var repository = edited()
    #expect(try fixes(repository, "lock/outs") == ["dvc repro train"])
    repository.cached = [:]
    #expect(try fixes(repository, "lock/outs") == ["dvc repro train"])
  }

  @Test func aFileOfGitsThatIsGoneIsCheckedOut() throws {
    var repository = Repository.training()
    repository.workTree["model.pkl"] = "other"
    repository.workTree["metrics.json"] = .some(nil)
    #expect(
      try fixes(repository, "data/modified") == ["git checkout -- metrics.json && dvc commit train -f"])
  }

  @Test func aCommitThatExistsIsNotTheWorkTree() throws {
    let commit = edited().commit(after: [.training()])
    let findings = try commit.verdictReport(only: ["lock/outs"]).verdicts[0].findings
    #expect(findings.map(\.fix) == ["dvc commit train -f"])
  }

  /// `prepare` reads what stands behind a `.dvc` file, `train` what `prepare` makes.
  private func chain(stale: String) -> Repository {
    var repository = Repository()
    repository["raw.csv.dvc"] = pointer("raw.csv", "raw")
    repository["dvc.yaml"] = """
      stages:
        prepare:
          cmd: prepare\(stale == "prepare" ? " anew" : "")
          deps: [raw.csv]
          outs: [clean.csv]
        train:
          cmd: train\(stale == "train" ? " anew" : "")
          deps: [clean.csv]
          outs: [model]

      """
    repository["dvc.lock"] = """
      schema: '2.0'
      stages:
        prepare:
          cmd: prepare
          deps: [{path: raw.csv, hash: md5, md5: \(md5("raw"))}]
          outs: [{path: clean.csv, hash: md5, md5: \(md5("clean"))}]
        train:
          cmd: train
          deps: [{path: clean.csv, hash: md5, md5: \(md5("clean"))}]
          outs: [{path: model, hash: md5, md5: \(md5("model"))}]

      """
    return repository
  }

  private static let here: [(stale: String, here: [RepositoryPath], fix: String)] = [
    ("train", ["raw.csv", "clean.csv"], "dvc repro train"),
    ("train", ["clean.csv"], "dvc repro --pull train"),
    ("train", ["raw.csv"], "dvc repro --pull train"),
    ("prepare", ["raw.csv"], "dvc repro --downstream prepare"),
    ("prepare", [], "dvc repro --pull --downstream prepare"),
  ]

  @Test(arguments: here)
  func dataThatIsNotHereIsPulled(stale: String, here: [RepositoryPath], fix: String) throws {
    var repository = chain(stale: stale)
    for path in here { repository.workTree[path] = String(path.description.dropLast(4)) }
    // Nobody can bring it.
    let plain = fix.replacingText(" --pull", with: "")
    #expect(try fixes(repository, "lock/command") == [plain])
    repository.cached = [Text(md5("clean")): "clean"]
    #expect(try fixes(repository, "lock/command") == [plain])
    // The cache has all of it.
    repository.cached = [Text(md5("clean")): "clean", Text(md5("raw")): "raw"]
    #expect(try fixes(repository, "lock/command") == [fix])
    repository.cached = nil
    repository.hasRemote = true
    let report = try repository.staged().verdictReport(only: ["lock/command"])
    #expect(report.verdicts[0].findings.map(\.fix) == [fix])
    let commit = try repository.commit().verdictReport(only: ["lock/command"])
    #expect(commit.verdicts[0].findings.allSatisfy { $0.fix?.contains("--pull") == false })
  }

  @Test func filesOfAFolderThatGitTookInAreOneCommand() throws {
    var repository = Repository()
    for name in ["a", "b", "c"] {
      let path = RepositoryPath(normalized: Array("data/\(name)".utf8))
      repository[path.pointer] = pointer(name, name)
      repository[path] = name
    }
    repository["e/one"] = "x"
    repository["one.dvc"] = pointer("e/one", "x")
    repository.ignored = ["data/a", "data/b", "data/c", "e"]
    let rule: Set<RuleID> = ["data/in-git"]
    let all = "git rm -r --cached data/a data/b data/c"
    #expect(
      try repository.commit().verdictReport(only: rule).verdicts[0].findings.map(\.fix)
        == [all, all, all, "git rm -r --cached e/one"])
    // What the parents had already stays as it is.
    var before = repository
    before["data/c"] = nil
    before["data/b"] = nil
    #expect(
      try repository.commit(after: [before]).verdictReport(only: rule).verdicts[0].findings.map(\.fix)
        == ["git rm -r --cached data/b data/c", "git rm -r --cached data/b data/c"])
    // Nothing else is there.
    repository["two.dvc"] = pointer("e/two", "x")
    repository["e/two"] = "x"
    #expect(
      try repository.commit().verdictReport(only: rule).verdicts[0].findings.last?.fix
        == "git rm -r --cached e")
  }

  @Test func rawDataKeepsItsName() throws {
    var repository = Repository()
    repository["data/raw/s.tar.gz.dvc"] = pointer("s.tar.gz", "old")
    repository.ignored = ["data/raw/s.tar.gz"]
    repository.workTree["data/raw/s.tar.gz"] = "new"
    repository.workTree["data/raw/s.tar-2.gz"] = "taken"
    let moved =
      "mv data/raw/s.tar.gz data/raw/s.tar-3.gz && dvc pull data/raw/s.tar.gz && dvc add data/raw/s.tar-3.gz"
    #expect(try fixes(repository, "data/modified") == [moved])
    let off = try Policy(reading: "rules: {data/raw-changed: off}")
    let report = try repository.staged().verdictReport(off, only: ["data/modified"])
    #expect(report.verdicts[0].findings.map(\.fix) == ["dvc add data/raw/s.tar.gz"])
  }

  @Test func filesThatAreAddedToRawDataAreRecorded() throws {
    var repository = Repository()
    let old = Repository.directory(["a": "1"])
    repository["data/raw.dvc"] = "outs:\n- md5: \(old)\n  hash: md5\n  path: raw\n"
    repository.ignored = ["data/raw"]
    repository.cached = [old: "[{\"md5\": \"\(md5("1"))\", \"relpath\": \"a\"}]"]
    repository.workTree = ["data/raw/a": "1", "data/raw/b": "2"]
    #expect(try fixes(repository, "data/modified") == ["dvc add data/raw"])
    repository.workTree = ["data/raw/a": "3", "data/raw/b": "2"]
    let moved = "mv data/raw data/raw-2 && dvc checkout data/raw && dvc add data/raw-2"
    #expect(try fixes(repository, "data/modified") == [moved])
  }
}
