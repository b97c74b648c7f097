import Values

extension Rule {
  static let runMismatch = Rule(
    "run/mismatch", .error, .server,
    summary: "an MLflow run linked to a commit whose parameters or metrics are not the commit's",
    explanation: """
      A run that is linked to a commit is where people look for its results. What it logged must be what the commit has: \
      of the parameters and metrics that both know, each is compared, numbers as numbers. A run that says something else \
      was linked by a run-id file of another training, or the commit's metrics or parameters were edited after it.

      ```
      refs/notes/guard/links: error: metric or parameter 'acc' of the training run 95a460ad… is not the commit's [run/mismatch]
          recorded: 0.91
          current:  0.93
          fix: dvc repro
      ```

      The tracking server is asked only with `guard check --remote`. A run that is gone, and a server that does not \
      answer, are told as not checked.
      """
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for run in try subject.linkedRuns() {
      let what = "\(run.isTraining ? "training run" : "run") \(run.id.string.prefix(8))… at \(run.server)"
      switch run.answer {
      case .found(let differences):
        findings += differences.map { difference in
          Finding(
            "run/mismatch", at: .links, key: difference.key, recorded: difference.logged,
            current: difference.committed, message: "'\(difference.key)' of the \(what) is not the commit's",
            fix: run.isTraining ? "dvc repro" : "guard sync --all --force")
        }
      case .gone: subject.note(Unjudged(what: what, why: "it was deleted"))
      case .unknown(let why): subject.note(Unjudged(what: what, why: why))
      }
    }
    return findings
  }
}
