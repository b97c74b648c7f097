import Values

extension Rule {
  static let runStale = Rule(
    "run/stale", .error, .record,
    summary: "a run record that does not say what its commit says",
    explanation: """
      A run record follows from its commit, so guard makes it again and compares. One that says something else was \
      written by hand, or made by another version of guard. Who looks a commit up by its record is then told wrong \
      results. The record of another commit, which `notes.rewriteRef` copies after an amend, counts as none \
      (`run/missing`).

      `guard verify REV` shows what differs. Records in a schema that only a newer guard knows are not judged. In a \
      shallow clone what depends on commits that it does not have is left out of the comparison.
      """,
    example: Example(
      fails: #"""
        $ guard record HEAD
        dd53ee81db01 recorded
        $ git notes --ref guard/runs show HEAD | sed 's/"lr":0.1/"lr":0.2/' > ../edited
        $ git notes --ref guard/runs add -f -F ../edited HEAD 2> /dev/null
        $ guard check --rev HEAD
        refs/notes/guard/runs: error: the run record does not say what the commit says: params [run/stale]
            fix: guard record dd53ee81db01
        to let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message
        guard: 1 error, 0 warnings in 1 commit (12 ms)
        """#,
      mended: #"""
        $ guard record HEAD
        dd53ee81db01 recorded anew: params
        $ guard check --rev HEAD
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    guard let record = try subject.record() else { return [] }
    switch record.state {
    case .missing, .current: return []
    case .unknown(let why):
      subject.note(Unjudged(what: "the run record", why: why))
      return []
    case .stale(let members):
      let names = members.joined(separator: ", ")
      return [
        Finding(
          "run/stale", at: .records, key: names,
          message: "the run record does not say what the commit says: \(names)",
          fix: "guard record \(subject.shortID)")
      ]
    }
  }
}
