import DVC
import Trees

/// Makes `dvc commit` get through where another output of the stage is not here: DVC then records nothing (DVC 3.67,
/// "output 'model.pkl' does not exist").
struct GoneOutputs {
  private let subject: Subject

  init(in subject: Subject) { self.subject = subject }

  /// The findings, those that `dvc commit` mends with what it needs before.
  func mending(_ findings: [Finding]) throws(JudgementError) -> [Finding] {
    guard let workTree = subject.workTree?.tree, findings.contains(where: \.mayRecord) else {
      return findings
    }
    var stages: [StageIdentity: JudgedStage] = [:]
    for stage in try subject.stages() { stages[stage.identity] = stage }
    var findings = findings
    for index in findings.indices where findings[index].mayRecord {
      guard let fix = findings[index].fix, let stage = findings[index].stageNamed(in: stages),
        fix.contains(stage.recordAnew)
      else { continue }
      let gone = try stage.goneOutputs(in: workTree)
      guard !gone.isEmpty else { continue }
      findings[index].fix = fix.replacing(stage.recordAnew, with: try record(stage, gone))
    }
    return findings
  }

  /// The command that records the stage: what is gone is brought back before, and where nobody has it the stage runs.
  private func record(
    _ stage: JudgedStage, _ gone: [(output: Output, path: RepositoryPath)]
  ) throws(JudgementError) -> String {
    let root = stage.project.root
    var steps: [String] = []
    let cached = gone.filter(\.output.isCached)
    if !cached.isEmpty {
      guard cached.allSatisfy({ stage.project.keeps($0.output.recorded) }) else { return stage.mendByRun }
      let names = cached.map { $0.path.relative(to: root) ?? $0.path.bytes }
      steps.append(ShellCommand(dvc: "checkout", in: root, names).description)
    }
    let kept = gone.filter { !$0.output.isCached }.map(\.path)
    if !kept.isEmpty {
      for path in kept {
        let isTracked = try reading { () throws(TreeError) in try subject.tracked.entry(at: path) != nil }
        guard isTracked else { return stage.mendByRun }
      }
      steps.append(ShellCommand("git checkout --", kept).description)
    }
    return (steps + [stage.recordAnew]).joined(separator: " && ")
  }
}

extension Finding {
  /// Whether it may be one that `dvc commit` mends.
  fileprivate var mayRecord: Bool { !isInherited && stageFile != nil && fix?.contains(" commit ") == true }

  fileprivate func stageNamed(in stages: [StageIdentity: JudgedStage]) -> JudgedStage? {
    guard let stageFile else { return nil }
    return stages[StageIdentity(file: stageFile, name: stage)]
      ?? stages[StageIdentity(file: stageFile, name: nil)]
  }
}

extension JudgedStage {
  /// The outputs in the repository that are not in the work tree.
  fileprivate func goneOutputs(
    in workTree: any FileTree
  ) throws(JudgementError) -> [(output: Output, path: RepositoryPath)] {
    try reading { () throws(TreeError) in
      var gone: [(output: Output, path: RepositoryPath)] = []
      for output in stage.outs {
        guard case .inside(let path) = output.reference.location, try workTree.target(of: path) == nil else {
          continue
        }
        gone.append((output, path))
      }
      return gone
    }
  }

  /// The run of a stage of a pipeline; what is no such stage is recorded all the same.
  fileprivate var mendByRun: String {
    stage.name == nil ? recordAnew : rerun
  }
}
