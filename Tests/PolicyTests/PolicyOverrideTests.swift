import Testing
import Trees
import Values

@testable import Policy

@Suite struct PolicyOverrideTests {
  private func layer(_ text: String, isExtended: Bool = false) throws(PolicyFileError) -> PolicyLayer {
    try PolicyLayer(file: ".guard.yml", bytes: Array(text.utf8), isExtended: isExtended)
  }

  private func error(_ text: String, isExtended: Bool = false) -> String? {
    do {
      _ = try layer(text, isExtended: isExtended)
      return nil
    } catch { return error.description }
  }

  // MARK: - Branches

  private static let branches = """
    profile: ci
    branches:
      "release/*":
        profile: local
        remote: {on-missing: push}
      "release/1*":
        inherited: error
      release/10:
        profile: audit
        rules: {data/large-file: {limit: 1 kB}}
    """

  @Test(arguments: [
    ("main", Profile.ci, Level.warn, RemotePolicy.OnMissing?.none, 10_000_000),
    ("release/2", .local, .warn, .push, 10_000_000), ("release/1", .local, .error, .push, 10_000_000),
    ("release/10", .audit, .error, .push, 1000), ("release", .ci, .warn, nil, 10_000_000),
  ])
  func theLastPatternOfABranchCounts(
    branch: String, profile: Profile, inherited: Level, onMissing: RemotePolicy.OnMissing?, limit: Int
  ) throws {
    let policy = Policy([try layer(Self.branches)], branches: [Text(branch)])
    #expect(policy.profile == profile && policy.inherited == inherited)
    #expect(policy.remote.onMissing == onMissing)
    #expect(policy.number("limit", of: "data/large-file") == limit)
  }

  @Test func aPushOfSeveralBranchesIsBoundByAllOfThem() throws {
    let policy = Policy([try layer(Self.branches)], branches: ["main", "release/1"])
    #expect(policy.profile == .local && policy.inherited == .error)
  }

  @Test func aLayerBeforeCountsBeforeABranch() throws {
    let policy = Policy([try layer("profile: audit\n"), try layer(Self.branches)], branches: ["release/1"])
    #expect(policy.profile == .audit && policy.inherited == .error)
  }

  // MARK: - Paths

  /// A repository with a stale parameter and a large file.
  private static var stale: Repository {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    repository["docs/scan.png"] = "a large file"
    repository.sizes = ["docs/scan.png": 20_000_000]
    return repository
  }

  private func rules(_ text: String, of repository: Repository) throws -> [String] {
    let report = try repository.commit().verdictReport(Policy([try layer(text)]))
    return report.verdicts.flatMap(\.findings).map { "\($0.rule) \($0.severity)" }.sorted()
  }

  @Test(arguments: [
    ("", ["data/large-file error", "lock/params error"]),
    ("paths: {params.yaml: {rules: {lock/params: warn}}}", ["data/large-file error", "lock/params warning"]),
    ("paths: {docs: {rules: {lock/params: warn}}}", ["data/large-file error", "lock/params error"]),
    ("paths: {docs: {rules: {data/large-file: {limit: 1 GB}}}}", ["lock/params error"]),
    (
      "paths: {'**/*.csv': {rules: {data/large-file: {limit: 1 GB}}}}",
      ["data/large-file error", "lock/params error"]
    ),
    (
      "rules: {lock/params: off}\npaths: {dvc.yaml: {rules: {lock/params: error}}}",
      ["data/large-file error", "lock/params error"]
    ),
    ("rules: {lock/params: off}\npaths: {other: {rules: {lock/params: error}}}", ["data/large-file error"]),
    (
      "paths: {'**': {rules: {lock/params: off}}, dvc.yaml: {rules: {lock/params: warn}}}",
      ["data/large-file error", "lock/params warning"]
    ),
  ])
  func whatIsSetForPathsHoldsThere(text: String, expected: [String]) throws {
    #expect(try rules(text, of: Self.stale) == expected)
  }

  @Test func aPatternNamesTheRepositoryOfDVCThatAFindingIsIn() throws {
    var repository = Repository()
    repository.files = [:]
    for (path, item) in Self.stale.files {
      repository.files[RepositoryPath(normalized: "projects/\(path)".utf8)] = item
    }
    repository.ignored = ["projects/model.pkl"]
    let loose = "paths: {projects: {rules: {lock/params: off}}}"
    #expect(try rules("", of: repository) == ["lock/params error"])
    #expect(try rules(loose, of: repository) == [])
  }

  @Test func aSoftReasonCountsOtherwiseAtAPath() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: \"0.01\"\nepochs: 3\n"
    let text = "paths: {params.yaml: {reasons: {type-only: error}}}"
    #expect(try rules("", of: repository) == ["lock/params warning"])
    #expect(try rules(text, of: repository) == ["lock/params error"])
  }

  // MARK: - Mistakes

  @Test(arguments: [
    ("branches: {main: {profil: ci}}", ".guard.yml:1: unknown key 'profil': did you mean 'profile'?"),
    ("branches:\n  main:\n    paths: {}", ".guard.yml:3: 'paths' cannot be set for branches"),
    ("branches: {main: {records: {redact: [a]}}}", ".guard.yml:1: 'redact' cannot be set for branches"),
    ("paths: {a: {profile: ci}}", ".guard.yml:1: 'profile' cannot be set for paths"),
    (
      "paths: {a: {rules: {data/modified: {files: 3}}}}", ".guard.yml:1: 'files' cannot be set for paths"
    ),
    ("branches: [main]", ".guard.yml:1: expected patterns with what holds there, got list"),
    ("branches: {'': {profile: ci}}", ".guard.yml:1: '' is no pattern"),
    ("paths: {a: ci}", ".guard.yml:1: expected keys and values, got str"),
    (
      "extends: ''",
      ".guard.yml:1: extends is a file of policy: a path, or a commit's full id, a colon and a path"
    ),
  ])
  func aMistakeIsNamedWithItsLine(text: String, message: String) {
    #expect(error(text) == message)
  }

  @Test func whatACloneMustMakeByItselfStandsInTheFirstFile() {
    #expect(
      error("records: {redact: [a]}\n", isExtended: true)
        == ".guard.yml:1: 'redact' cannot be set in a file that another extends")
    #expect(error("records: {commits: all}\n", isExtended: true) == nil)
  }

  // MARK: - What a file extends

  private func reference(_ text: String) throws -> PolicyReference {
    try PolicyReference(try #require(try layer("extends: '\(text)'\n").extends))
  }

  @Test func aFileIsExtendedByPathOrByPinnedCommit() throws {
    let id = String(repeating: "a1", count: 20)
    #expect(try reference("ci/org.yml") == .path("ci/org.yml"))
    #expect(try reference("./ci/../org.yml") == .path("org.yml"))
    #expect(try reference("\(id):ci/org.yml") == .pinned(commit: Text(id), path: "ci/org.yml"))
    #expect(try reference("/etc/guard.yml") == .machine(Array("/etc/guard.yml".utf8)))
  }

  @Test(arguments: [
    "../org.yml", "a/../../org.yml", ".", "main:org.yml", "a1a1:org.yml", ":org.yml", "https://a/b.yml",
  ])
  func whatMayMoveOrLiesOutsideIsNotExtended(text: String) {
    #expect(throws: PolicyFileError.self) { try reference(text) }
  }
}
