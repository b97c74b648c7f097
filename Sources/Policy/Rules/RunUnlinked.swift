import Values

extension Rule {
  static let runUnlinked = Rule(
    "run/unlinked", nil, .record,
    summary: "a commit with a run record and no MLflow run behind it",
    explanation: """
      A record is a Git note; its run at the tracking server is brought there in the background, and what was brought \
      stands in `refs/notes/guard/links`. A commit without such a link is not to be found in MLflow: the server was away, \
      nobody has set one, or the commit was made where no hook ran.

      The rule is off unless policy turns it on: not every team has a tracking server. A run that somebody deleted there \
      counts as one: it is not made again.
      """,
    example: Example(
      fails: #"""
        $ printf 'rules: {run/unlinked: warn}\n' > .guard.yml
        $ git add .guard.yml && git commit -qm 'A policy' && guard record HEAD
        84d779c45a1e recorded
        $ guard check --rev HEAD
        refs/notes/guard/links: warning: no MLflow run is linked to the commit [run/unlinked]
            fix: guard sync --all
        guard: 0 errors, 1 warning in 1 commit (12 ms)
        """#,
      mended: #"""
        $ MLFLOW_TRACKING_URI=http://127.0.0.1:5000 guard sync --all
        records: there is no Git remote to exchange them with
        runs: those of 1 commit are at http://127.0.0.1:5000 now
        $ guard check --rev HEAD
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    guard let record = try subject.record(), record.state != .missing, !record.isLinked else { return [] }
    return [
      Finding(
        "run/unlinked", at: .links, message: "no MLflow run is linked to the commit", fix: "guard sync --all")
    ]
  }
}

extension Place {
  /// Where it is kept which run is whose.
  static let links = Place("refs/notes/guard/links")
}
