import Git
import MLflow
import Values

/// Looks for the runs whose results a commit holds, by evidence. No answer is better than a wrong one.
///
/// MLflow tags a run with the commit that was checked out when it began, and the results are committed later: the tag
/// names the parent at best. So it says only which runs may be meant.
struct TrainingSearch {
  /// A run that was found.
  struct Found {
    let run: TrackedRun
    let evidence: RunLink.Evidence
    /// Whether others fitted as well.
    var isAmbiguous = false
  }

  /// What is known of the commit beside its record.
  struct Clues {
    /// When it was made, in milliseconds since 1970.
    var committed: Int64
    /// The ids of runs that files of the commit name.
    var runs: [Text] = []
    /// The sessions of `guard exec` whose results it holds.
    var sessions: [Text] = []
    /// The commits that a training may have begun at: those before it, back to the last other results.
    var bases: Set<Text> = []
    /// The commit and those that it was made from: a run that was adopted for one of them is its training still.
    var own: Set<Text> = []
  }

  let store: TrackingStore
  /// The ids of the experiments in which trainings are looked for.
  let experiments: () throws(TrackingError) -> [String]
  let end: Int64

  /// The runs of a commit that brought results, one for each part of them; none where none is sure enough.
  func find(_ record: RunRecord, _ clues: Clues) throws(TrackingError) -> [Found] {
    var named: [Found] = []
    for id in clues.runs where !named.contains(where: { Text($0.run.id) == id }) {
      guard let run = try store.run(id: id.string, until: end), !run.isDeleted else { continue }
      named.append(Found(run: run, evidence: .runIDFile))
    }
    guard named.isEmpty else { return named }
    let injected = try injected(record, clues)
    return try injected.isEmpty ? inferred(record, clues) : injected
  }

  /// A run that carries the name of a session, and says nothing else than the commit.
  private func injected(_ record: RunRecord, _ clues: Clues) throws(TrackingError) -> [Found] {
    guard !clues.sessions.isEmpty else { return [] }
    let experiments = try experiments()
    var runs: [TrackedRun] = []
    for session in clues.sessions {
      runs += try store.runs(with: [.tag(Session.tag, session.string)], in: experiments, until: end)
    }
    // One that was adopted for another commit is that one's.
    let free = runs.filter { run in run.tags["guard.commit"].map { clues.own.contains($0) } ?? true }
    return Found.best(of: free.map { Found(run: $0, evidence: .injected) }, record, leastMetrics: 0)
  }

  /// A run that began at one of the commits before, and has the metrics and parameters of this one.
  private func inferred(_ record: RunRecord, _ clues: Clues) throws(TrackingError) -> [Found] {
    let metrics = record.metrics.flatMap(\.values).filter { $0.value.measurement?.isFinite == true }
    guard !metrics.isEmpty, !clues.bases.isEmpty else { return [] }
    let experiments = try experiments()
    var runs: [Text: TrackedRun] = [:]
    for conditions in Self.questions(clues.bases, metrics) {
      for run in try store.runs(with: conditions, in: experiments, until: end) { runs[Text(run.id)] = run }
    }
    let candidates = runs.values.filter { run in
      guard run.tags["guard.commit"] == nil, let base = run.tags["mlflow.source.git.commit"] else {
        return false
      }
      return clues.bases.contains(base) && run.isOver(by: clues.committed)
    }
    return Found.best(of: candidates.map { Found(run: $0, evidence: .inferred) }, record, leastMetrics: 1)
  }

  /// By what runs are looked for, each question for itself: the commits that they began at, or where these are many the
  /// metrics.
  private static func questions(
    _ bases: Set<Text>, _ metrics: [(key: Text, value: JSON)]
  ) -> [[RunCondition]] {
    guard bases.count > mostQuestions else {
      return bases.sorted().map { [.tag("mlflow.source.git.commit", $0.string), .finished] }
    }
    // Scripts call metrics as they like: some that the server knows will do.
    return metrics.prefix(mostQuestions).compactMap { key, value in
      value.measurement.map { [.metric(RunText.key(key), $0), .finished] }
    }
  }

  private static let mostQuestions = 3
}

extension TrainingSearch.Found {
  /// Those of some runs that say nothing else than the commit, one for each part of its results: of several that tell
  /// of the same metrics the one that tells most, and of equal ones the last, which is ambiguous then.
  /// - Parameter leastMetrics: how many of the commit's metrics a run must have.
  static func best(of runs: [Self], _ record: RunRecord, leastMetrics: Int) -> [Self] {
    let fitting = runs.compactMap { found -> (found: Self, told: Set<Text>)? in
      let match = TrainingMatch(found.run, record)
      guard match.isPossible, match.equalMetrics.count >= leastMetrics else { return nil }
      return (found, match.equalMetrics.isEmpty ? [found.run.parameterNames] : match.equalMetrics)
    }
    let ordered = fitting.sorted { one, other in
      one.told.count == other.told.count
        ? other.found.run.precedes(one.found.run) : one.told.count > other.told.count
    }
    var (chosen, told): ([Self], Set<Text>) = ([], [])
    for var candidate in ordered where told.isDisjoint(with: candidate.told) {
      let rivals = ordered.filter { $0.told.count == candidate.told.count }
        .filter { !$0.told.isDisjoint(with: candidate.told) }
      if rivals.count > 1 { candidate.found.isAmbiguous = true }
      chosen.append(candidate.found)
      told.formUnion(candidate.told)
    }
    return chosen
  }
}

extension TrackedRun {
  /// What tells two runs without metrics apart: which parameters they have.
  fileprivate var parameterNames: Text {
    Text("parameters " + parameters.keys.sorted().map(\.string).joined(separator: "\0"))
  }

  /// Whether it had ended when a commit was made, so that its results can be the commit's.
  /// - Parameter moment: when the commit was made, in milliseconds since 1970.
  func isOver(by moment: Int64) -> Bool { (end ?? start) <= moment + Self.clockSkew }

  /// How far the clocks of two machines may differ: five minutes.
  private static let clockSkew: Int64 = 300_000

  /// Whether it ended before another one.
  func precedes(_ other: TrackedRun) -> Bool { (end ?? start, id) < (other.end ?? other.start, other.id) }
}
