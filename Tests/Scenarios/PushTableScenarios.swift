import Testing

/// Where the data is, and how it is pushed: each with each, by the real git through the installed hook. What stops
/// must leave nothing on the other side, and the command that guard names must mend it.
@Suite struct PushTableScenarios {
  /// Where the data of the commit is, and what that comes to.
  struct Data: Sendable, CustomTestStringConvertible {
    enum Verdict: String { case pushed, notPushed = "stopped cache/not-pushed", lost = "stopped cache/lost" }

    let testDescription: String
    let verdict: Verdict
    /// What that comes to for who also looks at sizes and content.
    let verified: Verdict
    let script: String

    init(_ name: String, _ verdict: Verdict, verified: Verdict? = nil, _ script: String) {
      (testDescription, self.verdict, self.script) = (name, verdict, script)
      self.verified = verified ?? verdict
    }
  }

  private static let there = PushScenarios.everything
  /// The object of a file, there and here.
  private static let onRemote = "../remote/files/md5/*/\(PushScenarios.hash)"
  private static let inCache = ".dvc/cache/files/md5/*/\(PushScenarios.hash)"

  static let data = [
    Data("there and here", .pushed, there),
    Data("there, and no longer here", .pushed, "\(there)rm -rf .dvc/cache"),
    Data("one file is missing, the folder's list is there", .notPushed, "\(there)rm -f \(onRemote)"),
    Data("one file is missing, there and here", .lost, "\(there)rm -f \(onRemote) \(inCache)"),
    Data("the folder's list is missing", .notPushed, "\(there)rm -f ../remote/files/md5/*/*.dir"),
    Data(
      "cut off before the first byte", .notPushed,
      "\(there)f=$(ls \(onRemote)); chmod 644 $f; : > $f"),
    // What only --verify sees, as docs/limits.md says.
    Data(
      "cut off", .pushed, verified: .notPushed, "\(there)f=$(ls \(onRemote)); chmod 644 $f; printf 2 > $f"),
    Data(
      "in another remote only", .notPushed,
      """
      mkdir ../other; for f in many/* data/raw.csv; do store "$f" ../other; done
      store ../list ../other "$(sed -n 's/- md5: //p' many.dvc)"
      printf "['remote \\"other\\"']\\n    url = $ROOT/other\\n" > .dvc/config.local
      """),
    Data("in the cache only", .notPushed, ":"),
    Data("nowhere", .lost, "rm -rf .dvc/cache"),
  ]

  /// Other bytes under the right name.
  static let damages = [
    Data(
      "other content", .pushed, verified: .notPushed,
      "\(there)f=$(ls \(onRemote)); chmod 644 $f; echo X > $f"),
    Data(
      "other content, and no longer here", .pushed, verified: .lost,
      "\(there)f=$(ls \(onRemote)); chmod 644 $f; echo X > $f; rm -f \(inCache)"),
    Data(
      "a damaged list", .pushed, verified: .notPushed,
      "\(there)f=$(ls ../remote/files/md5/*/*.dir); chmod 644 $f; echo '[]' > $f"),
  ]

  /// A way to push the commit, and where it goes.
  struct Way: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What is done before.
    let script: String
    /// What Git is told.
    let push: String
    /// The branch that has the commit then.
    let branch: String

    init(_ name: String, _ script: String, _ push: String, to branch: String) {
      (testDescription, self.script, self.push, self.branch) = (name, script, push, branch)
    }
  }

  static let ways = [
    Way("a new branch", "git checkout -q -b side", "origin side", to: "side"),
    Way(
      "a force push",
      """
      git branch kept; git reset -q --hard origin/main; git commit -q --no-verify --allow-empty -m other
      git push -q --no-verify origin main; git reset -q --hard kept
      """, "--force origin main", to: "main"),
    Way(
      "three commits at once, the last without the data",
      """
      git rm -q --cached many.dvc; rm many.dvc; git checkout -q HEAD~1 -- data; git commit -q --no-verify -m back
      git commit -q --no-verify --allow-empty -m last
      """, "origin main", to: "main"),
    Way(
      "a branch that is not checked out", "git branch side; git reset -q --hard origin/main", "origin side",
      to: "side"),
    Way(
      "two refs in one push",
      "git branch side; git reset -q --hard origin/main; git commit -q --no-verify --allow-empty -m other",
      "origin main side", to: "side"),
    Way(
      "a shallow clone",
      """
      git clone -q --depth 1 "file://$ROOT/origin.git" ../s; [ ! -e .dvc/cache ] || cp -r .dvc/cache ../s/.dvc/
      cd ../s; git fetch -q ../r main; git reset -q --hard FETCH_HEAD; guard install >/dev/null
      """, "origin HEAD:refs/heads/side", to: "side"),
  ]

  @Test(arguments: data, ways) func `where it is, and how it goes`(data: Data, way: Way) throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let told = try box.inside(
      """
      \(data.script)
      \(way.script)
      has() { git ls-remote --exit-code origin refs/heads/\(way.branch) | grep -c "$new"; }
      new=$(git rev-parse -q --verify side || git rev-parse HEAD)
      push git push -q \(way.push); has
      fix=$(sed -n 's/.*fix: \\(guard push\\)/\\1/p' ../said | sort -u | head -n 1)
      [ -z "$fix" ] || { $fix >/dev/null 2>&1 && push git push -q \(way.push); has; }
      """)
    let expected =
      switch data.verdict {
      case .pushed: "pushed\n1\n"
      case .notPushed: "stopped cache/not-pushed\n0\npushed\n1\n"
      case .lost: "stopped cache/lost\n0\n"
      }
    let said = try box.run("cat said")
    #expect(told == expected, "\(said)")
  }

  @Test(arguments: data + damages) func `what is seen by who verifies`(data: Data) throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let told = try box.inside(
      """
      \(data.script)
      check() { push guard check --rev HEAD --remote --verify --only 'cache/*'; }
      check; fix=$(sed -n 's/.*fix: \\(guard push\\)/\\1/p' ../said | sort -u | head -n 1)
      [ -z "$fix" ] || { $fix >/dev/null 2>&1; check; push git push -q origin main; }
      """)
    let expected =
      switch data.verified {
      case .pushed: "pushed\n"
      case .notPushed: "stopped cache/not-pushed\npushed\npushed\n"
      case .lost: "stopped cache/lost\n"
      }
    let said = try box.run("cat said")
    #expect(told == expected, "\(said)")
  }
}
