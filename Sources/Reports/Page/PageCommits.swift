import Git
import Policy
import Runs
import Values

/// The commits, the newest first, each with all that is known of it folded below its line.
struct PageCommits {
  private let commits: [(entry: LogEntry, verdict: Verdict)]
  /// The most parameters in a commit's line.
  private static let mostChips = 4

  init(_ report: Report, _ entries: [LogEntry]) { commits = Array(zip(entries, report.verdicts)) }

  /// The anchor of a commit.
  static func id(_ entry: LogEntry) -> String { "c-\(entry.record.commit)" }

  /// The list.
  var body: HTML {
    guard !commits.isEmpty else { return .tag("p", class: "soft", [], ["There are no commits."]) }
    return .tag(
      "ol", class: "commits", [], commits.reversed().map { .tag("li", commit($0.entry, $0.verdict)) })
  }

  private func commit(_ entry: LogEntry, _ verdict: Verdict) -> HTML {
    .tag(
      "details", class: "commit", [.init("id", Self.id(entry))],
      [
        .tag(
          "summary", mark(verdict), .code(entry.name),
          .tag("span", class: "subject", [], [.text(entry.subject.string)]),
          .tag("span", class: "day", [], [.text(PageReport.day(entry))]),
          .tag("span", class: "chips", [], chips(entry, verdict))),
        .tag("div", class: "inside", [], inside(entry, verdict)),
      ])
  }

  private func mark(_ verdict: Verdict) -> HTML {
    let (sign, level, words) =
      verdict.isViolated
      ? ("✗", "bad", "violates the policy")
      : verdict.isUnjudged
        ? ("?", "warn", "could not be judged")
        : verdict.findings.isEmpty ? ("✓", "good", "keeps the policy") : ("!", "warn", "has warnings")
    return .tag(
      "span", class: "mark \(level)", [],
      [.tag("span", class: nil, [.init("aria-hidden", "true")], [.text(sign)]), .spoken(words)])
  }

  /// What the commit changed, in a few words.
  private func chips(_ entry: LogEntry, _ verdict: Verdict) -> [HTML] {
    let waived = verdict.waived.isEmpty ? [] : ["\(TerminalText.number(verdict.waived.count)) waived"]
    let told = waived + (entry.parent == nil ? [] : self.changes(entry))
    return told.map { .tag("span", class: "chip", [], [.text($0)]) }
  }

  private func changes(_ entry: LogEntry) -> [String] {
    let changes = entry.changes
    let all =
      changes.metrics.compactMap { change in
        RecordWords.difference(change.old, change.new).map { "\(change.name) \($0)" }
      } + changes.parameters.map { "\($0.name) \(RecordWords.value($0.old)) → \(RecordWords.value($0.new))" }
    let left = all.count - Self.mostChips
    let told = all.prefix(Self.mostChips) + (left > 0 ? ["\(left) more"] : [])
    return Array(told)
  }

  /// MLflow's runs. Their addresses are text, to be copied: anybody may write a link.
  private func runs(_ entry: LogEntry) -> HTML? {
    let rows = entry.links.flatMap { link -> [HTML] in
      guard case .run(let run) = link else { return [] }
      return [.tag("dt", .text(run.role.rawValue)), .tag("dd", .code(run.page.string))]
    }
    return rows.isEmpty ? nil : .list([.tag("h3", "Runs"), .tag("dl", class: nil, [], rows)])
  }

  private func inside(_ entry: LogEntry, _ verdict: Verdict) -> [HTML] {
    var parts: [HTML] = []
    if !verdict.findings.isEmpty {
      parts += [.tag("h3", "What it brings"), PageFindings.list(verdict.findings)]
    }
    for item in verdict.notChecked where item.isFatal {
      parts.append(.tag("p", class: "warn", [], [.text("Could not be judged: \(item.why)")]))
    }
    if !verdict.waived.isEmpty { parts += [.tag("h3", "Waived"), PageFindings.waived(verdict.waived)] }
    if let changes = PageChanges(entry.changes).body { parts.append(changes) }
    if let runs = runs(entry) { parts.append(runs) }
    if !verdict.inherited.isEmpty {
      let count = TerminalText.count(verdict.inherited.count, "finding")
      parts.append(
        .tag(
          "details", class: "fold", [],
          [.tag("summary", .text("\(count) inherited from before")), PageFindings.list(verdict.inherited)]))
    }
    if parts.isEmpty {
      parts.append(
        .tag("p", class: "soft", [], ["Neither findings nor changed results, parameters or data."]))
    }
    return parts
  }
}
