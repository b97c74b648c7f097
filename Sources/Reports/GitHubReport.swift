import Policy
import Trees
import Values

/// A report as commands of a GitHub workflow, which become annotations of the pull request ("Workflow commands for
/// GitHub Actions"). GitHub shows ten errors, ten warnings and ten notices of a step, so the gravest come first, and
/// of what one command mends one finding before the others.
public struct GitHubReport {
  private let report: Report
  private let listsInherited: Bool

  /// - Parameter listsInherited: whether inherited findings are listed and not summed up.
  public init(_ report: Report, listsInherited: Bool = false) {
    self.report = report
    self.listsInherited = listsInherited
  }

  /// The lines, UTF-8. Nothing in them is in a group, which GitHub would fold.
  public var bytes: [UInt8] {
    let listed = report.listed
    let counted = Self.spread(listed.filter(\.counts))
    var lines = counted.filter { $0.finding.severity == .error }.map { line("error", $0) }
    lines += report.unjudged.filter(\.isFatal).map { Self.unjudged("error", $0) }
    lines += counted.filter { $0.finding.severity == .warning }.map { line("warning", $0) }
    lines += report.expired.map(Self.expired)
    lines += report.unjudged.filter { !$0.isFatal }.map { Self.unjudged("notice", $0) }
    for item in listed {
      if case .waived(let waiver) = item.state { lines.append(waived(item, waiver)) }
    }
    lines += listed.filter(\.isMended).map(mended)
    lines += inherited(listed)
    lines += report.remarks.map {
      Self.command("notice", [], title: "how it was judged", [TerminalText.printable($0)])
    }
    return Array((lines + ["guard: \(report.summary())"]).map { $0 + "\n" }.joined().utf8)
  }

  /// The findings that are told in full before those that the same command mends.
  private static func spread(_ items: [ReportedFinding]) -> [ReportedFinding] {
    var seen: Set<String> = []
    var first: [ReportedFinding] = []
    var others: [ReportedFinding] = []
    for item in items {
      let mend = item.finding.mends.map(\.value).joined(separator: "\n")
      if mend.isEmpty || seen.insert("\(item.commit?.id.string ?? "")\n\(mend)").inserted {
        first.append(item)
      } else {
        others.append(item)
      }
    }
    return first + others
  }

  private func line(_ level: String, _ item: ReportedFinding) -> String {
    Self.command(
      level, Self.place(item.finding), title: "\(item.finding.rule)", item.finding.lines + commit(item))
  }

  private func waived(_ item: ReportedFinding, _ waiver: Waiver) -> String {
    let reason = "\(waiver.shownSource): \(TerminalText.printable(waiver.reason.string))"
    return Self.command(
      "notice", Self.place(item.finding), title: "waived: \(item.finding.rule)",
      [TerminalText.printable(item.finding.message), "by \(reason)"] + commit(item))
  }

  private func mended(_ item: ReportedFinding) -> String {
    Self.command(
      "notice", Self.place(item.finding), title: "mended: \(item.finding.rule)",
      [TerminalText.printable(item.finding.message) + "; a later commit mends it"] + commit(item))
  }

  private func inherited(_ listed: [ReportedFinding]) -> [String] {
    let items = listed.filter { if case .inherited = $0.state { !$0.counts } else { false } }
    guard !listsInherited else {
      return items.map { item in
        Self.command(
          "notice", Self.place(item.finding), title: "inherited: \(item.finding.rule)",
          item.finding.lines + commit(item))
      }
    }
    guard !items.isEmpty else { return [] }
    let count = TerminalText.count(items.count, "finding")
    return [Self.command("notice", [], title: "inherited", ["\(count) inherited from before"])]
  }

  /// Of a range, which commit it is.
  private func commit(_ item: ReportedFinding) -> [String] {
    guard report.scope.kind == .range || report.scope.kind == .push, let commit = item.commit else {
      return []
    }
    return ["commit \(TerminalText.short(commit.id)) \(TerminalText.printable(commit.subject.string))"]
  }

  private static func unjudged(_ level: String, _ item: Unjudged) -> String {
    command(
      level, [], title: "not checked",
      ["\(TerminalText.printable(item.what)): \(TerminalText.printable(item.why))"])
  }

  private static func expired(_ item: ExpiredWaiver) -> String {
    let rule = TerminalText.printable(item.waiver.rule.string)
    let findings = TerminalText.count(item.count, "finding")
    return command(
      "warning", [], title: "waiver ended",
      [
        "\(item.waiver.shownSource): the waiver of \(rule) ended on \(item.waiver.expires ?? "")"
          + " and no longer covers \(findings)"
      ])
  }

  // MARK: - Commands

  private static func place(_ finding: Finding) -> [(key: String, value: String)] {
    guard finding.isInFile else { return [] }
    let path = TerminalText.printable("\(finding.place.path)")
    guard let position = finding.place.position else { return [("file", path)] }
    return [("file", path), ("line", "\(position.line)"), ("col", "\(position.column)")]
  }

  private static func command(
    _ level: String, _ place: [(key: String, value: String)], title: String, _ lines: [String]
  ) -> String {
    let properties = (place + [("title", title)]).map { "\($0.key)=\(property($0.value))" }
    return "::\(level) \(properties.joined(separator: ","))::\(data(lines.joined(separator: "\n")))"
  }

  /// As the runner reads it back (actions/toolkit, `escapeData`).
  private static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  /// As the runner reads it back (actions/toolkit, `escapeProperty`).
  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
