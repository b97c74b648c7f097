import DVC
import Trees
import Values

extension Rule {
  static let lockOutputs = Rule(
    "lock/outs",
    summary: "an output in Git whose content is not the one in dvc.lock",
    explanation: """
      Metrics, plots and other outputs with `cache: false` are kept by Git, and `dvc.lock` holds their hashes. When the \
      file in the commit is another one, it was edited by hand, made by another run, or not staged.

      ```
      dvc.yaml:9: error: output 'metrics.json' of stage 'train' is not the one in dvc.lock [lock/outs]
          recorded: 5f0c… (dvc.lock:15)
          current:  77ab…
          fix: dvc commit train -f
      ```

      When only an output changed, `dvc commit train -f` records it as it is (without `-f` DVC asks first); when an input changed as well, \
      `dvc repro train` makes it again. Line ends that another checkout wrote make the finding a warning, mended as \
      `lock/deps` tells.
      """
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for stage in try subject.stages() where !stage.isUnrecorded {
      for output in stage.status.outputs {
        if let finding = try stage.outputFinding(output, in: subject) { findings.append(finding) }
      }
    }
    return findings
  }
}

extension JudgedStage {
  fileprivate func outputFinding(
    _ status: OutputStatus, in subject: Subject
  ) throws(JudgementError) -> Finding? {
    let output = status.output
    guard let value = output.recorded.value, status.change != .notInCache else { return nil }
    let what = "output '\(output.reference.definition)' of \(phrase)"
    let answer = status.change == .modified ? answer(output, in: subject) : nil
    let reason = answer?.reason ?? .content
    let difference: String
    var fix =
      stage.name == nil ? recordAnew : reason.isSoft ? softMend(in: subject) : mend
    switch (reason, status.change) {
    case (.lineEnds, _):
      difference = "differs from \(lockName) only in line ends"
      fix = try LineEndsMend(subject).fix(
        self, answer?.files ?? [], of: output.reference.path, output.recorded)
    case (.untrackedFiles, _):
      difference = answer?.untrackedPhrase(output.recorded) ?? ""
      fix = untrackedMend(answer, in: subject)
    case (_, .deleted): difference = "is missing"
    default: difference = "is not the one in \(lockName)"
    }
    var finding = Finding(
      "lock/outs", at: Place(stage.file, output.position), of: self, key: output.reference.definition,
      recorded: value, recordedAt: Place(lock, output.recorded.position), current: status.current,
      reason: reason, message: "\(what) \(difference)", fix: fix)
    finding.source = output.reference.path
    if answer?.isProven != true { finding.asContent = ("\(what) is not the one in \(lockName)", mend) }
    return finding
  }

  private func answer(_ output: Output, in subject: Subject) -> ContentReason.Answer? {
    guard !output.isCached, let path = output.reference.path else { return nil }
    return reason(of: path, output.recorded, in: subject)
  }
}
