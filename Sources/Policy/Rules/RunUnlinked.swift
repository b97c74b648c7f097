import Values

extension Rule {
  static let runUnlinked = Rule(
    "run/unlinked", nil, .record,
    summary: "a commit with a run record and no MLflow run behind it",
    explanation: """
      A record is a Git note; its run at the tracking server is brought there in the background, and what was brought \
      stands in `refs/notes/guard/links`. A commit without such a link is not to be found in MLflow: the server was away, \
      nobody has set one, or the commit was made where no hook ran.

      ```
      refs/notes/guard/links: error: no MLflow run is linked to the commit [run/unlinked]
          fix: guard sync --all
      ```

      The rule is off unless policy turns it on: not every team has a tracking server. A run that somebody deleted there \
      counts as one: it is not made again.
      """
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
