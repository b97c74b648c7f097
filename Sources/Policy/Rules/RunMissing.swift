import Trees
import Values

extension Rule {
  static let runMissing = Rule(
    "run/missing", .error, .record,
    summary: "a commit without a run record, where its commits are to have one",
    explanation: """
      A run record says in one line what a commit is: its data, parameters, metrics, stages and environment. It follows \
      from the commit alone and is kept as a Git note in `refs/notes/guard/runs`. The hooks write it; a commit that was \
      made without them (on a server, with `git merge --squash` in a forge, before guard was installed) has none.

      `guard record A..B` writes those of a range, `guard record --backfill` those of the whole history. Before a push \
      the hook writes what is missing, and then looks.

      Which commits are to have one: with `records: {commits: all}` in the policy file each, with `commits: pipeline` each \
      that changes what a pipeline reads or makes. Where policy does not say, a commit is to have one when a parent of \
      it has: a repository in which nobody records hears nothing of this rule, and what was committed before anybody \
      did is left alone.

      The rule looks at commits that exist (`--rev`, `--range`, a push), not at what is about to be committed. In a fresh \
      clone the notes are not there: `git fetch origin 'refs/notes/guard/*:refs/notes/guard/*'` brings them.
      """,
    example: Example(
      fails: #"""
        $ guard record HEAD
        dd53ee81db01 recorded
        $ git commit -q --allow-empty -m 'A commit without a hook'
        $ guard check --rev HEAD
        refs/notes/guard/runs: error: the commit has no run record [run/missing]
            fix: guard record 9d9ab0ed5480
        to let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message
        guard: 1 error, 0 warnings in 1 commit (12 ms)
        """#,
      mended: #"""
        $ guard record HEAD
        9d9ab0ed5480 recorded
        $ guard check --rev HEAD
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    guard let record = try subject.record(), case .missing = record.state else { return [] }
    let isWanted =
      switch subject.policy.records.commits {
      case .all?: true
      case .pipeline?: try subject.changesPipeline()
      case nil: record.followsRecord
      }
    guard isWanted else { return [] }
    return [
      Finding(
        "run/missing", at: .records, message: "the commit has no run record",
        fix: "guard record \(subject.shortID)")
    ]
  }
}

extension Place {
  /// Where run records are kept.
  static let records = Place("refs/notes/guard/runs")
}

extension Subject {
  /// The first letters of the commit, as a command takes them.
  var shortID: String {
    if case .commit(let id, _) = kind { String(id.string.prefix(12)) } else { "" }
  }
}
