import Policy
import Trees
import Values

/// A finding in its commit, for the formats that list each thing once.
struct ReportedFinding {
  /// How it came to be in the report.
  enum State {
    /// The commit introduces it.
    case introduced
    /// A parent had it already.
    case inherited
    /// The commit introduces it, and a later one of the range mends it.
    case mended
    /// Somebody decided to let it pass.
    case waived(Waiver)
  }

  /// What was found.
  let finding: Finding
  /// The letters and the first line of the commit; `nil` for one that does not exist yet.
  let commit: (id: Text, subject: Text)?
  /// How it came to be in the report.
  let state: State
  /// Whether it counts for the exit code.
  let counts: Bool
  /// Which of the findings with this fingerprint it is in the report, from 1: two commits of a range may introduce
  /// the same.
  let occurrence: Int

  /// Whether a later commit mends it.
  var isMended: Bool { if case .mended = state { true } else { false } }

  /// The finding's fingerprint, made unique in the report.
  var fingerprint: String {
    occurrence == 1 ? "\(finding.fingerprint)" : "\(finding.fingerprint)-\(occurrence)"
  }
}

extension Report {
  /// All findings, the oldest commit first. What is inherited is there once, in the newest commit that has it, and not
  /// at all when a commit of the report introduced it.
  var listed: [ReportedFinding] {
    var found: [(finding: Finding, verdict: Verdict, state: ReportedFinding.State)] = []
    var last: [Text: Int] = [:]
    let introduced = Set(verdicts.flatMap(\.findings).map(\.fingerprint))
    for (place, verdict) in verdicts.enumerated() {
      for finding in verdict.inherited { last[finding.fingerprint] = place }
    }
    for (place, verdict) in verdicts.enumerated() {
      found += verdict.findings.map { ($0, verdict, .introduced) }
      found += verdict.mended.map { ($0, verdict, .mended) }
      found += verdict.inherited.filter {
        !introduced.contains($0.fingerprint) && last[$0.fingerprint] == place
      }.map { ($0, verdict, .inherited) }
      found += verdict.waived.map { ($0.finding, verdict, .waived($0.waiver)) }
    }
    var occurrences: [Text: Int] = [:]
    return found.map { finding, verdict, state in
      occurrences[finding.fingerprint, default: 0] += 1
      let counts =
        switch state {
        case .introduced: true
        case .inherited: verdict.inheritedCounts
        case .mended, .waived: false
        }
      return ReportedFinding(
        finding: finding, commit: verdict.commit, state: state, counts: counts,
        occurrence: occurrences[finding.fingerprint] ?? 1)
    }
  }
}

extension Verdict {
  /// The letters and the first line of the commit; `nil` for one that does not exist yet.
  var commit: (id: Text, subject: Text)? {
    if case .commit(let id, let subject) = kind { (id, subject) } else { nil }
  }
}

extension Finding {
  /// What was recorded and what is there now, as a person reads it.
  var differences: [(name: String, value: String)] {
    var lines: [(name: String, value: String)] = []
    if let recorded {
      let place = recordedAt.map { " (\(TerminalText.place($0)))" } ?? ""
      lines.append(("recorded", TerminalText.printable(recorded.string) + place))
    }
    if let current { lines.append(("current", TerminalText.printable(current.string))) }
    return lines
  }

  /// What mends it: a command, words, or both.
  var mends: [(name: String, value: String)] {
    var lines: [(name: String, value: String)] = []
    if let fix { lines.append(("fix", TerminalText.printable(fix))) }
    if let advice { lines.append((fix == nil ? "fix" : "or", TerminalText.printable(advice))) }
    return lines
  }

  /// What it says and all that belongs to it, in lines.
  var lines: [String] {
    [TerminalText.printable(message)] + (differences + mends).map { "\($0.name): \($0.value)" }
  }

  /// Whether its place is a file of the commit, and not a ref of Git's.
  var isInFile: Bool {
    switch Rule.named(rule)?.scope {
    case .record, .server: false
    case .state, .remote, .change, nil: true
    }
  }
}
