import DVC
import Values

extension Rule {
  static let lockCommand = Rule(
    "lock/command",
    summary: "a stage whose command is not the one in dvc.lock",
    explanation: """
      `dvc.lock` holds the command that gave the results. When `dvc.yaml` (or a value that its templates name) gives \
      another one, nobody has run it yet.

      ```
      dvc.yaml:3: error: the command of stage 'train' is not the one in dvc.lock [lock/command]
          recorded: "python train.py" (dvc.lock:4)
          current:  "python train.py --fast"
          fix: dvc repro train
      ```

      DVC compares letters: another space is another command.
      """
  ) { (subject) throws(JudgementError) in
    try subject.stages().compactMap { stage in
      stage.status.changedCommand.map { recorded in
        var finding = Finding(
          "lock/command", at: Place(stage.stage.file, stage.stage.command?.position ?? stage.stage.position),
          of: stage, recorded: recorded.value.shown(beside: stage.stage.command?.value),
          recordedAt: Place(stage.lock, recorded.position),
          current: stage.stage.command?.value.shown(beside: recorded.value), reason: .content,
          message: "the command of \(stage.phrase) is not the one in dvc.lock", fix: stage.mend)
        finding.compared = Compared(recorded: recorded.value, current: stage.stage.command?.value)
        return finding
      }
    }
  }
}
