import Testing
import Trees
import Values

@testable import Policy

/// Rules on run records: what is kept of a commit is given, as Git's notes would give it.
@Suite struct RunRulesTests {
  private func policy(_ text: String = "") throws -> Policy {
    Policy([try PolicyLayer(file: ".guard.yml", bytes: Array(text.utf8))])
  }

  private func report(
    _ state: CommitRecord.State, followsRecord: Bool = false, policy text: String = "",
    _ commit: Repository = .training(), after parents: [Repository] = [.training()]
  ) throws -> String {
    let subject = commit.commit(after: parents)
    subject.recordSource = { CommitRecord(state: state, followsRecord: followsRecord) }
    let text = try subject.report(policy(text), only: ["run/missing", "run/stale"])
    return text.split(separator: "\n").filter { !$0.hasPrefix("guard: ") && !$0.hasPrefix("to let it pass") }
      .joined(separator: "\n")
  }

  private let missing = """
    refs/notes/guard/runs: error: the commit has no run record [run/missing]
        fix: guard record 1234567890ab
    """

  @Test func `a repository in which nobody records hears nothing`() throws {
    #expect(try report(.missing) == "")
    // Nobody asked, as before a commit.
    #expect(
      try Repository.training().commit().report(policy("records: {commits: all}")).contains("run/") == false)
  }

  @Test func `after a commit that has a record the next one is to have one`() throws {
    #expect(try report(.missing, followsRecord: true) == missing)
    #expect(try report(.current, followsRecord: true) == "")
  }

  @Test func `policy says which commits are to have one`() throws {
    #expect(try report(.missing, policy: "records: {commits: all}") == missing)
    #expect(try report(.missing, followsRecord: true, policy: "records: {commits: pipeline}") == "")
    var other = Repository.training()
    other["README.md"] = "x"
    #expect(try report(.missing, policy: "records: {commits: pipeline}", other) == "")
    for path in ["params.yaml", "metrics.json", "train.py", "dvc.lock", "dvc.yaml", "sub/data.dvc"]
      as [RepositoryPath]
    {
      var changed = Repository.training()
      changed[path] = (changed[path] ?? "") + "\n"
      #expect(try report(.missing, policy: "records: {commits: pipeline}", changed) == missing, "\(path)")
    }
    #expect(try report(.missing, followsRecord: true, policy: "rules: {run/missing: off}") == "")
  }

  @Test func `a record that says something else names what differs`() throws {
    #expect(
      try report(.stale(["metrics", "params"])) == """
        refs/notes/guard/runs: error: the run record does not say what the commit says: metrics, params [run/stale]
            fix: guard record 1234567890ab
        """)
    #expect(
      try report(.unknown("a newer guard wrote it")).contains(
        "not checked: the run record: a newer guard wrote it"))
  }

  @Test func `the section of the policy file`() throws {
    let policy = try policy("records:\n  redact: [a, 'b*']\n  reveal: c\n  commits: pipeline\n")
    #expect(
      policy.records.redact == ["a", "b*"] && policy.records.reveal == ["c"]
        && policy.records.commits == .pipeline)
    for (text, message) in [
      ("records: {comits: all}", ".guard.yml:1: unknown key 'comits': did you mean 'commits'?"),
      ("records: {commits: some}", ".guard.yml:1: 'some' is no value of commits: it is one of all, pipeline"),
      ("records: {redact: [1]}", ".guard.yml:1: redact is a list of patterns of keys"),
      (
        "records:\n  keys: {ci: AAAA}",
        ".guard.yml:2: keys are names with Ed25519 public keys: the line in base 64 that openssl pkey -pubout prints"
      ),
      (
        "records: {keys: [x]}",
        ".guard.yml:1: keys are names with Ed25519 public keys: the line in base 64 that openssl pkey -pubout prints"
      ),
      ("records: x", ".guard.yml:1: expected keys and values, got str"),
    ] {
      do throws(PolicyFileError) {
        _ = try PolicyLayer(file: ".guard.yml", bytes: Array(text.utf8))
        Issue.record("taken: \(text)")
      } catch { #expect(error.description == message) }
      #expect(throws: PolicyFileError.self) { try RecordPolicy(file: ".guard.yml", bytes: Array(text.utf8)) }
    }
    let keys = "records: {keys: {a: MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=}}"
    #expect(try RecordPolicy(file: "guard.local.yml", bytes: Array(keys.utf8)).keys.map(\.name) == ["a"])
    // Of a record's policy only its section counts: an older guard must make the same record.
    let newer = Array("of-a-newer-guard: 1\nrules: {no/such: off}\nrecords: {redact: [x]}\n".utf8)
    #expect(try RecordPolicy(file: ".guard.yml", bytes: newer).redact == ["x"])
    #expect(try RecordPolicy(file: ".guard.yml", bytes: []) == RecordPolicy())
  }
}
