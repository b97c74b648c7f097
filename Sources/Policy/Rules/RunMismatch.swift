import Values

extension Rule {
  static let runMismatch = Rule(
    "run/mismatch", .error, .server,
    summary: "an MLflow run linked to a commit whose parameters or metrics are not the commit's",
    explanation: """
      A run that is linked to a commit is where people look for its results. What it logged must be what the commit has: \
      of the parameters and metrics that both know, each is compared, numbers as numbers. A run that says something else \
      was linked by a run-id file of another training, or the commit's metrics or parameters were edited after it.

      The tracking server is asked only with `guard check --remote`. A run that is gone, and a server that does not \
      answer, are told as not checked.
      """,
    example: Example(
      fails: #"""
        $ ask() { curl -s -H 'Content-Type: application/json' http://127.0.0.1:5000/api/2.0/mlflow/$1 -d "$2"; }
        > run=$(ask runs/create '{"experiment_id": "0"}' | grep -oE '[0-9a-f]{32}' | head -n 1)
        > ask runs/log-metric "{\"run_id\": \"$run\", \"key\": \"accuracy\", \"value\": 0.5, \"timestamp\": 1}" > /dev/null
        > echo "{\"run_id\": \"$run\"}" > mlflow_run.json
        $ sed -i 's/lr: 0.1/lr: 0.2/' params.yaml && dvc repro -q && git add -A
        $ git commit -qm 'Higher learning rate, and the run of another training' && guard record -q HEAD
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard sync --all
        records: there is no Git remote to exchange them with
        runs: those of 1 commit are at http://127.0.0.1:5000 now
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only run/mismatch
        refs/notes/guard/links: error: 'accuracy' of the training run 95a460ad… at http://127.0.0.1:5000 is not the commit's [run/mismatch]
            recorded: 0.5
            current:  0.8
            fix: dvc repro
        to let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message
        guard: 1 error, 0 warnings in 1 commit (12 ms)
        """#,
      mended: #"""
        $ git rm -q mlflow_run.json && git commit -q --amend -m 'Higher learning rate' && guard record -q HEAD
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard sync --all
        records: there is no Git remote to exchange them with
        runs: those of 1 commit are at http://127.0.0.1:5000 now
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only run/mismatch
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for run in try subject.linkedRuns() {
      let what = run.phrase
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
