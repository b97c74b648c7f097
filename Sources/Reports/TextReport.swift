import Policy
import Trees
import Values

/// A report for a person at a terminal.
public struct TextReport {
  /// How much is told.
  public struct Options: Sendable {
    /// Whether there are colours.
    public var hasColour = false
    /// Whether inherited findings are listed and not summed up.
    public var listsInherited = false
    /// Whether the time of each rule is told.
    public var hasTimings = false
    /// Whether a pass is told as well.
    public var tellsPass = true
    /// The way from where the person is to the root of the repository (`../..`), for which the commands are; empty
    /// when they are there.
    public var wayToRoot = ""
    /// Whether the commit that is about to be made takes only the files that it names (`git commit -- FILES`).
    public var takesNamedFilesOnly = false
    /// Whether a check that fails tells how its findings are let pass.
    public var tellsWaiving = false

    /// The options of a plain run.
    public init() {}
  }

  private let report: Report
  private let options: Options
  private var text = ""

  /// A text for a report.
  public init(_ report: Report, _ options: Options = Options()) {
    self.report = report
    self.options = options
  }

  /// The text, UTF-8, with a line end at its end; empty when there is nothing to tell.
  public var bytes: [UInt8] {
    var writer = self
    writer.write()
    return Array(writer.text.utf8)
  }

  private mutating func write() {
    writeVerdicts()
    writeInherited()
    for item in report.verdicts.flatMap(\.waived) { write(waived: item) }
    for item in report.expired { write(expired: item) }
    for remark in report.remarks { line("\(dim("note:")) \(shown(remark))") }
    for item in report.unjudged { line("\(dim("not checked:")) \(shown(item.what)): \(shown(item.why))") }
    writeWayToRoot()
    writeNamingFiles()
    writeWaiving()
    if options.hasTimings { writeTimings() }
    if !text.isEmpty || options.tellsPass { writeSummary() }
  }

  // MARK: - Findings

  /// Of a push of many commits the newest are told, which can be mended with the least trouble.
  private mutating func writeVerdicts() {
    let told = report.verdicts.filter { !listed($0).isEmpty || !$0.mended.isEmpty }
    let isLong = report.scope.kind == .push && told.count > Self.mostCommits + 1
    let old = isLong ? told.dropLast(Self.mostCommits) : []
    if !old.isEmpty {
      let findings = counts(old.flatMap { listed($0) })
      line(dim("\(TerminalText.number(old.count)) older commits are not shown: \(findings)"))
    }
    for verdict in told.dropFirst(old.count) { write(verdict) }
  }

  private func listed(_ verdict: Verdict) -> [Finding] {
    verdict.findings + (lists(verdict) ? verdict.inherited : [])
  }

  private mutating func write(_ verdict: Verdict) {
    let listed = listed(verdict)
    if report.scope.kind == .range || report.scope.kind == .push,
      case .commit(let id, let subject) = verdict.kind
    {
      let what = verdict.isResult ? "what they come to, commit" : "commit"
      line(bold("\(what) \(TerminalText.short(id)) \(shown(subject.string))"))
    }
    let groups = FindingGroup.groups(of: listed)
    let (shown, left) = groups.shown(limit: Self.mostOfAKind)
    for (index, group) in groups.enumerated() where shown.contains(index) {
      write(group)
      if let counted = left[index] { line(dim("and \(more(counted))")) }
    }
    for finding in verdict.mended.prefix(Self.mostOfAKind) {
      line(headline(finding, "\(finding.message); a later commit mends it", level: "note"))
    }
    let rest = verdict.mended.count - Self.mostOfAKind
    if rest > 0 { line(dim("and \(TerminalText.number(rest)) more that later commits mend")) }
  }

  /// How many commits of a push are told.
  private static let mostCommits = 20
  /// How many blocks of one rule in one file are told; JSON has them all.
  private static let mostOfAKind = 20
  /// How many findings are told below the one that is told in full.
  private static let mostBelow = 10
  /// How many bytes of a value fit in such a line.
  private static let widestBelow = 24

  private func lists(_ verdict: Verdict) -> Bool { options.listsInherited || verdict.inheritedCounts }

  private mutating func write(_ group: FindingGroup) {
    let finding = group.first
    if let sum = group.sum {
      line(headline(finding, sum))
    } else {
      line(headline(finding, finding.message))
      for (name, value) in finding.differences {
        line("    \(name):\(String(repeating: " ", count: 9 - name.count))\(value)")
      }
      write(below: group.others)
    }
    for (name, mend) in group.mends(told: Self.shownBelow(group.others.count)) {
      line("    \(MendLines.line(name, mend))")
    }
  }

  /// How many of so many others are told. One more line says no less than a line that counts one.
  private static func shownBelow(_ count: Int) -> Int {
    count == mostBelow + 1 ? count : min(count, mostBelow)
  }

  private mutating func write(below others: [Finding]) {
    let count = Self.shownBelow(others.count)
    for other in others.prefix(count) {
      line("    also \(headline(other, other.message + difference(other)))")
    }
    let rest = others.dropFirst(count)
    guard let first = rest.first else { return }
    if rest.allSatisfy({ FindingGroup.Kind($0) == FindingGroup.Kind(first) }) {
      line("    and \(more(Array(rest)))")
    } else {
      line("    and \(TerminalText.number(rest.count)) more: \(counts(Array(rest)))")
    }
  }

  /// How many findings there are of each rule.
  private func counts(_ findings: [Finding]) -> String {
    Dictionary(grouping: findings, by: \.rule).sorted { $0.key < $1.key }.map {
      "\(TerminalText.number($1.count)) of \($0)"
    }.joined(separator: ", ")
  }

  private func headline(_ finding: Finding, _ message: String, level: String? = nil) -> String {
    let severity = level ?? (finding.severity == .error ? red("error") : yellow("warning"))
    let inherited = finding.isInherited ? " (inherited)" : ""
    let place = bold(TerminalText.place(finding.place))
    return "\(place): \(severity): \(shown(message))\(inherited) \(dim("[\(finding.rule)]"))"
  }

  /// What was recorded and what is there, where that fits in the line: of a parameter, not of a hash.
  private func difference(_ finding: Finding) -> String {
    let values = [("recorded", finding.recorded), ("here", finding.current)].compactMap { name, value in
      value.map { (name: name, value: $0) }
    }
    guard !values.isEmpty, values.allSatisfy({ $0.value.utf8.count <= Self.widestBelow }) else { return "" }
    return " (" + values.map { "\($0.name) \($0.value.string)" }.joined(separator: ", ") + ")"
  }

  /// Counts findings by rule and file.
  private func more(_ findings: [Finding]) -> String {
    let kinds = Dictionary(grouping: findings, by: FindingGroup.Kind.init).sorted {
      ($0.key.rule, $0.key.path) < ($1.key.rule, $1.key.path)
    }
    return kinds.enumerated().map { index, kind in
      let count = TerminalText.number(kind.value.count) + (index == 0 ? " more" : "")
      return "\(count) of \(kind.key.rule) in \(shown("\(kind.key.path)"))"
    }.joined(separator: ", ")
  }

  private mutating func writeInherited() {
    let count = report.verdicts.filter { !lists($0) }.map(\.inherited.count).reduce(0, +)
    guard count > 0 else { return }
    let findings = TerminalText.count(count, "finding")
    line(dim("\(findings) inherited from before (guard check --inherited lists them)"))
  }

  private mutating func writeWayToRoot() {
    let findings = report.verdicts.flatMap(\.findings)
    guard !options.wayToRoot.isEmpty, findings.contains(where: { $0.fix != nil || $0.advice != nil }) else {
      return
    }
    line("the commands are for the root of the repository: cd \(options.wayToRoot)")
  }

  /// Staging a file is not enough there: Git makes the commit of HEAD and the named files (git-commit(1), `--only`).
  private mutating func writeNamingFiles() {
    guard options.takesNamedFilesOnly, report.errors > 0 else { return }
    let way = "name those of the fix as well (git commit … -- FILES)"
    line("this commit takes only the files that it names: \(way)")
  }

  // MARK: - Waivers

  /// The way that works where the report is read: before a commit there is no message to waive in.
  private mutating func writeWaiving() {
    guard options.tellsWaiving, report.errors > 0 || report.stopsUnknown else { return }
    switch report.scope.kind {
    case .staged, .message, .worktree:
      line("to commit all the same: GUARD_SKIP=\(report.rulesToSkip) git commit …")
    case .push: line("to push all the same: GUARD_SKIP=\(report.rulesToSkip) git push …")
    case .commit, .range:
      line("to let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message")
    }
  }

  private mutating func write(waived item: WaivedFinding) {
    let place = TerminalText.place(item.finding.place)
    line("\(place): \(dim("waived")): \(shown(item.finding.message)) \(dim("[\(item.finding.rule)]"))")
    let end = item.waiver.expires.map { ", until \($0)" } ?? ""
    line("    by \(item.waiver.shownSource): \(shown(item.waiver.reason.string))\(end)")
  }

  private mutating func write(expired item: ExpiredWaiver) {
    let waiver = item.waiver
    let path = waiver.path.map { " for \(shown($0.string))" } ?? ""
    let findings = TerminalText.count(item.count, "finding")
    line(
      "\(waiver.shownSource): the waiver of \(shown(waiver.rule.string))\(path) ended on \(waiver.expires ?? "") "
        + "and no longer covers \(findings)")
  }

  // MARK: - The end

  private mutating func writeTimings() {
    var totals: [(rule: RuleID, time: Duration)] = []
    for timing in report.verdicts.flatMap(\.timings) {
      if let index = totals.firstIndex(where: { $0.rule == timing.rule }) {
        totals[index].time += timing.duration
      } else {
        totals.append((timing.rule, timing.duration))
      }
    }
    for (rule, time) in totals {
      let parts = time.components
      let tenths = parts.seconds * 10_000 + parts.attoseconds / 100_000_000_000_000
      line(dim("\(rule): \(tenths / 10).\(tenths % 10) ms"))
    }
  }

  private mutating func writeSummary() {
    let time = report.isOfNothing ? "" : report.milliseconds.map { " (\($0) ms)" } ?? ""
    let summary = report.summary { part in
      if report.errors > 0 || report.conclusion == .notJudged { return red(part) }
      return report.warnings > 0 ? yellow(part) : part
    }
    line("guard: \(summary)\(time)")
  }

  private mutating func line(_ line: String) { text += TerminalText.line(line) + "\n" }

  private func shown(_ string: String) -> String { TerminalText.printable(string) }

  private func red(_ text: String) -> String { coloured(text, "31") }
  private func yellow(_ text: String) -> String { coloured(text, "33") }
  private func bold(_ text: String) -> String { coloured(text, "1") }
  private func dim(_ text: String) -> String { coloured(text, "2") }

  private func coloured(_ text: String, _ code: String) -> String {
    options.hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
