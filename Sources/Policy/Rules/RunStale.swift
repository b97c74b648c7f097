import Values

extension Rule {
  static let runStale = Rule(
    "run/stale", .error, .record,
    summary: "a run record that does not say what its commit says",
    explanation: """
      A run record follows from its commit, so guard makes it again and compares. One that says something else was \
      written by hand, copied from another commit (`notes.rewriteRef` does that after an amend), or made by another \
      version of guard. Who looks a commit up by its record is then told wrong results.

      ```
      refs/notes/guard/runs: error: the run record does not say what the commit says: metrics, params [run/stale]
          fix: guard record 0b175eb6f3d2
      ```

      `guard verify REV` shows what differs. Records in a schema that only a newer guard knows are not judged. In a \
      shallow clone what depends on commits that it does not have is left out of the comparison.
      """
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
