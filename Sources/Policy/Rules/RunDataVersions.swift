import Values

extension Rule {
  static let runDataVersions = Rule(
    "run/data-versions", nil, .server,
    summary: "a training run linked to a commit that does not say on which data it was",
    explanation: """
      In MLflow a run stands for itself: whoever finds a good one there wants its data. So it carries the DVC hashes of its \
      inputs, as parameters, tags or datasets, and `dvc.lock` among its files. The runs that guard makes of commits do; this \
      rule looks at training runs that are linked to a commit. With `mlflow: {training: adopt}` in the policy file guard \
      brings what is missing to the training run itself.

      The inputs are what `.dvc` files hold. The rule is off unless policy turns it on, and the tracking server is asked only \
      with `guard check --remote`.
      """,
    example: Example(
      fails: #"""
        $ ask() { curl -s -H 'Content-Type: application/json' http://127.0.0.1:5000/api/2.0/mlflow/$1 -d "$2"; }
        > run=$(ask runs/create '{"experiment_id": "0"}' | grep -oE '[0-9a-f]{32}' | head -n 1)
        > echo "{\"run_id\": \"$run\"}" > mlflow_run.json
        $ printf 'rules: {run/data-versions: warn}\n' > .guard.yml
        $ sed -i 's/lr: 0.1/lr: 0.2/' params.yaml && dvc repro -q && git add -A
        $ git commit -qm 'Higher learning rate' && guard record -q HEAD
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard sync --all
        records: there is no Git remote to exchange them with
        runs: those of 1 commit are at http://127.0.0.1:5000 now
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only run/data-versions
        refs/notes/guard/links: warning: the training run 95a460ad… at http://127.0.0.1:5000 does not have the hash of 'data/raw/reviews.csv' [run/data-versions]
            do:  log it in the training, or let guard do it (mlflow: {training: adopt} in the policy file)
        refs/notes/guard/links: warning: the training run 95a460ad… at http://127.0.0.1:5000 does not have dvc.lock among its files [run/data-versions]
            do:  log it in the training (mlflow.log_artifact), or let guard do it (mlflow: {training: adopt} in the policy file)
        guard: 0 errors, 2 warnings in 1 commit (12 ms)
        """#,
      mended: #"""
        $ run=$(grep -oE '[0-9a-f]{32}' mlflow_run.json) data=$(grep -oE '[0-9a-f]{32}' data/raw/reviews.csv.dvc)
        > curl -s -H 'Content-Type: application/json' http://127.0.0.1:5000/api/2.0/mlflow/runs/set-tag \
        >   -d "{\"run_id\": \"$run\", \"key\": \"data/raw/reviews.csv\", \"value\": \"$data\"}" > /dev/null
        > curl -s -T dvc.lock -o /dev/null \
        >   http://127.0.0.1:5000/api/2.0/mlflow-artifacts/artifacts/0/$run/artifacts/dvc.lock
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only run/data-versions
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for run in try subject.linkedRuns() {
      guard let content = run.content else { continue }
      findings += content.missingInputs.map { name in
        Finding(
          "run/data-versions", at: .links, key: name,
          message: "the \(run.phrase) does not have the hash of '\(name)'",
          advice: "log it in the training, or let guard do it (mlflow: {training: adopt} in the policy file)")
      }
      if let files = content.artifacts,
        !files.contains(where: { $0.path == "dvc.lock" || $0.path.hasSuffix("/dvc.lock") })
      {
        findings.append(
          Finding(
            "run/data-versions", at: .links, key: "dvc.lock",
            message: "the \(run.phrase) does not have dvc.lock among its files",
            advice: "log it in the training (mlflow.log_artifact), or let guard do it "
              + "(mlflow: {training: adopt} in the policy file)"))
      }
    }
    return findings
  }
}
