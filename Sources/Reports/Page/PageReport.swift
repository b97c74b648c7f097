import Policy
import Runs
import Trees
import Values

/// A page about a range of commits that opens anywhere: one file without a script, which asks no server for anything.
public struct PageReport {
  let report: Report
  let entries: [LogEntry]
  private let name: String

  /// - Parameters:
  ///   - report: the verdicts.
  ///   - entries: the same commits, the oldest first, as a log has them.
  ///   - name: what the repository is called.
  public init(_ report: Report, _ entries: [LogEntry], name: String) {
    self.report = report
    self.entries = entries
    self.name = name
  }

  /// The page, UTF-8. It holds no time but those of the commits.
  public var bytes: [UInt8] {
    // The style sheet is the one part that is not escaped: it is of this program alone.
    var text = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '\(PageStyle.digest)'; \
      base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <style>\(PageStyle.css)</style>

      """
    HTML.tag("title", .text("\(name): \(report.summary())")).write(to: &text)
    text += "\n</head>\n<body>\n"
    for part in [skip, header, main, footer] {
      part.write(to: &text)
      text += "\n"
    }
    return Array((text + "</body>\n</html>\n").utf8)
  }

  // MARK: - Frame

  private var skip: HTML { .tag("a", class: "skip", [.init("href", "#commits")], ["To the commits"]) }

  private var header: HTML {
    let level =
      report.conclusion == .pass ? report.warnings > 0 ? "warn" : "good" : "bad"
    return .tag(
      "header", class: nil, [],
      [
        .tag("p", class: "eyebrow", [], ["Report on commits, data and results"]),
        .tag("h1", .text(name)),
        .tag("p", class: "lead", [], [.text(span)]),
        .tag("p", class: "badge \(level)", [], [.text(Self.sentence(report.summary()))]),
        .tag(
          "nav", class: nil, [.init("aria-label", "Parts of this page")],
          [
            .tag(
              "ul", class: nil, [],
              sections.map {
                .tag("li", .tag("a", class: nil, [.init("href", "#\($0.id)")], [.text($0.title)]))
              })
          ]),
      ])
  }

  private var main: HTML {
    .tag(
      "main", class: nil, [],
      sections.map { section in
        .tag(
          "section", class: nil, [.init("id", section.id), .init("aria-labelledby", "\(section.id)-title")],
          [
            .tag("h2", class: nil, [.init("id", "\(section.id)-title")], [.text(section.title)]),
            section.body,
          ])
      })
  }

  private var footer: HTML {
    .tag(
      "footer", class: nil, [],
      [.tag("p", .text("Made by guard \(report.version) from what Git holds of these commits."))])
  }

  /// Which commits, and when they were made.
  private var span: String {
    guard let first = entries.first, let last = entries.last else { return "There are no commits." }
    let commits = TerminalText.count(entries.count, "commit")
    let days = Set([Self.day(first), Self.day(last)]).sorted().joined(separator: " to ")
    return "\(commits) up to \(last.name), \(days)"
  }

  private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  static func day(_ entry: LogEntry) -> String { CalendarDay(secondsSince1970: entry.time).description }

  // MARK: - Sections

  private struct Section {
    let id: String
    let title: String
    let body: HTML
  }

  /// What there is to tell; the commits are always there.
  private var sections: [Section] {
    let all: [(String, String, HTML?)] = [
      ("open", "To mend at the last commit", PageFindings.atTheEnd(of: report)),
      ("results", "Results", PagePlots(entries).body),
      ("pipeline", "Pipeline", PagePipeline(entries.last?.record, report.verdicts.last).body),
      ("changes", "What changed", changes),
      ("commits", "Commits", PageCommits(report, entries).body),
      ("notes", "Not checked", PageFindings.unjudged(report)),
    ]
    return all.compactMap { id, title, body in body.map { Section(id: id, title: title, body: $0) } }
  }

  /// What the last commit says otherwise than the one before the range.
  private var changes: HTML? {
    guard let first = entries.first, let last = entries.last else { return nil }
    return PageChanges(RecordChanges(from: first.parent ?? first.record, to: last.record)).body
  }
}
