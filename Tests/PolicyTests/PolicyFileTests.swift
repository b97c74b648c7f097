import Testing
import Values

@testable import Policy

@Suite struct PolicyFileTests {
  private func layer(_ text: String) throws(PolicyFileError) -> PolicyLayer {
    try PolicyLayer(file: ".guard.yml", bytes: Array(text.utf8))
  }

  private func error(_ text: String) -> String? {
    do {
      _ = try layer(text)
      return nil
    } catch { return error.description }
  }

  @Test func aServerIsTheOwnersInAFileOfTheOwnersAlone() throws {
    let bytes = Array("mlflow:\n  tracking-uri: http://localhost:5000\n".utf8)
    for isOwn in [true, false] {
      let layer = try PolicyLayer(file: PolicyLayer.localFile, bytes: bytes, isOwn: isOwn)
      #expect(Policy([layer]).tracking.server?.isOwn == isOwn)
    }
  }

  @Test func everythingHasADefault() throws {
    let policy = Policy([try layer(""), try layer("version: 1\n")])
    #expect(policy.profile == .local && policy.inherited == .warn)
    #expect(policy.number("limit", of: "data/large-file") == 10_000_000)
    #expect(policy.paths("paths", of: "data/raw-changed") == ["data/raw"])
  }

  @Test func rulesTakeALevelOrOptions() throws {
    let policy = Policy([
      try layer(
        """
        version: 1
        profile: ci
        inherited: error
        rules:
          lock/orphan: off
          data/large-file: {severity: warn, limit: 50 MB}
          data/raw-changed:
            paths: [raw, "in/raw"]
        """)
    ])
    #expect(policy.profile == .ci && policy.inherited == .error)
    #expect(!policy.isOn(.lockOrphan))
    #expect(policy.number("limit", of: "data/large-file") == 50_000_000)
    #expect(policy.paths("paths", of: "data/raw-changed") == ["raw", "in/raw"])
  }

  @Test func theFirstLayerThatSetsSomethingCounts() throws {
    let policy = Policy([try layer("profile: audit\n"), try layer("profile: ci\ninherited: off\n")])
    #expect(policy.profile == .audit && policy.inherited == .off)
  }

  @Test(arguments: [
    ("rules:\n  lock/parms: warn\n", ".guard.yml:2: unknown rule 'lock/parms': did you mean 'lock/params'?"),
    ("inherit: warn\n", ".guard.yml:1: unknown key 'inherit': did you mean 'inherited'?"),
    ("xyzzy: 1\n", ".guard.yml:1: unknown key 'xyzzy'"),
    ("version: 2\n", ".guard.yml:1: version 2 is not known to this guard, which reads version 1"),
    ("profile: fast\n", ".guard.yml:1: 'fast' is no value of profile: it is one of local, ci, audit"),
    (
      "\nrules:\n  lock/params: maybe\n",
      ".guard.yml:3: 'maybe' is no value of lock/params: it is one of error, warn, off"
    ),
    ("rules:\n  data/large-file: {limit: big}\n", ".guard.yml:2: limit is a size, such as 10 MB"),
    ("- a\n", ".guard.yml:1: expected keys and values, got list"),
  ])
  func aMistakeIsNamedWithItsLine(text: String, message: String) {
    #expect(error(text) == message)
  }

  @Test func profilesSetHowMuchBlocks() throws {
    var stale = Repository.training()
    stale["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    for (profile, staged, commit) in [("local", 1, 1), ("ci", 0, 1), ("audit", 0, 0)] {
      let policy = Policy([try layer("profile: \(profile)\n")])
      #expect(try stale.staged().verdictReport(policy).errors == staged)
      #expect(try stale.commit().verdictReport(policy).errors == commit)
    }
  }

  @Test func strictMakesWarningsErrors() throws {
    var repository = Repository.training()
    repository["dvc.lock"]? += "  old:\n    cmd: run\n"
    #expect(try repository.commit().verdictReport().conclusion == .pass)
    #expect(try repository.commit().verdictReport(isStrict: true).conclusion == .violated)
  }

  @Test func aSoftReasonCanBeMadeAnErrorOrTurnedOff() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: \"0.01\"\nepochs: 3\n"
    #expect(
      try repository.commit().verdictReport(Policy([try layer("reasons: {type-only: error}\n")])).errors == 1)
    let off = try repository.commit().verdictReport(Policy([try layer("reasons: {type-only: off}\n")]))
    #expect(off.errors == 0 && off.warnings == 0)
  }

  @Test(arguments: [
    ("src/**", "src/a/b", true), ("src/*.py", "src/a.py", true), ("src/*.py", "src/a/b.py", false),
    ("src", "src/a/b", true), ("**/b", "a/x/b", true), ("a?c", "abc", true), ("a?c", "a/c", false),
    ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false), ("lock/*", "lock/params", true),
  ])
  func patternsMatchPaths(pattern: String, path: String, matches: Bool) {
    #expect(Glob(Text(pattern)).matches(.init(normalized: path.utf8)) == matches)
  }
}
