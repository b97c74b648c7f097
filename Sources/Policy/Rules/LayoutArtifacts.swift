import Values

extension Rule {
  static let layoutArtifacts = Rule(
    "layout/artifacts", .warning, .server,
    summary: "a file over the limit logged to MLflow that DVC should hold",
    explanation: """
      MLflow keeps every file of every run by itself, also when it is the same one each time; DVC keeps it once, and \
      `dvc.lock` says which one it is. Small files that tell of a run (pictures, reports) belong to MLflow, data and \
      intermediate results to DVC.

      Looked at are the files of the training run that is linked to a commit; what lies in a model that MLflow itself wrote \
      (beside an `MLmodel`) is left alone. The tracking server is asked only with `guard check --remote`.
      """,
    example: Example(
      fails: #"""
        $ ask() { curl -s -H 'Content-Type: application/json' http://127.0.0.1:5000/api/2.0/mlflow/$1 -d "$2"; }
        > run=$(ask runs/create '{"experiment_id": "0"}' | grep -oE '[0-9a-f]{32}' | head -n 1)
        > echo "{\"run_id\": \"$run\"}" > mlflow_run.json
        > head -c 2000000 /dev/zero | curl -s -T - -o /dev/null \
        >   http://127.0.0.1:5000/api/2.0/mlflow-artifacts/artifacts/0/$run/artifacts/features/train.npy
        $ printf 'rules: {layout/artifacts: {limit: 1 MB}}\n' > .guard.yml
        $ sed -i 's/lr: 0.1/lr: 0.2/' params.yaml && dvc repro -q && git add -A
        $ git commit -qm 'Higher learning rate' && guard record -q HEAD
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard sync --all
        records: there is no Git remote to exchange them with
        runs: those of 1 commit are at http://127.0.0.1:5000 now
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only layout/artifacts
        refs/notes/guard/links: warning: the training run 95a460ad… at http://127.0.0.1:5000 keeps 'features/train.npy' (2 MB), over the limit of 1 MB [layout/artifacts]
            do:  make it an output of the stage, so that DVC keeps it, and do not log it
        guard: 0 errors, 1 warning in 1 commit (12 ms)
        """#,
      mended: #"""
        $ run=$(grep -oE '[0-9a-f]{32}' mlflow_run.json)
        > curl -s -X DELETE -o /dev/null \
        >   http://127.0.0.1:5000/api/2.0/mlflow-artifacts/artifacts/0/$run/artifacts/features/train.npy
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard check --remote --rev HEAD --only layout/artifacts
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#),
    options: [Option("limit", .size(100_000_000), "how large a file of a run may be")]
  ) { (subject) throws(JudgementError) in
    let limit = subject.policy.number("limit", of: "layout/artifacts")
    var findings: [Finding] = []
    for run in try subject.linkedRuns() {
      guard let files = run.content?.artifacts else { continue }
      let models = Set(
        files.map(\.path).filter { $0 == "MLmodel" || $0.hasSuffix("/MLmodel") }.map { $0.utf8.dropLast(7) })
      for file in files where file.size > limit {
        guard !models.contains(where: { file.path.utf8.starts(with: $0) }) else { continue }
        findings.append(
          Finding(
            "layout/artifacts", at: .links, key: file.path,
            message: "the \(run.phrase) keeps '\(file.path)' (\(ByteCount(file.size))), over the limit of "
              + "\(ByteCount(limit))",
            advice: "make it an output of the stage, so that DVC keeps it, and do not log it"))
      }
    }
    return findings
  }
}
