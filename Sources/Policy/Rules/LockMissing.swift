import DVC
import Trees
import Values

extension Rule {
  static let lockMissing = Rule(
    "lock/missing",
    summary: "a stage, dependency, parameter or output that dvc.lock lacks",
    explanation: """
      What `dvc.lock` does not have was never run, or its results were not committed. A stage that is wholly missing \
      is told once, whatever it depends on.

      Run the stage and commit `dvc.lock`. When `dvc.lock` has the entry in the work tree already, the fix is \
      `git add dvc.lock`. Where `dvc repro` would stop since DVC refuses the stages together (one output of two stages, a \
      circle), which `dvc status` does not look at, that is told first.

      A `dvc.lock` that a line of a `.dvcignore` hides is not there for DVC, whatever is in it: no run mends that.

      DVC runs no stage whose dataset is not the one that `dvc.yaml` asks for, and only looks for the outputs of a frozen \
      one. The fix has what comes before and after a run then: `dvc ds update`, `dvc unfreeze` and `dvc freeze`.
      """,
    example: Example(
      fails: #"""
        $ dvc stage add -q -n count -d data/prepared.csv -o count.txt 'wc -l < data/prepared.csv > count.txt'
        $ git add dvc.yaml .gitignore
        $ guard check --staged
        dvc.yaml:21: error: stage 'count' is not in dvc.lock [lock/missing]
            fix: dvc repro count
        to commit all the same: GUARD_SKIP=lock/missing git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ dvc repro -q count
        $ git add dvc.lock
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for stage in try subject.stages() { findings += try stage.missingFindings(in: subject) }
    return findings
  }
}

extension JudgedStage {
  fileprivate func missingFindings(in subject: Subject) throws(JudgementError) -> [Finding] {
    if isUnrecorded {
      // A stage that DVC always runs says nothing of its record.
      guard !status.dependencies.isEmpty || !status.outputs.isEmpty else { return [] }
      var finding = missing(stage.position, nil, phrase)
      if let advice = try mendOfHiddenLock(in: subject) {
        finding.message = "\(lock) is hidden from DVC: nothing is recorded of \(phrase)"
        (finding.fix, finding.advice) = (nil, advice)
      }
      return [finding]
    }
    var findings: [Finding] = []
    for dependency in status.dependencies { findings += try missing(dependency, in: subject) }
    // What `--no-download` imports has no data yet, and is not to have any (DVC 3.67, `is_partial_import`).
    for output in status.outputs where output.output.recorded.value == nil && !stage.isImport {
      let reference = output.output.reference
      findings.append(
        missing(output.output.position, reference.definition, "output '\(reference.definition)' of \(phrase)")
      )
    }
    return findings
  }

  /// What lets DVC see the lock again; `nil` where no line of a `.dvcignore` hides it. A run writes it, and DVC does not
  /// read it.
  private func mendOfHiddenLock(in subject: Subject) throws(JudgementError) -> String? {
    guard try project.hides(lock) else { return nil }
    let isThere = try reading { () throws(TreeError) in try subject.tree.entry(at: lock) } != nil
    let ignores = try subject.ignores(named: ".dvcignore", above: lock, upTo: project.root)
    return try (project.unhiding(lock) ?? Rule.unhiding(lock, in: ignores))
      + (isThere ? "" : ", then: \(mend)")
  }

  private func missing(
    _ status: DependencyStatus, in subject: Subject
  ) throws(JudgementError) -> [Finding] {
    let dependency = status.dependency
    let path = dependency.reference.definition
    switch (dependency.kind, status.change) {
    case (.parameters, .parameters(let changes)):
      return changes.filter { $0.change == .new }.map { change in
        var finding = missing(
          place(of: change, dependency), change.key, "parameter '\(change.key)' of \(phrase)",
          current: change.current?.value.shown(beside: nil))
        finding.compared = Compared(recorded: nil, current: change.current?.value)
        return finding
      }
    case (.parameters, .path) where !dependency.isRecorded:
      return [missing(dependency.position, path, "parameters file '\(path)' of \(phrase)")]
    case (let kind, .path(let change, let current)) where !dependency.isRecorded:
      var hash = current
      if case .dataset = kind { hash = nil }
      var finding = missing(
        Place(stage.file, dependency.position), path, "dependency '\(path)' of \(phrase)", current: hash)
      finding.compared = Compared(recorded: nil, current: current.map(Value.string))
      finding.source = dependency.reference.path
      if change == .deleted {
        let mend = try mendOfMissing(dependency.reference, in: subject)
        (finding.fix, finding.advice) = (mend.command, mend.advice)
        if let cause = mend.cause { finding.message += ", and \(cause)" }
      }
      return [finding]
    default: return []
    }
  }

  private func missing(_ position: Position?, _ key: Text?, _ what: String) -> Finding {
    missing(Place(stage.file, position), key, what)
  }

  private func missing(_ place: Place, _ key: Text?, _ what: String, current: Text? = nil) -> Finding {
    Finding(
      "lock/missing", at: place, of: self, key: key, current: current, reason: .content,
      message: stage.name == nil ? "\(what) has no hash" : "\(what) is not in dvc.lock", fix: mend)
  }
}
