import Values

/// What came of mirroring a run.
public enum MirrorOutcome: Sendable {
  /// The commit has one finished run.
  case mirrored(runID: String, experimentID: String)
  /// Somebody put the commit's finished run into the bin: that is respected.
  case deletedByUser
  /// Somebody else is at this commit: ask again later.
  case busy(writer: String)
  /// It was not done.
  case failed(TrackingError)
}

/// Gives a commit exactly one finished run, however many try at once and wherever they are killed.
///
/// A tracking server has no "create if there is none". So a run is claimed by creating it RUNNING with the tags of
/// a ``Claim``, filled, and looked for again before it becomes FINISHED: of several writers all see the same first
/// one, and the others put theirs into the bin. Who finishes looks once more, since a run may have come between
/// that look and the end. A run that was claimed and left is taken over after ten minutes: all that is sent may be
/// sent twice.
struct Mirroring {
  let service: any RunService
  /// The id of the experiment.
  let experiment: String
  /// Who we are; see ``Claim/writer``.
  let writer: String
  /// Milliseconds since 1970.
  let now: () -> Int64

  /// A loser begins again, and may lose again.
  private static let rounds = 5

  /// - Parameter known: the commit's runs as they were found before; `nil` to look for them.
  func mirror(_ run: PreparedRun, known: [TrackedRun]? = nil) throws(TrackingError) -> MirrorOutcome {
    var runs = known ?? []
    if known == nil { runs = try self.runs(of: run) }
    var failedCreations = 0
    for _ in 0..<Self.rounds {
      if let outcome = try outcome(of: runs) { return outcome }
      let (mine, isNew): (TrackedRun, Bool)
      do throws(TrackingError) {
        (mine, isNew) = try claimed(run, among: runs)
      } catch  where error.kind == .transient && failedCreations == 0 {
        // Whether the run was made is not known: look for it before another is.
        failedCreations += 1
        runs = try self.runs(of: run)
        continue
      }
      do throws(TrackingError) {
        try fill(mine, with: run, isNew: isNew)
      } catch  where error.kind == .permanentForItem {
        // Somebody may have retired it, having taken its claim for stale.
        runs = try self.runs(of: run)
        guard !runs.contains(where: { $0.id == mine.id && !$0.isDeleted }) else { throw error }
        continue
      }
      runs = try self.runs(of: run)
      if let winner = winner(over: mine, among: runs) {
        try retire(mine, for: winner)
        runs = try self.runs(of: run)
        continue
      }
      try compare(run, with: runs.first { $0.id == mine.id })
      try service.finish(mine.id, end: run.end)
      if let outcome = try outcome(of: try self.runs(of: run)) { return outcome }
      // Gone in the moment that it was finished: somebody deletes what guard writes.
      return .deletedByUser
    }
    return .busy(writer: "")
  }

  /// Takes guard's tags of a commit's run, its data and its files to a run that somebody else made, and leaves what
  /// that says itself alone: its parameters, its metrics, and the commit that MLflow saw when it began.
  func adopt(_ run: PreparedRun, into other: TrackedRun) throws(TrackingError) {
    let run = run.forAnothersRun
    try log(run, tags: run.tags, to: other)
    try storeArtifacts(of: run, in: other)
  }
}

extension Mirroring {
  /// What there is to say of a commit's runs without writing one; `nil` when one must be written. Sweeps.
  private func outcome(of runs: [TrackedRun]) throws(TrackingError) -> MirrorOutcome? {
    let active = runs.filter { !$0.isDeleted }.sorted(by: TrackedRun.precedes)
    if let finished = active.first(where: \.isFinished) {
      try sweep(active, keeping: finished)
      return .mirrored(runID: finished.id, experimentID: finished.experimentID)
    }
    if runs.contains(where: { $0.isDeleted && $0.isFinished && !$0.isRetired }) { return .deletedByUser }
    let now = now()
    return active.lazy.compactMap { $0.holder(besides: writer, now: now) }.first.map { .busy(writer: $0) }
  }

  /// A run to fill: one that was left, or else a new one.
  private func claimed(
    _ run: PreparedRun, among runs: [TrackedRun]
  ) throws(TrackingError) -> (TrackedRun, isNew: Bool) {
    let left = runs.filter { !$0.isDeleted && !$0.contradicts(run) }.min(by: TrackedRun.precedes)
    if let left { return (left, false) }
    let claim = Claim(writer: writer, time: now())
    return (try service.createRun(run, tags: run.tags + claim.tags, in: experiment), true)
  }

  private func fill(
    _ mine: TrackedRun, with run: PreparedRun, isNew: Bool
  ) throws(TrackingError) {
    let claim = Claim(writer: writer, time: now())
    try log(run, tags: isNew ? [] : claim.tags + run.tags, to: mine)
    try storeArtifacts(of: run, in: mine)
  }

  private func log(
    _ run: PreparedRun, tags: [PreparedRun.Pair], to mine: TrackedRun
  ) throws(TrackingError) {
    try despiteCollisions { () throws(TrackingError) in try service.log(run, tags: tags, to: mine.id) }
    guard !run.datasets.isEmpty else { return }
    try despiteCollisions { () throws(TrackingError) in try service.log(run.datasets, to: mine.id) }
  }

  /// Does something again at once when another writer was in its way: that one is done by then.
  private func despiteCollisions(_ body: () throws(TrackingError) -> Void) throws(TrackingError) {
    for _ in 0..<3 {
      do throws(TrackingError) {
        return try body()
      } catch  where error.isCollision {
        continue
      }
    }
    try body()
  }

  private func storeArtifacts(of run: PreparedRun, in mine: TrackedRun) throws(TrackingError) {
    let skipped = run.artifacts.isEmpty ? [] : try service.store(run.artifacts, in: mine)
    if !skipped.isEmpty {
      let words = skipped.map { "\($0.path): \($0.why)" }.joined(separator: "\n")
      try service.setTag(PreparedRun.skippedTag, RunText.tag(Text(words)), of: mine.id)
    } else if mine.tags[Text(PreparedRun.skippedTag)] != nil {
      try service.deleteTag(PreparedRun.skippedTag, of: mine.id)
    }
  }

  /// The run that stays in place of mine; `nil` when mine does. What was left by its writer is no rival.
  private func winner(over mine: TrackedRun, among runs: [TrackedRun]) -> TrackedRun? {
    let now = now()
    let rivals = runs.filter { $0.id != mine.id && !$0.isDeleted }
    if let finished = rivals.filter(\.isFinished).min(by: TrackedRun.precedes) { return finished }
    return rivals.filter { $0.holder(besides: writer, now: now) != nil && TrackedRun.precedes($0, mine) }
      .min(by: TrackedRun.precedes)
  }

  /// Retires what is finished beside the run that stays, and what its writer left.
  private func sweep(_ active: [TrackedRun], keeping kept: TrackedRun) throws(TrackingError) {
    let now = now()
    for run in active where run.id != kept.id {
      guard run.isFinished || run.holder(besides: writer, now: now) == nil else { continue }
      try retire(run, for: kept)
    }
  }

  /// The tag comes first: a run in the bin cannot be written to.
  private func retire(_ run: TrackedRun, for kept: TrackedRun) throws(TrackingError) {
    do throws(TrackingError) {
      try service.setTag(PreparedRun.duplicateTag, kept.id, of: run.id)
      try service.delete(run.id)
    } catch  where error.kind == .permanentForItem {
      // Another writer was quicker.
      return
    }
  }

  private func runs(of run: PreparedRun) throws(TrackingError) -> [TrackedRun] {
    let filter = "tags.\"\(PreparedRun.commitTag)\" = '\(run.commit)'"
    let search = RunSearch(experiments: [experiment], filter: filter, includesDeleted: true)
    var runs: [TrackedRun] = []
    try service.searchAll(search) { runs += $0 }
    return runs
  }
}
