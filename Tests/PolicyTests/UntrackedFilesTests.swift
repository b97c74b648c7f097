import Testing
import Trees
import Values

@testable import Policy

/// A directory whose record counted files that Git does not have: what is proposed for each kind of file.
@Suite struct UntrackedFilesTests {
  /// A stage that reads `src`, of which Git has `a.py` and the lock counted these files, too.
  private func reading(_ others: [Text: String]) -> Repository {
    var repository = Repository()
    repository["src/a.py"] = "1\n"
    repository["dvc.yaml"] = "stages:\n  s:\n    cmd: run\n    deps:\n      - src\n"
    let all = others.merging(["a.py": "1\n"]) { $1 }
    repository["dvc.lock"] = """
      schema: '2.0'
      stages:
        s:
          cmd: run
          deps:
          - path: src
            hash: md5
            md5: \(Repository.directory(all))
            size: 9
            nfiles: \(all.count)

      """
    for (name, text) in others {
      repository.workTree[.init(normalized: Array("src/".utf8) + name.utf8)] = text
    }
    return repository
  }

  /// The command, or what to do in words.
  private func fix(_ repository: Repository) throws -> String? {
    let report = try repository.staged(after: Repository()).verdictReport(only: ["lock/deps"])
    let finding = report.verdicts[0].findings.first
    return finding?.fix ?? finding?.advice
  }

  @Test(arguments: [
    ("__pycache__/a.pyc", "__pycache__/"), ("b/__pycache__/a.pyc", "__pycache__/"), ("a.pyc", "'*.pyc'"),
    (".ipynb_checkpoints/n.ipynb", ".ipynb_checkpoints/"), (".DS_Store", ".DS_Store"), ("a.py~", "'*~'"),
    (".a.py.swp", "'*.swp'"), (".#a.py", "'.#*'"), ("m.egg-info/PKG-INFO", "'*.egg-info/'"),
    (".idea/x", ".idea/"),
  ])
  func whatToolsLeaveIsNeverProposedForGit(name: Text, line: String) throws {
    // Git ignores none of them here.
    let add = "git add .dvcignore dvc.lock"
    #expect(try fix(reading([name: "x"])) == "echo \(line) >> .dvcignore && dvc commit s -f && \(add)")
  }

  @Test func aChangedCommandIsRunAndNotRecorded() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("cmd: run", with: "cmd: walk")
    #expect(
      try fix(repository) == "echo __pycache__/ >> .dvcignore && dvc repro s && git add .dvcignore dvc.lock")
  }

  @Test func whatSomebodyWroteIsAdded() throws {
    #expect(try fix(reading(["b.py": "2\n"])) == "git add src/b.py")
  }

  @Test func ofBothEachIsMended() throws {
    #expect(
      try fix(reading(["b.py": "2\n", "b/c.py": "3\n", "b/__pycache__/c.pyc": "x"]))
        == "echo __pycache__/ >> .dvcignore && dvc commit s -f && git add .dvcignore dvc.lock src/b.py src/b/c.py"
    )
  }

  /// Nobody but its owner knows whether a run read it: a lock that is only recorded anew might say what is not so.
  @Test func whatGitIgnoresMayHaveBeenRead() throws {
    var repository = reading(["log": "x", "tmp/a": "1", "tmp/b": "2", "__pycache__/a.pyc": "x"])
    repository.ignoredInWorkTree = ["src/log", "src/tmp", "src/__pycache__"]
    #expect(
      try fix(repository) == """
        the run may have read 'src/log', 'src/tmp', which Git ignores: where the results need it, \
        git add -f src/log src/tmp; else move it away, then: dvc repro s
        """)
  }

  @Test(arguments: [
    ("a[1].log", #"a\[1\].log"#), ("st*r.log", #"st\*r.log"#), ("q?.log", #"q\?.log"#),
    (#"b\n.log"#, #"b\\n.log"#), ("end  ", "end [ ]"), ("q\t.log", "q?.log"),
  ])
  func aNameIsNoPatternOfOthers(name: Text, written: String) throws {
    #expect(IgnoreLine.literal(Array("src/".utf8) + name.utf8) == Array("/src/\(written)".utf8))
    // The line does what it is for.
    var repository = reading([name: "x"])
    repository.ignoredInWorkTree = [.init(normalized: Array("src/".utf8) + name.utf8)]
    repository[".dvcignore"] = "/src/\(written)\n"
    #expect(try fix(repository) == "dvc commit s -f && git add dvc.lock")
  }

  /// Not echo: that of dash takes a backslash for the start of a control character.
  @Test func aBackslashIsWrittenAsItIs() throws {
    let lines = [#"/a\[1\].log"#].map { Array($0.utf8) }
    #expect(
      IgnoreLine.append(lines, to: ".gitignore", endingTheLast: false)
        == #"printf '%s\n' '/a\[1\].log' >> .gitignore"#)
  }

  @Test func aLastLineWithoutAnEndIsEnded() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    repository[".dvcignore"] = "*.tmp"
    #expect(
      try fix(repository)
        == "printf '%s\\n' '' __pycache__/ >> .dvcignore && dvc commit s -f && git add .dvcignore dvc.lock")
  }

  @Test func whatDVCKeepsThereIsNotTakenOut() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    repository["src/d.csv.dvc"] = "outs:\n- md5: \(md5("d"))\n  size: 1\n  hash: md5\n  path: d.csv\n"
    repository.ignored = ["src/d.csv"]
    repository.workTree["src/d.csv"] = "d"
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("nfiles: 2", with: "nfiles: 9")
    #expect(
      try fix(repository)
        == "echo __pycache__/ >> .dvcignore && dvc commit s -f && git add .dvcignore dvc.lock")
  }

  @Test func moreThanAnybodyPastesIsNotListed() throws {
    var others: [Text: String] = ["__pycache__/a.pyc": "x"]
    for number in 0..<30 { others[Text("f\(number)")] = "x" }
    #expect(
      try fix(reading(others))
        == "name what tools left there in .dvcignore (often __pycache__/), then: dvc commit s -f")
  }

  // MARK: - What the hash proves

  private func findings(_ repository: Repository, after parent: Repository = Repository()) throws -> [Finding]
  {
    try repository.staged(after: parent).verdictReport(only: ["lock/deps", "lock/outs"]).verdicts[0].findings
  }

  private func reason(_ repository: Repository, after parent: Repository = Repository()) throws -> Reason? {
    try findings(repository, after: parent).first?.reason
  }

  @Test func anEditAfterTheRunIsFoundBesideLitter() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    #expect(try reason(repository) == .untrackedFiles)
    repository["src/a.py"] = "2\n"
    let finding = try #require(try findings(repository).first)
    #expect(finding.reason == .content)
    #expect(finding.severity == .error)
    #expect(finding.fix == "dvc repro s")
  }

  @Test func litterThatCameAfterTheRunExplainsNoEdit() throws {
    var repository = reading(["__pycache__/a.pyc": "x", "log": "y"])
    repository.workTree["src/__pycache__/b.pyc"] = "z"
    repository.workTree["src/__pycache__/c.pyc"] = "z"
    #expect(try reason(repository) == .untrackedFiles)
    repository["src/a.py"] = "2\n"
    #expect(try reason(repository) == .content)
  }

  @Test func litterThatIsGoneLeavesItOpen() throws {
    var repository = reading(["__pycache__/a.pyc": "x", "log": "y"])
    repository.workTree["src/log"] = nil
    #expect(try reason(repository) == .untrackedFiles)
  }

  /// Here the work tree proves that only litter is missing. In the commit nobody can see that, and a gate would stop it.
  @Test func whereTheCommitCannotProveItTheHookDoesNotLetItThrough() throws {
    let parent = reading(["__pycache__/a.pyc": "x", "b.py": "2\n"])
    var repository = parent
    repository["src/b.py"] = "2\n"
    let finding = try #require(try findings(repository, after: parent).first)
    #expect(finding.reason == .content)
    #expect(finding.severity == .error)
    #expect(
      finding.message.hasSuffix(
        "was recorded with 3 files, and a clone has 2 of them (not in Git: src/__pycache__/a.pyc) (was so before; this commit changes it again)"
      ))
    #expect(
      finding.fix == "echo __pycache__/ >> .dvcignore && dvc commit s -f && git add .dvcignore dvc.lock")
    // Not the one that the record counted.
    repository["src/b.py"] = "3\n"
    #expect(try findings(repository, after: parent).first?.fix == "dvc repro s")
    // A new one, beside it.
    repository["src/b.py"] = nil
    repository["src/c.py"] = "3\n"
    #expect(try findings(repository, after: parent).first?.fix == "dvc repro s")
  }

  @Test func otherLineEndsBesideLitterAreNoEdit() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    repository["src/a.py"] = "1\r\n"
    #expect(try reason(repository) == .untrackedFiles)
  }

  @Test func whatDVCKeepsInTheDirectoryIsNotMissing() throws {
    var repository = reading(["d.csv": "d", "d.csv.dvc": Self.pointer])
    repository.workTree = [:]
    repository["src/d.csv.dvc"] = Self.pointer
    repository.ignored = ["src/d.csv"]
    #expect(try findings(repository).isEmpty)
    repository["src/a.py"] = "2\n"
    #expect(try reason(repository) == .content)
  }

  private static let pointer = "outs:\n- md5: \(md5("d"))\n  size: 1\n  hash: md5\n  path: d.csv\n"

  @Test func theFilesOfAnOutputAreNamedToo() throws {
    var repository = reading(["log": "x"])
    repository["dvc.yaml"] = "stages:\n  s:\n    cmd: run\n    outs:\n      - src:\n          cache: false\n"
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("deps:", with: "outs:")
    let finding = try #require(try findings(repository).first)
    #expect(finding.rule == "lock/outs")
    #expect(
      finding.message
        == "output 'src' of stage 's' was recorded with 2 files, and a clone has 1 of them (not in Git: src/log)"
    )
    #expect(finding.fix == "git add src/log")
    repository["src/a.py"] = "2\n"
    #expect(try reason(repository) == .content)
  }

  @Test func tooManyToTryStayOpen() throws {
    var others: [Text: String] = [:]
    for number in 0..<20 { others[Text("f\(number)")] = "\(number)" }
    var repository = reading(others)
    for number in 20..<60 {
      repository.workTree[.init(normalized: Array("src/f\(number)".utf8))] = "x"
    }
    #expect(try reason(repository) == .untrackedFiles)
  }

  // MARK: - What a line takes out already

  @Test func whatALineTakesOutIsOnlyRecordedAnew() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    repository[".dvcignore"] = "__pycache__/\n"
    let finding = try #require(try findings(repository).first)
    #expect(
      finding.message
        == "dependency 'src' of stage 's' was recorded with 2 files, and a clone has 1 of them "
        + "(not in Git: src/__pycache__/a.pyc)")
    #expect(finding.severity == .warning)
    #expect(finding.fix == "dvc commit s -f && git add dvc.lock")
    // It proves that nothing else changed, also where the content did before.
    var parent = repository
    parent["src/a.py"] = "0\n"
    #expect(try findings(repository, after: parent).first?.fix == finding.fix)
  }

  @Test func anEditBesideWhatALineTakesOutIsNotRecorded() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    repository[".dvcignore"] = "__pycache__/\n"
    repository["src/a.py"] = "2\n"
    #expect(try fix(repository) == "dvc repro s")
    // Nor what nobody can tell any more.
    repository["src/a.py"] = "1\n"
    repository.workTree = [:]
    #expect(try fix(repository) == "dvc repro s")
  }

  @Test func aLineThatIsMissingAndItsLockAreMendedByOneCommand() throws {
    var repository = reading(["b.py": "2\n", "__pycache__/a.pyc": "x"])
    repository["src/b.py"] = "2\n"
    let both: Set<RuleID> = ["layout/dvcignore", "lock/deps"]
    let command = "echo __pycache__/ >> .dvcignore && dvc commit s -f && git add .dvcignore dvc.lock"
    #expect(
      try repository.staged(after: Repository()).report(only: both) == """
        dvc.yaml:5: warning: 'src' of stage 's' is hashed with __pycache__/, which no .dvcignore takes out [layout/dvcignore]
            also dvc.yaml:5: warning: dependency 'src' of stage 's' was recorded with 3 files, and a clone has 2 of them \
        (not in Git: src/__pycache__/a.pyc) [lock/deps]
            fix: \(command)
        guard: 0 errors, 2 warnings in what is staged

        """)
    // In a commit that exists only the number of files is known.
    let commit = try repository.commit().verdictReport(only: ["layout/dvcignore"]).verdicts[0].findings
    #expect(commit.map(\.fix) == [command])
  }

  @Test func stagesThatReadTheSameDirectoryAreRecordedByOneCommand() throws {
    var repository = reading(["__pycache__/a.pyc": "x"])
    for file in ["dvc.yaml", "dvc.lock"] as [RepositoryPath] {
      let lines = (repository[file] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      let start = (lines.firstIndex(of: "  s:") ?? 0)
      let stage = lines[start...].joined(separator: "\n")
      repository[file]? += stage.replacingText("  s:", with: "  t:")
    }
    let both: Set<RuleID> = ["lock/deps", "layout/dvcignore"]
    func fixes(_ repository: Repository) throws -> [String?] {
      try repository.staged(after: Repository()).verdictReport(only: both).verdicts[0].findings.map(\.fix)
    }
    let shared = "echo __pycache__/ >> .dvcignore && dvc commit -f s t && git add .dvcignore dvc.lock"
    #expect(try fixes(repository) == [shared, shared])
    // A stage of which more changed has a run of its own.
    var changed = repository
    changed["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "  t:\n    cmd: run", with: "  t:\n    cmd: walk")
    #expect(
      try fixes(changed)
        == ["commit s -f", "repro t"].map {
          "echo __pycache__/ >> .dvcignore && dvc \($0) && git add .dvcignore dvc.lock"
        })
    repository[".dvcignore"] = "__pycache__/\n"
    #expect(try fixes(repository) == Array(repeating: "dvc commit -f s t && git add dvc.lock", count: 2))
  }
}
