import Testing
import Trees
import Values

@testable import Policy

@Suite struct StarterPolicyTests {
  @Test func whatIsWrittenIsReadAndSaysWhatWasSeen() throws {
    var facts = StartingFacts()
    facts.reproduction = .init(".github/workflows/train.yml", line: 12)
    facts.otherLineEnds = 2
    facts.findings = ["lock/params": 3, "lock/missing": 1]
    facts.largeFiles = ["docs/a b's: #1.pdf", "- x.bin"]
    facts.remotes = [.init("s3", at: "s3://bucket/x"), .init("other", at: "/tmp")]
    facts.hasProjects = true
    facts.server = "http://mlflow:5000"
    let text = StarterPolicy(facts).text
    let policy = try Policy(reading: text)
    #expect(policy.profile == .ci && policy.inherited == .warn && policy.remote.onMissing == .fail)
    #expect(policy.paths("except", of: "data/large-file") == ["docs/a b's: #1.pdf", "- x.bin"])
    #expect(policy.setting("reasons.line-ends") != nil)
    for words in [
      "train.yml, line 12", "1 of lock/missing, 3 of lock/params", "http://mlflow:5000", "s3 and 1 more",
    ] {
      #expect(text.contains(words))
    }
  }

  @Test func aNewRepositoryGetsAFewLines() throws {
    let text = StarterPolicy(StartingFacts()).text
    #expect(try Policy(reading: text).profile == .local)
    #expect(text.split(separator: "\n").count < 10)
  }

  @Test(arguments: ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"])
  func aNameCannotEndItsComment(end: String) throws {
    var facts = StartingFacts()
    facts.reproduction = .init(
      RepositoryPath(normalized: ".github/workflows/a\(end)profile: audit #.yml".utf8), line: 1)
    facts.largeFiles = [RepositoryPath(normalized: "a\(end)--- b".utf8)]
    facts.server = "http://x\(end)profile: audit"
    facts.remotes = [.init(Text("x\(end)profile: audit"), at: "")]
    #expect(try Policy(reading: StarterPolicy(facts).text).profile == .ci)
  }

  @Test(arguments: [
    ("      - run: dvc repro", 1), ("a\n  script:\n    - dvc pull && dvc repro train\n", 3),
    ("sh 'dvc exp run --pull'", 1), ("run: .venv/bin/dvc repro", 1), ("# dvc repro", nil),
    ("- run: dvc repro --dry", nil), ("dvc pull", nil), ("echo dvc", nil), ("dvc exp show", nil), ("", nil),
    ("a\r\n- run: dvc repro\r\n", 2), ("dvc --cd svc repro", 1), ("dvc -v -q repro", 1),
    ("a\ndvc \\\n  repro", 2),
    ("a \\\n  && dvc repro \\\n --pull", 2), ("dvc \\\n repro \\\n --dry", nil), ("dvc --cd repro pull", nil),
    ("# a \\\n dvc repro", 2), ("a \\\n # dvc repro", nil),
  ])
  func aLineThatRunsThePipelineIsSeen(text: String, line: Int?) {
    #expect(StartingFacts.reproduction(in: "ci.yml", Array(text.utf8))?.line == line)
  }
}
