import Testing
import Trees
import Values

@testable import Policy
@testable import Reports

/// What is written for other programs; `Tests/Reports` reads it as they do.
@Suite struct ReportFormatTests {
  private func stale(_ key: String = "lr") -> Repository {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    return repository
  }

  private func report(_ kind: Report.Scope.Kind = .range, count: Int = 1) throws -> Report {
    let verdict = try stale().commit().verdictReport().verdicts[0]
    return Report(Report.Scope(kind), Array(repeating: verdict, count: count), version: "0.1.0")
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func `a finding becomes an annotation with all that mends it`() throws {
    let details = "recorded: 0.01 (dvc.lock:13)%0Acurrent: 0.02%0Afix: dvc repro train"
    #expect(
      try text(GitHubReport(report()).bytes) == """
        ::error file=params.yaml,line=1,col=5,title=lock/params::parameter 'lr' of stage 'train' is not the one in \
        dvc.lock%0A\(details)%0Acommit 1234567890 a commit
        guard: 1 error, 0 warnings in 1 commit

        """)
  }

  @Test func `errors come before warnings, and what has its own command before the rest`() throws {
    var repository = stale()
    repository["params.yaml"] = "lr: 0.02\nepochs: 4\n"
    repository["dvc.lock"] = repository["dvc.lock"].map { $0 + "  gone:\n    cmd: x\n" }
    repository["large.bin"] = "x"
    repository.sizes["large.bin"] = 20_000_000
    let lines = try text(GitHubReport(repository.commit(after: [.training()]).verdictReport()).bytes)
      .split(separator: "\n").map(String.init)
    let titles = lines.filter { $0.hasPrefix("::") }.map { line in
      line.split(separator: "::")[0].split(separator: "title=").last.map(String.init) ?? ""
    }
    #expect(titles == ["data/large-file", "lock/params", "lock/params", "lock/orphan"], "\(lines)")
  }

  @Test func `what two commits introduce has two fingerprints, what all inherit is told once`() throws {
    let twice = try report(count: 2).listed
    #expect(twice.map(\.fingerprint) == [twice[0].fingerprint, "\(twice[0].fingerprint)-2"])
    let inherited = try stale().commit(after: [stale()]).verdictReport().verdicts[0]
    let first = try report().verdicts[0]
    func states(_ verdicts: [Verdict]) -> [Bool] {
      Report(Report.Scope(.range), verdicts, version: "0.1.0").listed.map {
        if case .inherited = $0.state { true } else { false }
      }
    }
    #expect(states([inherited, inherited]) == [true])
    #expect(states([first, inherited, inherited]) == [false])
  }

  @Test func `the issue that GitLab reads`() throws {
    let report = try report()
    #expect(
      text(GitLabReport(report).bytes) == """
        [
          {
            "description": "parameter 'lr' of stage 'train' is not the one in dvc.lock; recorded: 0.01 (dvc.lock:13); \
        current: 0.02; fix: dvc repro train",
            "check_name": "lock/params",
            "fingerprint": "\(report.verdicts[0].findings[0].fingerprint)",
            "severity": "major",
            "location": {
              "path": "params.yaml",
              "lines": {
                "begin": 1
              }
            }
          }
        ]

        """)
  }

  @Test func `nothing to tell is still a document`() throws {
    let report = try Report(
      Report.Scope(.range), [Repository.training().commit().verdictReport().verdicts[0]], version: "0.1.0")
    #expect(text(GitLabReport(report).bytes) == "[]\n")
    #expect(text(GitHubReport(report).bytes) == "guard: 0 errors, 0 warnings in 1 commit\n")
    #expect(
      text(MarkdownReport(report).bytes)
        == "<!-- guard-report -->\n### ✅ guard: 0 errors, 0 warnings in 1 commit\n")
    #expect(text(JUnitReport(report).bytes).contains("failures=\"0\" errors=\"0\">"))
    let empty = Report(Report.Scope(.range), [], version: "0.1.0")
    #expect(text(JUnitReport(empty).bytes).contains("<testsuites name=\"guard\" tests=\"0\""))
    #expect(text(SARIFReport(empty).bytes).contains("\"results\": []"))
  }

  @Test func `what could not be judged is no success anywhere`() throws {
    let unjudged = Unjudged(what: "the remote", why: "no answer", isFatal: true)
    let verdict = try Repository.training().commit().verdictReport().verdicts[0]
    let report = Report(Report.Scope(.range), [verdict], notChecked: [unjudged], version: "0.1.0")
    #expect(text(SARIFReport(report).bytes).contains("\"executionSuccessful\": false"))
    #expect(text(GitHubReport(report).bytes).hasPrefix("::error title=not checked::the remote: no answer\n"))
    #expect(text(MarkdownReport(report).bytes).contains("### ⚠️ guard: could not judge"))
    #expect(text(JUnitReport(report).bytes).contains("<error type=\"not checked\" message=\"no answer\"/>"))
  }

  @Test func `rules that nobody asked for are not told as passed`() throws {
    let junit = try text(JUnitReport(report()).bytes)
    #expect(junit.contains("\"lock/params\"") && junit.contains("\"lock/deps\""))
    #expect(
      !junit.contains("cache/lost") && !junit.contains("run/mismatch") && !junit.contains("run/missing"))
  }

  @Test(arguments: [1, 100, 3000])
  func `a comment holds no more than GitHub takes`(count: Int) throws {
    let comment = try MarkdownReport(report(count: count)).bytes
    #expect(comment.count <= MarkdownReport.limit)
    let rows = text(comment).split(separator: "\n").count { $0.contains("lock/params") }
    let left = count - rows
    #expect(
      text(comment).contains("\n\(TerminalText.number(left)) more findings, not shown here.\n") == (left > 0))
    #expect(rows >= min(count, 100))
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("<b>", "\\<b\\>"), ("@all", "\\@&#8203;all"), ("#1", "\\#&#8203;1"),
    ("http://x", "http\\://x"), ("www.x", "www\\.x"), ("a_b*c`d[e](f)", "a\\_b\\*c\\`d\\[e\\]\\(f\\)"),
    ("a\nb", "a\\\\nb"), ("&amp;", "\\&&#8203;amp;"), ("50 % of", "50 \\% of"),
    ("plain, text: 1.5", "plain, text: 1.5"),
  ])
  func `letters stay letters in Markdown`(text: String, markdown: String) {
    #expect(MarkdownText.plain(text) == markdown)
  }

  @Test(arguments: [
    ("a", "`a`"), ("a|b", "`a\\|b`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("", ""),
    (" a ", "`  a  `"),
    ("<b>@all", "`<b>@all`"),
  ])
  func `code stays code in Markdown`(text: String, markdown: String) {
    #expect(MarkdownText.code(text) == markdown)
  }

  @Test(arguments: [
    ("##vso[a]", "#\\u{23}vso[a]"), ("a ##[error]", "a #\\u{23}[error]"), ("###[x", "##\\u{23}[x"),
    ("## a [b]", "## a [b]"),
    ("##", "##"), ("#1 # [", "#1 # ["),
  ])
  func `no text is a command of a CI system`(text: String, shown: String) throws {
    #expect(TerminalText.printable(text) == shown)
    let json = JSON.string(text).printed
    #expect(json.starts(with: JSON.string(text).indented) == (text == shown))
    #expect(self.text(json) == "\"\(shown.replacing("\\u{23}", with: "\\u0023"))\"\n")
  }

  @Test(arguments: [
    ("::a::", "\\u{3a}:a::"), (" \u{2003}::a", " \u{2003}\\u{3a}:a"), ("a ::b", "a ::b"), (":a", ":a"),
    ("", ""),
  ])
  func `no line begins as a command of GitHub's does`(line: String, shown: String) {
    #expect(TerminalText.line(line) == shown)
  }

  @Test func `a long text is cut`() {
    #expect(
      MarkdownText.plain(String(repeating: "é", count: 301)) == String(repeating: "é", count: 299) + "…")
  }

  @Test(arguments: [
    ("]]>", "]]&gt;"), ("\u{0}\u{1B}\u{85}\r", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("a\n\t\"'&<", "a\n\t\"'&amp;&lt;"), ("\u{1F600}é", "\u{1F600}é"),
  ])
  func `XML has no letter that it may not have`(text: String, xml: String) {
    #expect(XMLText.content(text) == xml)
  }

  @Test func `an attribute keeps its line ends`() {
    #expect(XMLText.attribute("a\n\"b'") == "a&#10;&quot;b&#39;")
  }

  @Test(arguments: [
    ("a b/c.py", "a%20b/c.py"), ("a:b", "a%3Ab"), ("é?#%", "%C3%A9%3F%23%25"), ("-._~", "-._~"),
  ])
  func `paths are references, byte for byte`(path: String, uri: String) {
    #expect(URIText.relative(RepositoryPath(normalized: Array(path.utf8))) == uri)
  }

  @Test(
    arguments: [
      ("https://user:secret@x.org/a/b.git", "https://x.org/a/b.git"),
      ("git@x.org:a/b.git", "ssh://x.org/a/b.git"),
      ("ssh://git@x.org:22/a", "ssh://x.org:22/a"), ("x.org:/a", "ssh://x.org/a"), ("/srv/a.git", nil),
      ("../a:b", nil), ("c:/a", nil), ("file:///srv/a", nil), ("ext::sh -c x", nil),
      ("https://x.org/a b", nil),
    ] as [(Text, Text?)])
  func `a repository is told by its URL without a login`(remote: Text, url: Text?) {
    #expect(URIText.repository(ofRemote: remote) == url)
  }
}
