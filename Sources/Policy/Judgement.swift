import DVC
import Trees
import Values

/// Judges subjects under a policy.
public struct Judgement {
  private let policy: Policy
  private let rules: [Rule]
  private let waivers: [Waiver]
  private let today: Text
  private let isStrict: Bool
  private let allowsWaivers: Bool

  /// - Parameters:
  ///   - only: the rules to evaluate; all that policy has on when empty.
  ///   - skip: rules that are left out.
  ///   - waivers: those of the file and the environment; a commit's own are read from its message.
  ///   - today: as `2026-12-31`, for waivers that end.
  ///   - isStrict: whether warnings are errors.
  ///   - allowsWaivers: whether the commits' own messages may waive.
  public init(
    _ policy: Policy, only: Set<RuleID> = [], skip: Set<RuleID> = [], waivers: [Waiver] = [], today: Text,
    isStrict: Bool = false, allowsWaivers: Bool = true
  ) {
    self.policy = policy
    self.waivers = waivers
    self.today = today
    self.isStrict = isStrict
    self.allowsWaivers = allowsWaivers
    rules = Rule.catalogue.filter { rule in
      policy.isOn(rule) && (only.isEmpty || only.contains(rule.id)) && !skip.contains(rule.id)
    }
  }

  /// What verdicts follow from beside the subject and what it is read by: the same letters for the same.
  public var letters: [UInt8] {
    let waiving = allowsWaivers ? "" : " without waivers"
    return Array((rules.map(\.id.text.string).joined(separator: " ") + waiving + "\n" + policy.letters).utf8)
  }

  /// What the policy says of a subject.
  /// - Parameter wasClean: whether nothing was found in this commit before, and nothing left unjudged.
  /// - Throws: ``JudgementError`` when it cannot be judged at all.
  public func judge(_ subject: Subject, wasClean: Bool = false) throws(JudgementError) -> Verdict {
    subject.policy = policy
    subject.believesMessages = allowsWaivers
    if wasClean, let verdict = try judgeAgain(subject) { return verdict }
    var verdict = Verdict(kind: subject.kind)
    let missing = try subject.missingRoots()
    guard try !subject.projects().isEmpty || !missing.isEmpty else { return verdict }
    verdict.hasProjects = true
    var findings = try evaluate(rules, subject, timing: &verdict.timings)
    if findings.contains(where: { Rule.named($0.rule)?.scope == .state }) {
      try markInherited(&findings, subject, &verdict)
    }
    if let mend = StagedMend(subject) {
      let inherited = findings.filter(\.isInherited)
      let introduced = findings.filter { !$0.isInherited }
      findings = try mend.mending(introduced, inherited: inherited) + inherited
    }
    findings = try SharedRerun(findings.filter { !$0.isInherited }, in: subject).mending(findings)
    findings = try SharedRemoval(in: subject).mending(findings)
    findings = SharedRecount().mending(try GoneOutputs(in: subject).mending(findings))
    findings = try RefusedGraph(in: subject).mending(findings)
    sort(weighed(findings, subject), into: &verdict, subject)
    verdict.notChecked += subject.notes
    if rules.contains(where: { $0.scope == .state || $0.scope == .change }) {
      verdict.notChecked += try subject.projects().flatMap(\.evaluation.unjudged) + missing.map(\.unjudged)
    }
    return verdict
  }

  /// The verdict on a commit in which nothing was found: only what may be another now is looked at. `nil` when there is
  /// something.
  private func judgeAgain(_ subject: Subject) throws(JudgementError) -> Verdict? {
    var verdict = Verdict(kind: subject.kind)
    verdict.hasProjects = true
    for rule in rules where subject.has(rule.scope) {
      if rule.scope.followsFromCommit {
        verdict.timings.append(RuleTiming(rule: rule.id, duration: .zero))
      } else if try !evaluate([rule], subject, timing: &verdict.timings).isEmpty {
        return nil
      }
    }
    verdict.notChecked = subject.notes
    return verdict
  }

  private func evaluate(
    _ rules: [Rule], _ subject: Subject, timing: inout [RuleTiming]
  ) throws(JudgementError) -> [Finding] {
    let clock = ContinuousClock()
    var findings: [Finding] = []
    for rule in rules where subject.has(rule.scope) {
      let start = clock.now
      findings += try rule.evaluate(subject)
      timing.append(RuleTiming(rule: rule.id, duration: clock.now - start))
    }
    return findings
  }

  // MARK: - Introduced and inherited

  private func markInherited(
    _ findings: inout [Finding], _ subject: Subject, _ verdict: inout Verdict
  ) throws(JudgementError) {
    let ancestry = try subject.ancestry()
    if ancestry.isCutOff {
      verdict.notChecked.append(
        Unjudged(
          what: "what the commit inherits",
          why: "its parents are beyond the boundary of this shallow clone, so everything counts as new"))
    }
    let found = Set(findings.map(\.rule))
    let rules = self.rules.filter { $0.scope == .state && found.contains($0.id) }
    var parents: [Inheritance.Parent] = []
    for parent in ancestry.parents {
      parent.policy = policy
      parent.believesMessages = allowsWaivers
      var timings: [RuleTiming] = []
      let old = try evaluate(rules, parent, timing: &timings)
      _ = subject.note("what the commit inherits", unjudgedIn: try parent.projects())
      parents.append((parent, Dictionary(grouping: old, by: \.fingerprint)))
    }
    let inheritance = Inheritance(subject, parents: parents)
    for index in findings.indices where Rule.named(findings[index].rule)?.scope == .state {
      findings[index] = try inheritance.marked(findings[index])
    }
  }

  // MARK: - Weighing

  private func weighed(_ findings: [Finding], _ subject: Subject) -> [Finding] {
    // Outer repositories come first.
    let roots = policy.hasPaths ? (subject.knownProjects ?? []).map(\.root) : []
    return findings.compactMap { finding in
      let root = roots.last { (finding.stageFile ?? finding.place.path).isInside($0) }
      guard let rule = Rule.named(finding.rule),
        let severity = policy.severity(of: finding, rule, isCommit: subject.isCommit, root: root)
      else { return nil }
      var weighed = finding
      weighed.severity = isStrict ? .error : severity
      return weighed
    }
  }

  /// Whether none of the rules of a scope counts at a path: each is off, or waived. What they would ask need not be known.
  /// - Parameter message: that of the commit.
  public func letsPass(_ scope: Rule.Scope, at path: RepositoryPath, message: Text?) -> Bool {
    let valid = validWaivers(message: message)
    return rules.filter { $0.scope == scope }.allSatisfy { rule in
      valid.contains { $0.covers(rule.id, at: path) }
    }
  }

  private func validWaivers(message: Text?) -> [Waiver] {
    let own = allowsWaivers ? message.map { Waiver.read(message: $0) } ?? [] : []
    return (waivers + own).filter { !$0.isOver(on: today) }
  }

  private func sort(_ findings: [Finding], into verdict: inout Verdict, _ subject: Subject) {
    let valid = validWaivers(message: subject.message)
    for finding in findings.sorted(by: Finding.precedes) {
      if let waiver = valid.first(where: { $0.covers(finding) }) {
        verdict.waived.append(WaivedFinding(finding: finding, waiver: waiver))
        continue
      }
      if !finding.isInherited {
        verdict.findings.append(finding)
      } else if policy.inherited != .off {
        verdict.inherited.append(finding)
      }
    }
    let told = verdict.findings + verdict.inherited
    for waiver in waivers where waiver.isOver(on: today) {
      let count = told.count { waiver.covers($0) }
      if count > 0 { verdict.expired.append(ExpiredWaiver(waiver: waiver, count: count)) }
    }
    verdict.inheritedCounts = policy.inherited == .error
  }
}

extension Finding {
  /// By path, line and rule: a reader goes through the files once.
  fileprivate static func precedes(_ left: Finding, _ right: Finding) -> Bool {
    if left.place.path != right.place.path { return left.place.path < right.place.path }
    let lines = (left.place.position?.line ?? 0, right.place.position?.line ?? 0)
    if lines.0 != lines.1 { return lines.0 < lines.1 }
    if left.rule != right.rule { return left.rule < right.rule }
    return (left.stage ?? "", left.key ?? "") < (right.stage ?? "", right.key ?? "")
  }
}
