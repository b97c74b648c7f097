import DVC
import Trees

/// Says what DVC refuses of the stages together before a command that stops there. `dvc status` does not look at it, so
/// it is no finding of its own; `dvc repro`, `dvc add` and `dvc checkout` of a path do (DVC 3.67, `Index.check_graph`).
struct RefusedGraph {
  private let subject: Subject

  init(in subject: Subject) { self.subject = subject }

  /// The findings, those whose command would stop with what is to be done before.
  func mending(_ findings: [Finding]) throws(JudgementError) -> [Finding] {
    var findings = findings
    for project in try subject.projects() {
      let commands = ["repro", "add", "checkout"].map {
        ShellCommand(dvc: $0, in: project.root, []).description
      }
      let stopped = findings.indices.filter { findings[$0].proposesAny(of: commands) }
      guard !stopped.isEmpty, let refusal = try refusal(of: project) else { continue }
      for place in stopped { findings[place].mend(after: refusal, commands) }
    }
    return findings
  }

  /// What DVC refuses where a command would be typed: in the work tree, where there is one.
  private func refusal(of project: JudgedProject) throws(JudgementError) -> DVCError? {
    guard let refusal = project.refusal, case .success(let read) = project.project else { return nil }
    guard subject.kind == .staged, let here = subject.workTree?.tree else { return refusal }
    let tree = TreeOverlay(subject.tree, taking: read.files.map(\.path), from: here)
    return JudgedProject(root: project.root, tree: tree, reader: subject.reader) { [] }.refusal
  }
}

extension JudgedProject {
  /// What DVC refuses of the stages together.
  fileprivate var refusal: DVCError? {
    guard case .success(let project) = project else { return nil }
    do {
      try StageGraph(project.readableStages).check()
      return nil
    } catch { return error }
  }
}

extension Finding {
  fileprivate func proposesAny(of commands: [String]) -> Bool {
    commands.contains { fix?.contains($0) == true || advice?.contains($0) == true }
  }

  /// Makes what is refused the first thing to do, in words.
  fileprivate mutating func mend(after refusal: DVCError, _ commands: [String]) {
    let place = refusal.position.map { "\(refusal.file):\($0.line)" } ?? "\(refusal.file)"
    let isStopped = commands.contains { fix?.contains($0) == true }
    let then = (isStopped ? [fix, advice] : [advice]).compactMap { $0 }.joined(separator: "; or ")
    advice = "correct \(place), where DVC stops (\(refusal.message)), then: \(then)"
    if isStopped { fix = nil }
  }
}
