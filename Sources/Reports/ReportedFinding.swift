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
  /// The finding's own fingerprint, which costs a hash each time that it is asked of the finding.
  let ownFingerprint: Text
  /// Which of the findings with this fingerprint it is in the report, from 1: two commits of a range may introduce
  /// the same.
  let occurrence: Int

  /// Whether a later commit mends it.
  var isMended: Bool { if case .mended = state { true } else { false } }

  /// The finding's fingerprint, made unique in the report.
  var fingerprint: String {
    occurrence == 1 ? "\(ownFingerprint)" : "\(ownFingerprint)-\(occurrence)"
  }
}

extension Report {
  /// All findings, the oldest commit first. What is inherited is there once, in the newest commit that has it, and not
  /// at all when a commit of the report introduced it.
  var listed: [ReportedFinding] {
    let inherited = verdicts.map { $0.inherited.map { (finding: $0, fingerprint: $0.fingerprint) } }
    var last: [Text: Int] = [:]
    for (place, items) in inherited.enumerated() {
      for item in items { last[item.fingerprint] = place }
    }
    for finding in verdicts.flatMap(\.findings) { last[finding.fingerprint] = nil }
    var occurrences: [Text: Int] = [:]
    var listed: [ReportedFinding] = []
    for (place, verdict) in verdicts.enumerated() {
      func add(
        _ finding: Finding, _ state: ReportedFinding.State, counts: Bool = false,
        fingerprint known: Text? = nil
      ) {
        let fingerprint = known ?? finding.fingerprint
        occurrences[fingerprint, default: 0] += 1
        listed.append(
          ReportedFinding(
            finding: finding, commit: verdict.commit, state: state, counts: counts,
            ownFingerprint: fingerprint,
            occurrence: occurrences[fingerprint] ?? 1))
      }
      for finding in verdict.findings { add(finding, .introduced, counts: true) }
      for finding in verdict.mended { add(finding, .mended) }
      for item in inherited[place] where last[item.fingerprint] == place {
        add(item.finding, .inherited, counts: verdict.inheritedCounts, fingerprint: item.fingerprint)
      }
      for item in verdict.waived { add(item.finding, .waived(item.waiver)) }
    }
    return listed
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

  /// What mends it, as a person reads it.
  var mends: [(name: String, value: String)] {
    MendLines(fix: fix, advice: advice).mends.map { ($0.name, TerminalText.printable($0.value)) }
  }

  /// What it says and all that belongs to it, in lines.
  var lines: [String] {
    [TerminalText.printable(message)] + (differences + mends).map { "\($0.name): \($0.value)" }
  }

  /// Whether its place is a file of the commit, and not a ref of Git's.
  var isInFile: Bool {
    switch Rule.named(rule)?.scope {
    case .record, .server, .message: false
    case .state, .remote, .change, nil: true
    }
  }
}
