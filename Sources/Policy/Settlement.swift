import Values

/// What the verdicts on a range come to: on each of its commits, and on the result of all of them.
///
/// What the range brings into the result counts where a commit brought it in. What a later commit of the range mends
/// is only told, unless policy wants every commit to be right. What a commit did for ever (a large file in the
/// history) no later one mends.
public struct Settlement {
  /// The verdicts on the commits, the oldest first, and what the result has besides.
  public private(set) var verdicts: [Verdict]

  /// - Parameters:
  ///   - commits: the verdicts on the commits, the oldest first.
  ///   - result: the verdict on what they come to, beside what was there before the range.
  ///   - everyCommit: how what a later commit mends counts.
  public init(_ commits: [Verdict], result: Verdict, everyCommit: Level) {
    verdicts = commits
    let remaining = Set((result.findings + result.waived.map(\.finding)).map(\.fingerprint))
    for index in verdicts.indices {
      verdicts[index].settle(remaining: remaining, everyCommit)
      // What the range inherits is what was there before it, and not what one commit of it leaves to the next.
      verdicts[index].inherited = []
      if everyCommit != .error { verdicts[index].forgiveUnjudged() }
    }
    var result = result
    result.isResult = true
    let told = Set(verdicts.flatMap { $0.findings + $0.waived.map(\.finding) }.map(\.fingerprint))
    result.findings.removeAll { told.contains($0.fingerprint) }
    result.waived.removeAll { told.contains($0.finding.fingerprint) }
    result.expired = []
    verdicts.append(result)
  }
}

extension Verdict {
  /// Takes what is not in the result out of what counts.
  fileprivate mutating func settle(remaining: Set<Text>, _ everyCommit: Level) {
    let isMended = { (finding: Finding) in
      Rule.named(finding.rule)?.scope == .state && !remaining.contains(finding.fingerprint)
    }
    mended = findings.filter(isMended)
    findings.removeAll(where: isMended)
    guard let severity = everyCommit.severity else { return }
    findings += mended.map { finding in
      var finding = finding
      finding.severity = min(finding.severity, severity)
      return finding
    }
    mended = []
  }

  /// What could not be read in a commit that nobody will check out is told, and stops nothing.
  fileprivate mutating func forgiveUnjudged() {
    notChecked = notChecked.map { Unjudged(what: $0.what, why: $0.why) }
  }
}
