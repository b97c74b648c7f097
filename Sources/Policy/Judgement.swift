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

  /// - Parameters:
  ///   - only: the rules to evaluate; all that policy has on when empty.
  ///   - skip: rules that are left out.
  ///   - waivers: those of the file and the environment; a commit's own are read from its message.
  ///   - today: as `2026-12-31`, for waivers that end.
  ///   - isStrict: whether warnings are errors.
  public init(
    _ policy: Policy, only: Set<RuleID> = [], skip: Set<RuleID> = [], waivers: [Waiver] = [], today: Text,
    isStrict: Bool = false
  ) {
    self.policy = policy
    self.waivers = waivers
    self.today = today
    self.isStrict = isStrict
    rules = Rule.catalogue.filter { rule in
      policy.isOn(rule) && (only.isEmpty || only.contains(rule.id)) && !skip.contains(rule.id)
    }
  }

  /// What the policy says of a subject.
  /// - Throws: ``JudgementError`` when it cannot be judged at all.
  public func judge(_ subject: Subject) throws(JudgementError) -> Verdict {
    subject.policy = policy
    var verdict = Verdict(kind: subject.kind)
    guard try !subject.projects().isEmpty else { return verdict }
    verdict.hasProjects = true
    var findings = try evaluate(rules, subject, timing: &verdict.timings)
    if findings.contains(where: { Rule.named($0.rule)?.scope == .state }) {
      try markInherited(&findings, subject, &verdict)
    }
    if let mend = StagedMend(subject) {
      let inherited = findings.filter(\.isInherited)
      let introduced = findings.filter { !$0.isInherited }
      findings = try mend.mending(introduced, inherited: Set(inherited.map(\.fingerprint))) + inherited
    }
    sort(weighed(findings, subject), into: &verdict, subject)
    verdict.notChecked += try subject.projects().flatMap(\.evaluation.unjudged) + subject.notes
    return verdict
  }

  private func evaluate(
    _ rules: [Rule], _ subject: Subject, timing: inout [RuleTiming]
  ) throws(JudgementError) -> [Finding] {
    let clock = ContinuousClock()
    var findings: [Finding] = []
    for rule in rules {
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
    var before: [[Text: Finding]] = []
    for parent in ancestry.parents {
      parent.policy = policy
      var timings: [RuleTiming] = []
      let old = try evaluate(rules, parent, timing: &timings)
      before.append(Dictionary(old.map { ($0.fingerprint, $0) }) { first, _ in first })
    }
    for index in findings.indices where Rule.named(findings[index].rule)?.scope == .state {
      let old = before.map { $0[findings[index].fingerprint] }
      if findings[index].reason == .untrackedFiles {
        try distrust(&findings[index], old, ancestry.parents)
      }
      let finding = findings[index]
      for old in old.compactMap({ $0 }) where !findings[index].isInherited {
        // What was only written otherwise before and is another content now was changed here.
        let isOther = finding.reason == .content && old.reason?.isSoft ?? false
        findings[index].isInherited = isOther ? try isUntouched(finding, old, subject) : true
      }
    }
  }

  /// Whether a finding of the work tree only looks otherwise than its parent's: a directory there holds files
  /// that Git does not have, and nothing that Git has of it changed.
  private func isUntouched(
    _ finding: Finding, _ old: Finding, _ subject: Subject
  ) throws(JudgementError) -> Bool {
    guard subject.kind == .workTree, finding.recorded == old.recorded else { return false }
    let paths = try subject.stages().filter { $0.stage.file == finding.stageFile && $0.name == finding.stage }
      .flatMap(\.stage.deps).filter { $0.reference.definition == finding.key }.map(\.reference.location)
    let changes = try subject.changes()
    return paths.allSatisfy { location in
      guard case .inside(let directory) = location else { return false }
      return !changes.contains { $0.path.isInside(directory) }
    }
  }

  /// A directory that a parent had under the same record with other content was changed here: that its record
  /// counts more files than Git has explains nothing.
  private func distrust(
    _ finding: inout Finding, _ old: [Finding?], _ parents: [Subject]
  ) throws(JudgementError) {
    var sawOther = false
    for (old, parent) in zip(old, parents) {
      if let old {
        guard old.recorded == finding.recorded else { continue }
        if old.current == finding.current { return }
        sawOther = true
      } else if try parent.stages().contains(where: { $0.records(finding) }) {
        sawOther = true
      }
    }
    guard sawOther, let (message, fix) = finding.asContent else { return }
    finding.reason = .content
    finding.message = message
    finding.fix = fix
  }

  // MARK: - Weighing

  private func weighed(_ findings: [Finding], _ subject: Subject) -> [Finding] {
    findings.compactMap { finding in
      guard let rule = Rule.named(finding.rule),
        let severity = policy.severity(of: finding, rule, isCommit: subject.isCommit)
      else { return nil }
      var weighed = finding
      weighed.severity = isStrict ? .error : severity
      return weighed
    }
  }

  private func sort(_ findings: [Finding], into verdict: inout Verdict, _ subject: Subject) {
    let own = subject.message.map { Waiver.read(message: $0) } ?? []
    let valid = (waivers + own).filter { !$0.isOver(on: today) }
    let over = waivers.filter { $0.isOver(on: today) }
    for finding in findings.sorted(by: Finding.precedes) {
      if let waiver = valid.first(where: { $0.covers(finding) }) {
        verdict.waived.append(WaivedFinding(finding: finding, waiver: waiver))
        continue
      }
      verdict.expired += over.filter { $0.covers(finding) }.map {
        WaivedFinding(finding: finding, waiver: $0)
      }
      if !finding.isInherited {
        verdict.findings.append(finding)
      } else if policy.inherited != .off {
        verdict.inherited.append(finding)
      }
    }
    verdict.inheritedCounts = policy.inherited == .error
  }
}

extension JudgedStage {
  /// Whether the stage has the dependency of a finding under the same record.
  fileprivate func records(_ finding: Finding) -> Bool {
    stage.file == finding.stageFile && name == finding.stage
      && stage.deps.contains { dependency in
        guard case .data(let recorded) = dependency.kind else { return false }
        return dependency.reference.definition == finding.key && recorded.value == finding.recorded
      }
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
