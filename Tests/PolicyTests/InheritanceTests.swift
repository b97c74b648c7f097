import Testing
import Values

@testable import Policy

@Suite struct InheritanceTests {
  private func stale() -> Repository {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    return repository
  }

  @Test func whatAParentHadIsSummedUp() throws {
    let before = stale()
    var after = before
    after["README.md"] = "text\n"
    let report = try after.commit(after: [before]).verdictReport()
    #expect(report.conclusion == .pass)
    #expect(
      try after.commit(after: [before]).report() == """
        1 finding inherited from before (guard check --inherited lists them)
        guard: 0 errors, 0 warnings in 1 commit

        """)
    #expect(
      try after.commit(after: [before]).report(listsInherited: true).hasPrefix(
        "params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock (inherited) [lock/params]"
      ))
  }

  @Test func policyCanLetItCountOrBeSilent() throws {
    let before = stale()
    var after = before
    after["README.md"] = "text\n"
    let subject = { after.commit(after: [before]) }
    var layer = PolicyLayer(origin: "test")
    layer.inherited = .error
    #expect(try subject().verdictReport(Policy([layer])).conclusion == .violated)
    layer.inherited = .off
    #expect(try subject().report(Policy([layer])) == "guard: 0 errors, 0 warnings in 1 commit\n")
  }

  @Test func aRootCommitIntroducesEverything() throws {
    #expect(try stale().commit().verdictReport().conclusion == .violated)
  }

  @Test func aMergeInheritsFromEitherParent() throws {
    var merge = stale()
    merge["README.md"] = "text\n"
    #expect(try merge.commit(after: [.training(), stale()]).verdictReport().conclusion == .pass)
  }

  @Test func aPassNeverAsksForTheParents() throws {
    let repository = Repository.training()
    let plain = repository.commit()
    let subject = Subject(
      .commit(id: "1", subject: "s"), tree: plain.tree, reader: plain.reader, changes: { [] },
      ancestry: { () throws(JudgementError) in throw .source("the parents were asked for") })
    #expect(try subject.verdictReport().conclusion == .pass)
  }

  @Test func aParentBeyondTheBoundaryIsSaid() throws {
    let plain = stale().commit()
    let subject = Subject(
      .commit(id: "1", subject: "s"), tree: plain.tree, reader: plain.reader, changes: { [] },
      ancestry: { Ancestry(parents: [], isCutOff: true) })
    #expect(
      try subject.report().contains(
        "not checked: what the commit inherits: its parents are beyond the boundary"))
  }

  // MARK: - Directories that counted files that Git does not have

  private func withDirectory(_ files: [String: String], nfiles: Int, hash: Text) -> Repository {
    var repository = Repository()
    for (name, text) in files {
      repository.files[.init(normalized: Array("src/\(name)".utf8))] = .file(Array(text.utf8))
    }
    repository["dvc.yaml"] = "stages:\n  s:\n    cmd: run\n    deps:\n      - src\n"
    repository["dvc.lock"] = """
      schema: '2.0'
      stages:
        s:
          cmd: run
          deps:
          - path: src
            hash: md5
            md5: \(hash)
            size: 9
            nfiles: \(nfiles)

      """
    return repository
  }

  private let withCache = Repository.directory(["a.py": "1\n", "__pycache__/a.pyc": "x"])

  @Test func filesThatOnlyTheLockCountedWarn() throws {
    let repository = withDirectory(["a.py": "1\n"], nfiles: 2, hash: withCache)
    #expect(
      try repository.commit().report() == """
        dvc.yaml:5: warning: dependency 'src' of stage 's' was recorded with 2 files, and Git has 1 of them [lock/deps]
            recorded: \(withCache) (dvc.lock:8)
            current:  \(Repository.directory(["a.py": "1\n"]))
            fix: name the files that Git does not have in .dvcignore (often __pycache__/), then: dvc commit s
        guard: 0 errors, 1 warning in 1 commit

        """)
  }

  @Test func theWorkTreeShowsTheFiles() throws {
    var repository = withDirectory(["a.py": "1\n"], nfiles: 2, hash: withCache)
    repository.workTree["src/__pycache__/a.pyc"] = "x"
    repository.ignored = ["src/__pycache__"]
    #expect(
      try repository.staged().report(only: ["lock/deps"])
        == """
        dvc.yaml:5: warning: dependency 'src' of stage 's' was recorded with 2 files, and Git has 1 of them \
        (not in Git: src/__pycache__/a.pyc) [lock/deps]
            recorded: \(withCache) (dvc.lock:8)
            current:  \(Repository.directory(["a.py": "1\n"]))
            fix: echo __pycache__/ >> .dvcignore && dvc commit s
        guard: 0 errors, 1 warning in what is staged

        """)
  }

  @Test func aChangeOfContentUnderTheSameRecordIsAnError() throws {
    let before = withDirectory(["a.py": "1\n"], nfiles: 2, hash: withCache)
    let after = withDirectory(["a.py": "2\n"], nfiles: 2, hash: withCache)
    #expect(
      try after.commit(after: [before]).report().hasPrefix(
        "dvc.yaml:5: error: dependency 'src' of stage 's' is not the one in dvc.lock [lock/deps]\n"))
  }

  @Test func aFileTakenOutOfGitIsAnError() throws {
    let whole = Repository.directory(["a.py": "1\n", "b.py": "2\n"])
    let before = withDirectory(["a.py": "1\n", "b.py": "2\n"], nfiles: 2, hash: whole)
    let after = withDirectory(["a.py": "1\n"], nfiles: 2, hash: whole)
    #expect(try after.commit(after: [before]).verdictReport().conclusion == .violated)
  }

  @Test func theSameContentStaysInherited() throws {
    let before = withDirectory(["a.py": "1\n"], nfiles: 2, hash: withCache)
    var after = before
    after["README.md"] = "text\n"
    let report = try after.commit(after: [before]).verdictReport()
    #expect(report.verdicts[0].findings.isEmpty && report.verdicts[0].inherited.count == 1)
  }

  @Test func filesThatGitDoesNotHaveIntroduceNothingInTheWorkTree() throws {
    var repository = withDirectory(["a.py": "2\n"], nfiles: 2, hash: withCache)
    repository.workTree["src/__pycache__/a.pyc"] = "x"
    let report = try repository.onDisk().verdictReport(only: ["lock/deps"])
    #expect(report.verdicts[0].findings.isEmpty && report.verdicts[0].inherited.count == 1)
    repository.workTree["src/a.py"] = "3\n"
    #expect(try repository.onDisk().verdictReport(only: ["lock/deps"]).conclusion == .violated)
  }

  @Test func lineEndsOfAWholeDirectoryAreKnown() throws {
    let windows = Repository.directory(["a.py": "1\r\n", "s/b.py": "2\r\n", "bin": "\0\n"])
    let repository = withDirectory(["a.py": "1\n", "s/b.py": "2\n", "bin": "\0\n"], nfiles: 3, hash: windows)
    #expect(
      try repository.commit().report().hasPrefix(
        "dvc.yaml:5: warning: dependency 'src' of stage 's' differs from dvc.lock only in line ends [lock/deps]\n"
      ))
  }

  @Test func contentThatReplacesLineEndsIsIntroduced() throws {
    let windows = Repository.directory(["a.py": "1\r\n"])
    let before = withDirectory(["a.py": "1\n"], nfiles: 1, hash: windows)
    let after = withDirectory(["a.py": "2\n"], nfiles: 1, hash: windows)
    #expect(try after.commit(after: [before]).verdictReport().conclusion == .violated)
  }
}
