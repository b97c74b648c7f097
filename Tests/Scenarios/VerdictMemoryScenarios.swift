import Support
import Testing

/// A commit in which nothing was found is not judged again, until something is different that its verdict follows from.
@Suite struct VerdictMemoryScenarios {
  private static let history = """
    for n in 2 3; do sed -i "s/^lr: .*/lr: $n/" params.yaml; repro; git commit -qam $n; done
    judge() { guard check --inherited --range HEAD~2..HEAD > ../said 2>&1; echo $? $(sed -nE 's/.*\\[([a-z/-]*)\\]$/\\1/p' ../said | sort -u); }

    """

  @Test func `what was clean is not read again`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "0\n0\n2\n",
      Self.history + """
        judge; blob=$(git rev-parse HEAD~1:dvc.lock | sed 's,..,&/,'); mv .git/objects/$blob ../away
        judge; rm -rf .git/guard; judge
        """)
  }

  @Test(arguments: [
    (
      "printf 'version: 1\\nrules:\\n  data/large-file:\\n    limit: 1\\n' > guard.local.yml",
      "1 data/large-file"
    ),
    ("export GUARD_PROFILE=nonsense", "2"),
    ("echo '*.py text eol=crlf' > .git/info/attributes", "0 lock/deps"),
    ("echo '*.py text eol=crlf' > ../home/a; git config core.attributesFile ../home/a; cd .", "0 lock/deps"),
    ("git config core.autocrlf true", "0 lock/deps lock/outs"),
    ("printf '[core' > .dvc/config.local", "0 lock/unreadable"),
    ("mkdir -p ../home/.config/dvc; printf '[core' > ../home/.config/dvc/config", "0 lock/unreadable"),
    ("git notes --ref=guard/runs remove HEAD 2>/dev/null", "1 run/missing"),
  ])
  func `something else makes another verdict`(change: String, verdict: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      "0\n0\n\(verdict)\n",
      Self.history + "judge; judge; \(change); judge")
  }
}
