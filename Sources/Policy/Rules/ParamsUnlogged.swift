import Values

extension Rule {
  static let paramsUnlogged = Rule(
    "params/unlogged", .warning, .server,
    summary: "a training run linked to a commit that has not logged the parameters that the commit declares",
    explanation: """
      Runs are compared by their parameters. One that has not logged the learning rate stands in no table beside others, \
      although `dvc.yaml` declares it and `dvc.lock` has its value.

      Looked at are the stages of which the training logged at least one parameter, or all when it logged none. A key counts \
      as logged under its last parts as well (`lr` for `train.lr`). The tracking server is asked only with `guard check \
      --remote`.
      """,
    example: Example(
      fails: #"""
        $ ask() { curl -s -H 'Content-Type: application/json' http://127.0.0.1:5000/api/2.0/mlflow/$1 -d "$2"; }
        > run=$(ask runs/create '{"experiment_id": "0"}' | grep -oE '[0-9a-f]{32}' | head -n 1)
        > echo "{\"run_id\": \"$run\"}" > mlflow_run.json
        $ sed -i 's/lr: 0.1/lr: 0.2/' params.yaml && dvc repro -q && git add -A
        $ git commit -qm 'Higher learning rate' && guard record -q HEAD
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard sync --all
        records: there is no Git remote to exchange them with
        runs: those of 1 commit are at http://127.0.0.1:5000 now
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only params/unlogged
        refs/notes/guard/links: warning: the training run 95a460ad… at http://127.0.0.1:5000 logged none of the commit's parameters: 'lr' [params/unlogged]
            do:  log them in the training (mlflow.log_params), then: dvc repro
        guard: 0 errors, 1 warning in 1 commit (12 ms)
        """#,
      mended: #"""
        $ run=$(grep -oE '[0-9a-f]{32}' mlflow_run.json)
        > curl -s -H 'Content-Type: application/json' http://127.0.0.1:5000/api/2.0/mlflow/runs/log-parameter \
        >   -d "{\"run_id\": \"$run\", \"key\": \"lr\", \"value\": \"0.2\"}" > /dev/null
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only params/unlogged
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    try subject.linkedRuns().compactMap { run in
      guard let content = run.content, !content.missingParameters.isEmpty else { return nil }
      let names = content.missingParameters
      let more = names.count > 5 ? " and \(names.count - 5) more" : ""
      let list = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + more
      return Finding(
        "params/unlogged", at: .links,
        message: content.hasNoParameters
          ? "the \(run.phrase) logged none of the commit's parameters: \(list)"
          : "the \(run.phrase) did not log \(list), which its stages declare",
        advice: "log them in the training (mlflow.log_params), then: dvc repro")
    }
  }
}

extension LinkedRun {
  /// The run in a sentence.
  var phrase: String { "\(isTraining ? "training run" : "run") \(id.string.prefix(8))… at \(server)" }
}
