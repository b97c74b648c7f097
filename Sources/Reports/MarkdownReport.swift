import Policy
import Runs
import Trees
import Values

/// A report for the summary of a workflow and for a comment at a pull request.
public struct MarkdownReport {
  /// The first line, hidden: by it a bot finds the comment that it wrote before.
  public static let marker = "<!-- guard-report -->"
  /// The most characters of a comment at GitHub. Bytes are counted, which are never fewer.
  public static let limit = 65_536

  private let report: Report

  /// A text for a report.
  public init(_ report: Report) { self.report = report }

  /// The text, UTF-8, at most ``limit`` bytes; what is left out of a list is counted below it.
  public var bytes: [UInt8] {
    let sign =
      switch report.conclusion {
      case .pass: "✅"
      case .violated: "❌"
      case .notJudged: "⚠️"
      }
    var text = "\(Self.marker)\n### \(sign) guard: \(report.summary())\n"
    text +=
      report.remarks.map { "\n\(MarkdownText.plain($0)).  " }.joined() + (report.remarks.isEmpty ? "" : "\n")
    let listed = report.listed
    text += findings(listed.filter(\.counts))
    if let changes = report.changes { text += Self.changes(changes) }
    text += self.listed("Mended by a later commit", listed.filter(\.isMended))
    text += inherited(listed)
    text += waived(listed)
    text += notChecked
    return Array(text.utf8)
  }

  // MARK: - Sections

  /// Errors before warnings, so that what is cut is of less weight.
  private func findings(_ items: [ReportedFinding]) -> String {
    let ordered =
      items.filter { $0.finding.severity == .error } + items.filter { $0.finding.severity == .warning }
    let header = (hasCommits ? ["commit"] : []) + ["", "where", "what", "recorded", "current", "fix"]
    return Section(rows: ordered.map(row), header: header, noun: "finding", budget: 34_000).text
  }

  private func row(_ item: ReportedFinding) -> [String] {
    let finding = item.finding
    let level = item.isMended ? "note" : finding.severity.rawValue
    let mends = finding.mends.map { mend in
      mend.name == "fix"
        ? MarkdownText.code(mend.value, limit: 600) : MarkdownText.plain(mend.value)
    }
    return commit(item) + [
      level, MarkdownText.code(TerminalText.place(finding.place)),
      "\(MarkdownText.plain(finding.message)) \\[\(finding.rule)\\]",
      MarkdownText.code(finding.recorded?.string ?? ""), MarkdownText.code(finding.current?.string ?? ""),
      mends.joined(separator: " or: "),
    ]
  }

  private var hasCommits: Bool { report.scope.kind == .range || report.scope.kind == .push }

  private func commit(_ item: ReportedFinding) -> [String] {
    guard hasCommits else { return [] }
    guard let commit = item.commit else { return [""] }
    return [
      "\(MarkdownText.code(TerminalText.short(commit.id))) \(MarkdownText.plain(commit.subject.string, limit: 72))"
    ]
  }

  private static func changes(_ changes: RecordChanges) -> String {
    func name(_ change: RecordChanges.Change) -> String { MarkdownText.code(change.name.string) }
    func value(_ value: JSON?) -> String { MarkdownText.code(RecordWords.value(value)) }
    func row(_ change: RecordChanges.Change) -> [String] {
      [
        name(change), value(change.old), value(change.new),
        MarkdownText.plain(RecordWords.difference(change.old, change.new) ?? ""),
      ]
    }
    func hashes(_ change: RecordChanges.Change) -> [String] {
      func short(_ value: JSON?) -> String { MarkdownText.code(RecordWords.hash(value)) }
      return [name(change), short(change.old), short(change.new)]
    }
    let header = ["", "base", "head", "difference"]
    let parts = [
      Section(
        rows: changes.metrics.map(row), header: header, title: "Results", noun: "result", budget: 5_000),
      Section(
        rows: changes.parameters.map(row), header: header, title: "Parameters", noun: "parameter",
        budget: 5_000),
    ]
    let data = Section(
      rows: changes.data.map(hashes), header: ["", "base", "head"], noun: "path", budget: 4_000)
    return parts.map(\.text).joined() + folded("Data", changes.data.count, data.text)
  }

  private func inherited(_ listed: [ReportedFinding]) -> String {
    self.listed(
      "Inherited from before", listed.filter { if case .inherited = $0.state { !$0.counts } else { false } })
  }

  private func listed(_ title: String, _ items: [ReportedFinding]) -> String {
    let rows = items.map(row)
    let header = (hasCommits ? ["commit"] : []) + ["", "where", "what", "recorded", "current", "fix"]
    let section = Section(rows: rows, header: header, noun: "finding", budget: 6_000)
    return Self.folded(title, items.count, section.text)
  }

  private func waived(_ listed: [ReportedFinding]) -> String {
    var rows = listed.compactMap { item -> [String]? in
      guard case .waived(let waiver) = item.state else { return nil }
      let end = waiver.expires.map { ", until \($0)" } ?? ""
      return commit(item) + [
        MarkdownText.code(TerminalText.place(item.finding.place)),
        "\(MarkdownText.plain(item.finding.message)) \\[\(item.finding.rule)\\]",
        MarkdownText.code(waiver.shownSource), MarkdownText.plain(waiver.reason.string + end),
      ]
    }
    rows += report.expired.map { item in
      (hasCommits ? [""] : []) + [
        MarkdownText.code(item.waiver.path?.string ?? ""), MarkdownText.plain(item.waiver.rule.string),
        MarkdownText.code(item.waiver.shownSource),
        "ended on \(item.waiver.expires ?? ""): no longer covers \(TerminalText.count(item.count, "finding"))",
      ]
    }
    let header = (hasCommits ? ["commit"] : []) + ["where", "what", "by", "why"]
    return Self.folded(
      "Waived", rows.count, Section(rows: rows, header: header, noun: "waiver", budget: 5_000).text)
  }

  private var notChecked: String {
    let rows = report.unjudged.sorted { $0.isFatal && !$1.isFatal }.map { item in
      [
        MarkdownText.plain(item.what),
        MarkdownText.plain(item.why) + (item.isFatal ? " (so it cannot pass)" : ""),
      ]
    }
    let section = Section(rows: rows, header: ["what", "why"], noun: "thing", budget: 5_000)
    return Self.folded("Not checked", rows.count, section.text)
  }

  private static func folded(_ title: String, _ count: Int, _ text: String) -> String {
    count == 0
      ? "" : "\n<details><summary>\(title): \(TerminalText.number(count))</summary>\n\(text)\n</details>\n"
  }

  /// A table that takes no more room than it may.
  private struct Section {
    let rows: [[String]]
    let header: [String]
    var title: String?
    let noun: String
    /// The most bytes.
    let budget: Int

    var text: String {
      guard !rows.isEmpty else { return "" }
      var text = title.map { "\n#### \($0)\n" } ?? ""
      text += "\n" + Self.line(header) + Self.line(header.map { _ in "---" })
      var told = 0
      for row in rows {
        let line = Self.line(row)
        // Room for the line that says what is left out.
        guard text.utf8.count + line.utf8.count + 80 <= budget else { break }
        text += line
        told += 1
      }
      let left = rows.count - told
      return left == 0
        ? text
        : text + "\n\(TerminalText.number(left)) more \(noun)\(left == 1 ? "" : "s"), not shown here.\n"
    }

    private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
  }
}
