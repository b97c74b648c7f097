import DVC
import Values

extension Rule {
  static let lockCommand = Rule(
    "lock/command",
    summary: "a stage whose command is not the one in dvc.lock",
    explanation: """
      `dvc.lock` holds the command that gave the results. When `dvc.yaml` (or a value that its templates name) gives \
      another one, nobody has run it yet.

      DVC compares letters: another space is another command.
      """,
    example: Example(
      fails: #"""
        $ sed -i 's|cmd: python src/prepare.py|cmd: python -B src/prepare.py|' dvc.yaml
        $ git add dvc.yaml
        $ guard check --staged
        dvc.yaml:3: error: the command of stage 'prepare' is not the one in dvc.lock [lock/command]
            recorded: "python src/prepare.py" (dvc.lock:4)
            current:  "python -B src/prepare.py"
            fix: dvc repro --downstream prepare
        to commit all the same: GUARD_SKIP=lock/command git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ dvc repro -q
        $ git add dvc.lock
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
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
