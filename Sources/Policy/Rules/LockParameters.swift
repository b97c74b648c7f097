import DVC
import Trees
import Values

extension Rule {
  static let lockParameters = Rule(
    "lock/params",
    summary: "a parameter whose value is not the one in dvc.lock",
    explanation: """
      `dvc.lock` holds the values that gave the results in this commit. When a parameters file has another value, \
      the commit says of its results what is not true.

      Run the stage (`dvc repro train`) and commit `dvc.lock` with the parameters. When that has been done already \
      and `dvc.lock` was only not staged, the fix is `git add dvc.lock`.

      Values are compared as DVC compares them: `1`, `1.0` and `true` are one value. Two reasons make the finding a \
      warning: `type-only` (`"0.1"` was recorded, `0.1` is there) and `rounding` (numbers that differ by less than \
      a billionth, such as 0.30000000000000004 and 0.3).
      """,
    example: Example(
      fails: #"""
        $ sed -i 's/lr: 0.1/lr: 0.2/' params.yaml
        $ git add params.yaml
        $ guard check --staged
        params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
            recorded: 0.1 (dvc.lock:32)
            current:  0.2
            fix: dvc repro train
        to commit all the same: GUARD_SKIP=lock/params git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ dvc repro -q
        $ git add dvc.lock metrics.json
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for stage in try subject.stages() where !stage.isUnrecorded {
      for dependency in stage.status.dependencies {
        findings += try stage.parameterFindings(dependency, in: subject)
      }
    }
    return findings
  }
}

extension JudgedStage {
  fileprivate func parameterFindings(
    _ status: DependencyStatus, in subject: Subject
  ) throws(JudgementError) -> [Finding] {
    let file = status.dependency.reference
    guard case .parameters(_, .some) = status.dependency.kind else { return [] }
    switch status.change {
    case .path(.deleted, _):
      let mend = try mendOfMissing(file, isParameters: true, in: subject)
      return [
        Finding(
          "lock/params", at: Place(stage.file, status.dependency.position), of: self, key: file.definition,
          reason: .content,
          message: "parameters file '\(file.definition)' of \(phrase) is missing"
            + (mend.cause.map { ": \($0)" } ?? ""),
          fix: mend.command, advice: mend.advice)
      ]
    case .path: return []
    case .parameters(let changes):
      var findings: [Finding] = []
      for change in changes where change.change != .new {
        findings.append(try finding(change, status.dependency, in: subject))
      }
      return findings
    }
  }

  private func finding(
    _ change: ParameterChange, _ dependency: Dependency, in subject: Subject
  ) throws(JudgementError) -> Finding {
    let what = "parameter '\(change.key)' of \(phrase)"
    let reason = Self.reason(of: change)
    let message: String
    switch (change.current, reason) {
    case (nil, _): message = "\(what) is gone from \(dependency.reference.definition)"
    case (_, .typeOnly): message = "\(what) differs from dvc.lock only in type"
    case (_, .rounding): message = "\(what) differs from dvc.lock only by a rounding"
    default: message = "\(what) is not the one in dvc.lock"
    }
    let mend =
      change.current == nil
      ? try mendOfMissing(parameter: change.key, dependency.reference, in: subject)
      : Mend(command: reason.isSoft ? softMend(in: subject) : self.mend)
    var finding = Finding(
      "lock/params", at: place(of: change, dependency), of: self, key: change.key,
      recorded: change.recorded?.value.shown(beside: change.current?.value),
      recordedAt: change.recorded.map { Place(lock, $0.position) },
      current: change.current?.value.shown(beside: change.recorded?.value), reason: reason, message: message,
      fix: mend.command, advice: mend.advice)
    finding.compared = Compared(recorded: change.recorded?.value, current: change.current?.value)
    return finding
  }

  /// Why the value of a parameter is not the recorded one.
  static func reason(of change: ParameterChange) -> Reason {
    guard let recorded = change.recorded, let current = change.current else { return .content }
    return ParameterReason.between(recorded.value, current.value).reason ?? .typeOnly
  }

  /// The parameter's line; of one that is gone the line that asks for it.
  func place(of change: ParameterChange, _ dependency: Dependency) -> Place {
    if let current = change.current, case .inside(let file) = dependency.reference.location {
      return Place(file, current.position)
    }
    if case .parameters(let keys, _) = dependency.kind,
      let declared = keys.first(where: { $0.text == change.key }), change.current == nil
    {
      return Place(stage.file, declared.position ?? dependency.position)
    }
    return Place(stage.file, dependency.position)
  }
}
