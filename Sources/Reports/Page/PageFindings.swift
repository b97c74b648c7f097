import Policy
import Values

/// Findings as a list.
enum PageFindings {
  /// The most findings of a list.
  private static let most = 50

  /// What the last commit has, whoever brought it; `nil` when it has nothing.
  static func atTheEnd(of report: Report) -> HTML? {
    guard let last = report.verdicts.last, !(last.findings + last.inherited).isEmpty else { return nil }
    return list(last.findings + last.inherited)
  }

  /// Findings, errors first.
  static func list(_ findings: [Finding]) -> HTML {
    let ordered = findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
    let left = ordered.count - most
    return .list([
      .tag("ul", class: "findings", [], ordered.prefix(most).map(item)),
      left > 0
        ? .tag("p", class: "soft", [], [.text("\(TerminalText.number(left)) more are not shown.")])
        : .list([]),
    ])
  }

  private static func item(_ finding: Finding) -> HTML {
    let (word, level) = finding.severity == .error ? ("error", "bad") : ("warning", "warn")
    let rows = (finding.differences + finding.mends).flatMap { name, value -> [HTML] in
      let isCode = name == "recorded" || name == "current" || (name == "fix" && finding.fix != nil)
      return [.tag("dt", .text(name)), .tag("dd", isCode ? .code(value) : .text(value))]
    }
    return .tag(
      "li",
      .tag(
        "p", .tag("span", class: "level \(level)", [], [.text(word)]),
        .code(TerminalText.place(finding.place)),
        .text(" \(finding.message) "), .code("\(finding.rule)", class: "soft"),
        finding.isInherited ? .tag("span", class: "soft", [], [" inherited"]) : .list([])),
      rows.isEmpty ? .list([]) : .tag("dl", class: nil, [], rows))
  }

  /// What somebody decided to let pass.
  static func waived(_ items: [WaivedFinding]) -> HTML {
    .tag(
      "ul", class: "findings", [],
      items.prefix(most).map { item in
        .tag(
          "li",
          .tag(
            "p", .tag("span", class: "level soft", [], ["waived"]),
            .code(TerminalText.place(item.finding.place)),
            .text(" \(item.finding.message) "), .code("\(item.finding.rule)", class: "soft")),
          .tag(
            "dl", .tag("dt", "by"), .tag("dd", .text(item.waiver.shownSource)), .tag("dt", "why"),
            .tag("dd", .text(item.waiver.reason.string + (item.waiver.expires.map { ", until \($0)" } ?? "")))
          ))
      })
  }

  /// What could not be judged; `nil` when all could.
  static func unjudged(_ report: Report) -> HTML? {
    let items = report.unjudged.sorted { $0.isFatal && !$1.isFatal }
    guard !items.isEmpty else { return nil }
    return .tag(
      "ul", class: "findings", [],
      items.prefix(most).map { .tag("li", .tag("p", .code($0.what), .text(": \($0.why)"))) })
  }
}
