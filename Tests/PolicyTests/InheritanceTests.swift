import Testing
import Trees
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
    #expect(try subject().verdictReport(Policy(reading: "inherited: error")).conclusion == .violated)
    let silent = try Policy(reading: "inherited: off")
    #expect(try subject().report(silent) == "guard: 0 errors, 0 warnings in 1 commit\n")
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

  // MARK: - A place that was stale before and is changed again

  /// A way to make the training stale, and to change the same place again.
  struct Again: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let before: @Sendable (inout Repository) -> Void
    let after: @Sendable (inout Repository) -> Void

    init(
      _ name: String, _ before: @escaping @Sendable (inout Repository) -> Void,
      _ after: @escaping @Sendable (inout Repository) -> Void
    ) {
      testDescription = name
      self.before = before
      self.after = after
    }
  }

  static func replacing(_ path: RepositoryPath, _ old: String, _ new: String)
    -> @Sendable (inout Repository)
    -> Void
  {
    { $0[path] = $0[path]?.replacingText(old, with: new) }
  }

  private static let long = "[" + String(repeating: "7, ", count: 200)

  static let again = [
    Again(
      "a parameter", replacing("params.yaml", "0.01", "0.02"), replacing("params.yaml", "0.02", "0.03")),
    Again(
      "a parameter whose new end is not shown", replacing("params.yaml", "0.01", "1" + long + "1]"),
      replacing("params.yaml", "1]", "2]")),
    Again("a list", replacing("params.yaml", "0.01", long + "1]"), replacing("params.yaml", "1]", "2]")),
    Again(
      "a parameter from a rounding to a content", replacing("params.yaml", "0.01", "0.010000000000001"),
      replacing("params.yaml", "0.010000000000001", "0.02")),
    Again(
      "a parameter that the lock lacks",
      { repository in
        replacing("dvc.yaml", "- lr\n", "- lr\n      - seed\n")(&repository)
        repository["params.yaml"]? += "seed: 1\n"
      }, replacing("params.yaml", "seed: 1", "seed: 2")),
    Again("code", replacing("train.py", "training", "more"), replacing("train.py", "more", "most")),
    Again(
      "code that the lock lacks",
      { repository in
        replacing("dvc.yaml", "- train.py\n", "- train.py\n      - eval.py\n")(&repository)
        repository["eval.py"] = "1\n"
      }, { $0["eval.py"] = "2\n" }),
    Again("code, taken away", replacing("train.py", "training", "more"), { $0["train.py"] = nil }),
    Again(
      "code from line ends to a content", replacing("train.py", ")\n", ")\r\n"),
      replacing("train.py", "training", "more")),
    Again(
      "a command", replacing("dvc.yaml", "cmd: python", "cmd: python2"),
      replacing("dvc.yaml", "cmd: python2", "cmd: python3")),
    Again(
      "a dataset",
      { repository in
        replacing("dvc.yaml", "- train.py\n", "- train.py\n      - ds://d\n")(&repository)
        repository["dvc.yaml"]? += "datasets:\n  - {name: d, type: url, url: 's3://b/1'}\n"
        replacing(
          "dvc.lock", "deps:\n",
          "deps:\n    - path: ds://d\n      dataset: {name: d, type: url, url: 's3://b/0'}\n"
        )(&repository)
      }, replacing("dvc.yaml", "s3://b/1", "s3://b/2")),
    Again("metrics", { $0["metrics.json"] = "{}\n" }, { $0["metrics.json"] = "[]\n" }),
    Again(
      "the lock, which still does not match", replacing("params.yaml", "0.01", "0.02"),
      replacing("dvc.lock", "lr: 0.01", "lr: 0.015")),
    Again(
      "a lock that cannot be read", { $0["dvc.lock"] = "<<<<<<< a\n" },
      { $0["dvc.lock"] = "<<<<<<< b\n" }),
    Again(
      "a hash that nobody wrote", replacing("dvc.lock", "0123456789abcdef0123456789abcdef", "x1"),
      replacing("dvc.lock", "x1", "x2")),
  ]

  @Test(arguments: again)
  func whatIsChangedAgainIsIntroduced(change: Again) throws {
    var before = Repository.training()
    change.before(&before)
    var after = before
    change.after(&after)
    let verdict = try after.commit(after: [before]).verdictReport().verdicts[0]
    #expect(verdict.inherited.isEmpty)
    #expect(verdict.findings.count == 1)
    #expect(
      verdict.findings.allSatisfy {
        $0.message.hasSuffix(" (was so before; this commit changes it again)")
      }, "\(verdict.findings.map(\.message))")

    // Without the second change it is inherited, whatever else the commit does.
    var other = before
    other["README.md"] = "text\n"
    let same = try other.commit(after: [before]).verdictReport().verdicts[0]
    #expect(same.findings.isEmpty && same.inherited.count == 1)
  }

  @Test func theMessageSaysWhyItIsToldNow() throws {
    let before = stale()
    var after = before
    after["params.yaml"] = "lr: 0.03\nepochs: 3\n"
    #expect(
      try after.staged(after: before).report() == """
        params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock \
        (was so before; this commit changes it again) [lock/params]
            recorded: 0.01 (dvc.lock:13)
            current:  0.03
            fix: dvc repro train
        guard: 1 error, 0 warnings in what is staged

        """)
  }

  @Test func whatDVCTakesForTheSameValueIsInherited() throws {
    var before = Repository.training()
    before["params.yaml"] = "lr: 2\nepochs: .nan\n"
    var after = before
    after["params.yaml"] = "# more\nlr: 2.0\nepochs: .nan\n"
    let verdict = try after.commit(after: [before]).verdictReport().verdicts[0]
    #expect(verdict.findings.isEmpty && verdict.inherited.count == 2)
  }

  @Test func aStageThatWasNeverRunClaimsNothing() throws {
    var before = Repository.training()
    before["dvc.lock"] = nil
    var after = before
    after["train.py"] = "print('more')\n"
    after["params.yaml"] = "lr: 5\nepochs: 3\n"
    let verdict = try after.commit(after: [before]).verdictReport().verdicts[0]
    #expect(verdict.findings.isEmpty && verdict.inherited.count == 1)
  }

  @Test func aBrokenFileWithAnotherFaultBecauseOfAnotherFileIsInherited() throws {
    var before = Repository.training()
    before["dvc.yaml"] = "stages:\n  train:\n    cmd: ${a} ${b}\n"
    var after = before
    after["params.yaml"] = "a: 1\n"
    let verdict = try after.commit(after: [before]).verdictReport().verdicts[0]
    #expect(verdict.findings.allSatisfy { $0.rule != "lock/unreadable" })
    #expect(verdict.inherited.contains { $0.rule == "lock/unreadable" })
  }

  @Test func aBrokenFileWithTheSameFaultIsInheritedWhateverElseChanges() throws {
    var before = Repository.training()
    before["dvc.yaml"] = "stages:\n  train:\n    cmd: ${a}\n"
    var after = before
    after["dvc.yaml"] = "# more\nstages:\n  train:\n    cmd: ${a} --more\n"
    #expect(try after.staged(after: before).verdictReport().errors == 0)
    after["dvc.yaml"] = "stages:\n  train:\n    cmd: ${b}\n"
    #expect(
      try after.staged(after: before).report().contains("(was so before; this commit changes it again)"))
  }

  @Test func aMergeIntroducesWhatNeitherParentHad() throws {
    let ours = stale()
    var theirs = ours
    theirs["params.yaml"] = "lr: 0.03\nepochs: 3\n"
    for side in [ours, theirs] {
      var merge = side
      merge["README.md"] = "text\n"
      #expect(try merge.commit(after: [ours, theirs]).verdictReport().conclusion == .pass)
    }
    var merge = ours
    merge["params.yaml"] = "lr: 0.04\nepochs: 3\n"
    #expect(try merge.commit(after: [ours, theirs]).verdictReport().conclusion == .violated)
  }

  @Test func aMendThatChangesAStalePlaceAgainIsNone() throws {
    var before = Repository.training()
    before["metrics.json"] = "{}\n"
    var after = before
    after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    let lock = before["dvc.lock"]?.replacingText("lr: 0.01", with: "lr: 0.02")
    after.workTree["dvc.lock"] = lock
    let mended = try after.staged(after: before).report(only: ["lock/params", "lock/outs"])
    #expect(mended.contains("fix: git add dvc.lock\n"))
    // This lock would mend the parameter, and leave the metrics stale in another way than they were.
    after.workTree["dvc.lock"] = lock?.replacingText(md5("{\"auc\": 0.9}\n"), with: md5("{\"auc\": 1}\n"))
    let moved = try after.staged(after: before).report(only: ["lock/params", "lock/outs"])
    #expect(moved.contains("fix: dvc repro train\n"))
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
        dvc.yaml:5: warning: dependency 'src' of stage 's' was recorded with 2 files, and a clone has 1 of them [lock/deps]
            recorded: \(withCache) (dvc.lock:8)
            current:  \(Repository.directory(["a.py": "1\n"]))
            do:  name what tools left there in .dvcignore (often __pycache__/), then: dvc commit s -f
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
        dvc.yaml:5: warning: dependency 'src' of stage 's' was recorded with 2 files, and a clone has 1 of them \
        (not in Git: src/__pycache__/a.pyc) [lock/deps]
            recorded: \(withCache) (dvc.lock:8)
            current:  \(Repository.directory(["a.py": "1\n"]))
            fix: echo __pycache__/ >> .dvcignore && dvc commit s -f && git add .dvcignore dvc.lock
        guard: 0 errors, 1 warning in what is staged

        """)
  }

  @Test func aChangeOfContentUnderTheSameRecordIsAnError() throws {
    let before = withDirectory(["a.py": "1\n"], nfiles: 2, hash: withCache)
    let after = withDirectory(["a.py": "2\n"], nfiles: 2, hash: withCache)
    #expect(
      try after.commit(after: [before]).report().hasPrefix(
        "dvc.yaml:5: error: dependency 'src' of stage 's' is not the one in dvc.lock "
          + "(was so before; this commit changes it again) [lock/deps]\n"))
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

  @Test func aStaleDirectoryIsOnlyChangedAgainByWhatGitHasOfIt() throws {
    var repository = withDirectory(["a.py": "2\n"], nfiles: 1, hash: withCache)
    repository.workTree["src/__pycache__/a.pyc"] = "x"
    let report = try repository.onDisk().verdictReport(only: ["lock/deps"])
    #expect(report.verdicts[0].findings.isEmpty && report.verdicts[0].inherited.count == 1)
    repository.workTree["src/a.py"] = "3\n"
    #expect(try repository.onDisk().verdictReport(only: ["lock/deps"]).conclusion == .violated)
  }

  @Test func aFileThatGitDoesNotHaveIntroducesNothingInTheWorkTree() throws {
    var repository = Repository.training()
    repository["train.py"] = nil
    repository.workTree["train.py"] = "print('mine')\n"
    let report = try repository.onDisk().verdictReport(only: ["lock/deps"])
    #expect(report.verdicts[0].findings.isEmpty && report.verdicts[0].inherited.count == 1)
  }

  @Test func lineEndsOfAWholeDirectoryAreKnown() throws {
    let windows = Repository.directory(["a.py": "1\r\n", "s/b.py": "2\r\n", "bin": "\0\n"])
    let repository = withDirectory(["a.py": "1\n", "s/b.py": "2\n", "bin": "\0\n"], nfiles: 3, hash: windows)
    #expect(
      try repository.commit().report(only: ["lock/deps"]).hasPrefix(
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
