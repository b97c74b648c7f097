import Testing
import Trees
import Values

@testable import Policy
@testable import Reports

@Suite struct ReportTests {
  private func stale() -> Repository {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    return repository
  }

  @Test func theDocumentHasItsKeysInOrder() throws {
    let report = try stale().commit().verdictReport()
    let finding = report.verdicts[0].findings[0]
    #expect(
      String(decoding: JSONReport(report).bytes, as: UTF8.self) == """
        {
          "schema": 1,
          "tool": {
            "name": "guard",
            "version": "0.1.0"
          },
          "scope": {
            "kind": "commit",
            "base": null,
            "head": null
          },
          "commits": [
            {
              "id": "1234567890abcdef",
              "subject": "a commit",
              "findings": [
                {
                  "rule": "lock/params",
                  "severity": "error",
                  "path": "params.yaml",
                  "line": 1,
                  "column": 5,
                  "stage": "train",
                  "key": "lr",
                  "recorded": "0.01",
                  "current": "0.02",
                  "reason": "content",
                  "inherited": false,
                  "message": "parameter 'lr' of stage 'train' is not the one in dvc.lock",
                  "fix": "dvc repro train",
                  "advice": null,
                  "fingerprint": "\(finding.fingerprint)"
                }
              ],
              "mended": [],
              "inherited": 0,
              "result": false
            }
          ],
          "waived": [],
          "expired": [],
          "notChecked": [],
          "remarks": [],
          "summary": {
            "errors": 1,
            "warnings": 0,
            "inherited": 0,
            "commits": 1,
            "milliseconds": null
          }
        }

        """)
  }

  @Test func aFingerprintHasNoValue() throws {
    var other = stale()
    other["params.yaml"] = "epochs: 3\nlr: 0.5\n"
    let first = try stale().commit().verdictReport().verdicts[0].findings[0]
    let second = try other.commit().verdictReport().verdicts[0].findings[0]
    #expect(first.fingerprint == second.fingerprint && first.place != second.place)
  }

  @Test func whatIsNotUTF8IsStillADocument() {
    let bytes = JSON.text(Text(utf8: [0x61, 0xFF, 0x0A, 0x1B, 0x22])).indented
    #expect(String(validating: bytes, as: UTF8.self) == "\"a\u{FFFD}\\n\\u001b\\\"\"\n")
  }

  @Test func fromAFolderTheWayToTheRootIsTold() throws {
    var options = TextReport.Options()
    options.wayToRoot = "../.."
    let told = "the commands are for the root of the repository: cd ../..\n"
    func text(_ repository: Repository) throws -> String {
      String(decoding: TextReport(try repository.commit().verdictReport(), options).bytes, as: UTF8.self)
    }
    #expect(try text(stale()).contains(told))
    #expect(try !text(Repository.training()).contains(told))
  }

  @Test func coloursComeOnlyWhenAsked() throws {
    let report = try stale().commit().verdictReport()
    #expect(!TextReport(report).bytes.contains(0x1B))
    var options = TextReport.Options()
    options.hasColour = true
    #expect(TextReport(report, options).bytes.contains(0x1B))
  }

  @Test func aNameCannotMoveTheCursor() throws {
    var repository = Repository()
    let name = "a\u{1B}[2Jb"
    repository.files[.init(normalized: Array("\(name).dvc".utf8))] = .file(Array("outs: [".utf8))
    let text = try repository.commit().report()
    #expect(!text.utf8.contains(0x1B) && text.contains("a\\u{1b}[2Jb.dvc"))
  }

  @Test func timesAreToldOnlyWhenTheyAreKnown() throws {
    let verdicts = try Repository.training().commit().verdictReport().verdicts
    let report = Report(Report.Scope(.commit), verdicts, milliseconds: 12, version: "0.1.0")
    #expect(
      String(decoding: TextReport(report).bytes, as: UTF8.self)
        == "guard: 0 errors, 0 warnings in 1 commit (12 ms)\n")
  }

  @Test func aRangeNamesItsCommits() throws {
    let verdicts = try stale().commit().verdictReport().verdicts
    let report = Report(Report.Scope(.range), verdicts, version: "0.1.0")
    #expect(
      String(decoding: TextReport(report).bytes, as: UTF8.self).hasPrefix(
        "commit 1234567890 a commit\nparams.yaml:1: "))
  }

  @Test(arguments: [(20, false), (21, false), (22, true), (3000, true)])
  func ofAPushOfManyCommitsTheNewestAreTold(count: Int, isCut: Bool) throws {
    let verdict = try stale().commit().verdictReport().verdicts[0]
    let report = Report(Report.Scope(.push), Array(repeating: verdict, count: count), version: "0.1.0")
    let lines = String(decoding: TextReport(report).bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("commit ") } == (isCut ? 20 : count))
    let left = TerminalText.number(count - 20)
    #expect((lines[0] == "\(left) older commits are not shown: \(left) of lock/params") == isCut)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
  func longNumbersHaveCommas(number: Int, text: String) {
    #expect(TerminalText.number(number) == text)
  }

  @Test(arguments: [
    ("plain/a-b_c@1.py", "plain/a-b_c@1.py"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$(x)", "'$(x)'"),
    ("a\nb", "$'a\\x0ab'"), ("", "''"), ("é", "'é'"), ("a\u{202E}'b", "$'a\\xe2\\x80\\xae\\'b'"),
    ("\u{85}", "$'\\xc2\\x85'"), ("##x[y]", "$'#\\x23x[y]'"), ("a##b", "'a##b'"),
  ])
  func wordsAreQuotedForTheShell(word: String, quoted: String) {
    #expect(ShellCommand.quoted(Array(word.utf8)) == quoted)
  }

  @Test(arguments: [
    (["a", "b c"], "git add a 'b c'"), (["-A", "a"], "git add ./-A a"), (["a-b", "c:d"], "git add a-b c:d"),
    ([":/", "a"], "git --literal-pathspecs add :/ a"), (["a*"], "git --literal-pathspecs add 'a*'"),
    (["a?", "-["], "git --literal-pathspecs add './-[' 'a?'"),
    (["a\\b"], "git --literal-pathspecs add 'a\\b'"),
    (["src/-x", "~"], "git add src/-x '~'"),
  ])
  func noNameIsTakenForAnOptionOrAPattern(names: [String], command: String) {
    let files = names.map { RepositoryPath(normalized: Array($0.utf8)) }
    #expect(ShellCommand(gitAdd: files).description == command)
  }

  @Test func dvcIsGivenNamesThatAreNoOptions() {
    #expect(
      ShellCommand(dvc: "add", in: "-d", [Array("-x".utf8), Array("a*".utf8)]).description
        == "dvc --cd ./-d add ./-x 'a*'")
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01"), (951_782_399, "2000-02-28"), (951_782_400, "2000-02-29"),
    (1_795_478_400, "2026-11-24"),
    (-1, "1969-12-31"), (4_107_542_400, "2100-03-01"),
  ])
  func daysAreThoseOfTheCalendar(seconds: Int64, day: String) {
    #expect(CalendarDay(secondsSince1970: seconds).description == day)
  }
}
