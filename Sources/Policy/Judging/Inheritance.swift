import Trees
import Values

/// Tells what a subject introduces from what its parents had already.
///
/// A parent had a finding when it had one of the same fingerprint that compared the same two things. A place that
/// was stale before and is changed again is introduced: the commit says anew what is not true.
struct Inheritance {
  /// A parent, and what was found in it by fingerprint.
  typealias Parent = (subject: Subject, findings: [Text: [Finding]])

  private let subject: Subject
  private let parents: [Parent]

  init(_ subject: Subject, parents: [Parent]) {
    self.subject = subject
    self.parents = parents
  }

  /// A finding of the subject that is marked when it is inherited, and that says so when it was there before with
  /// something else.
  func marked(_ finding: Finding) throws(JudgementError) -> Finding {
    var finding = finding
    let fingerprint = finding.fingerprint
    let old = parents.flatMap { $0.findings[fingerprint] ?? [] }
    for old in old where try isSame(finding, old) {
      finding.isInherited = true
      return finding
    }
    if finding.reason == .untrackedFiles, try hadOtherContent(finding) { finding.becomeContent() }
    if !old.isEmpty { finding.message += " (was so before; this commit changes it again)" }
    return finding
  }

  private func isSame(_ finding: Finding, _ old: Finding) throws(JudgementError) -> Bool {
    if finding.compared.isSame(as: old.compared) { return true }
    if let fault = finding.fault, fault == old.fault { return true }
    guard finding.compared.hasSameRecord(as: old.compared) else { return false }
    return try isUntouched(finding)
  }

  /// Whether a finding of the work tree only looks otherwise than its parent's: by files that Git does not have, or
  /// by how the checkout ends lines. Nothing that Git has there changed.
  private func isUntouched(_ finding: Finding) throws(JudgementError) -> Bool {
    guard subject.kind == .workTree, let source = finding.source else { return false }
    return try !subject.changes().contains { $0.path.isInside(source) }
  }

  /// Whether a parent had a directory under the same record, and so with other content: it was changed here, and
  /// that its record counts more files than Git has explains nothing. What the work tree proves before a commit nobody
  /// can see in the commit, so that it does not count here: the hook must not let through what a gate stops.
  private func hadOtherContent(_ finding: Finding) throws(JudgementError) -> Bool {
    for parent in parents where try parent.subject.stages().contains(where: { $0.records(finding) }) {
      return true
    }
    return false
  }
}

extension JudgedStage {
  /// Whether the stage has the dependency or the output of a finding under the same record.
  fileprivate func records(_ finding: Finding) -> Bool {
    guard stage.file == finding.stageFile && name == finding.stage else { return false }
    let isDependency = stage.deps.contains { dependency in
      guard case .data(let recorded) = dependency.kind else { return false }
      return dependency.reference.definition == finding.key && recorded.value == finding.recorded
    }
    return isDependency
      || stage.outs.contains {
        $0.reference.definition == finding.key && $0.recorded.value == finding.recorded
      }
  }
}
