import Git
import MLflow
import Platform
import Values

/// What a commit's run is made of, and what is known of the training behind it.
public struct Consignment: Sendable {
  /// What becomes of the run of the training.
  public enum Training: Hashable, Sendable {
    /// It and the commit's run name each other.
    case link
    /// It becomes the commit's run when a file of the commit or `guard exec` names it.
    case adopt
    /// It is not looked for.
    case off
  }

  /// The record.
  public var record: RunRecord
  /// The run to be.
  public var run: MirroredRun
  /// What becomes of the run of the training.
  public var training: Training
  /// The ids of runs that files of the commit name.
  public var runIDs: [Text]
  /// The sessions of `guard exec` whose results the commit holds.
  public var sessions: [Text]
  /// The commits that a training may have begun at, in hexadecimal digits.
  public var bases: Set<Text>
  /// The commits that this one was made from by amends and rebases, the last one first.
  public var rewritten: [CommitID]

  /// The commit and those that it was made from, in hexadecimal digits.
  var own: Set<Text> { Set(([record.commit] + rewritten).map { Text($0.description) }) }

  /// A run to deliver.
  public init(
    record: RunRecord, run: MirroredRun, training: Training = .off, runIDs: [Text] = [],
    sessions: [Text] = [],
    bases: Set<Text> = [], rewritten: [CommitID] = []
  ) {
    self.record = record
    self.run = run
    self.training = training
    self.runIDs = runIDs
    self.sessions = sessions
    self.bases = bases
    self.rewritten = rewritten
  }
}

/// Brings commits' runs to a tracking store, and keeps in the links which run is whose. Whatever is done twice, after a
/// kill or by several clones at once, comes to the same.
public final class Delivery {
  /// What came of it.
  public struct Summary: Hashable, Sendable {
    /// Commits whose run is there now.
    public var delivered = 0
    /// Commits whose run somebody has deleted: it is not made again.
    public var deleted = 0
    /// Commits that wait: another clone is at them, or the server could not take them.
    public var waiting: [Spool.Entry] = []
    /// What stands in the way of all the others, when something does.
    public var obstacle: String?
    /// Commits that have several runs that may be the one of the training.
    public var ambiguous: [CommitID] = []
    /// Commits whose training run was not known when their run was brought, and is found now.
    public var found = 0
    /// Why training runs were not looked for again, when they were not.
    public var unasked: String?

    /// Nothing was to be done.
    public init() {}

    /// Takes in what came of looking again for training runs.
    public mutating func add(_ again: Summary) {
      found += again.found
      ambiguous += again.ambiguous
      unasked = again.unasked
    }
  }

  private let ledger: Ledger
  private let spool: Spool
  private let store: TrackingStore
  private let server: Text
  private let workspace: Text?
  private let settings: String
  private let trainings: TrainingLookup
  private var pending: [CommitID: [Link]] = [:]
  private var summary = Summary()

  /// - Parameters:
  ///   - server: what the links call the store.
  ///   - settings: the settings as one word; what failed under others is tried again.
  public init(
    _ repository: Repository, to store: TrackingStore, server: Text, workspace: Text? = nil, settings: String
  ) {
    ledger = Ledger(repository)
    spool = Spool(repository)
    self.store = store
    self.server = server
    self.workspace = workspace
    self.settings = settings
    trainings = TrainingLookup(ledger, store, server: server)
  }

  /// Delivers the runs of commits that wait.
  /// - Parameters:
  ///   - end: when to give up, in milliseconds of the monotonic clock.
  ///   - consignment: what to deliver of a commit; `nil` when it is to have no run.
  ///   - delivered: told after each commit.
  public func deliver(
    _ entries: [Spool.Entry], until end: Int64 = .max,
    consignment: (CommitID) throws(RunsError) -> Consignment?, delivered: () -> Void = {}
  ) throws(RunsError) -> Summary {
    summary = Summary()
    if entries.count > Self.listingPays, !lists(until: end) {
      summary.waiting = entries
      return summary
    }
    for (index, entry) in entries.enumerated() {
      guard summary.obstacle == nil, SystemClock.monotonicMilliseconds < end else {
        summary.waiting += entries[index...]
        break
      }
      switch made(entry.commit, consignment) {
      case .success(let consignment?): try deliver(entry, consignment, until: end)
      case .success(nil): try spool.remove(entry.commit)
      // It is about this commit alone, such as an object that a partial clone lacks: the others go on.
      case .failure(let error): try wait(entry, "\(error)")
      }
      delivered()
    }
    try settle()
    return summary
  }

  /// Looks again for the training runs of commits whose run is at the server already, parents before children.
  /// - Parameter consignment: what was delivered of a commit; `nil` when it has no run.
  public func lookAgain(
    _ commits: [CommitID], until end: Int64 = .max,
    consignment: (CommitID) throws(RunsError) -> Consignment?
  ) throws(RunsError) -> Summary {
    summary = Summary()
    for commit in commits {
      guard case .success(let consignment?) = made(commit, consignment) else { continue }
      let found = try trainings.find(consignment, until: end)
      if !found.isEmpty {
        try add(found.map { link($0, to: consignment, until: end) }, to: commit)
        note(found, of: commit)
        summary.found += 1
      }
      // Whoever does not answer now is not asked for each of the others.
      if let failure = trainings.failure, failure.kind != .permanentForItem {
        summary.unasked = "\(failure)"
        break
      }
    }
    try settle()
    return summary
  }

  private func made(
    _ commit: CommitID, _ consignment: (CommitID) throws(RunsError) -> Consignment?
  ) -> Result<Consignment?, RunsError> {
    do throws(RunsError) { return .success(try consignment(commit)) } catch { return .failure(error) }
  }

  private func add(_ links: [Link], to commit: CommitID) throws(RunsError) {
    pending[commit, default: []] += links
    trainings.note(links, of: commit)
    if pending.count >= Self.batch { try settle() }
  }

  /// For so many commits one listing is cheaper than a question for each.
  private static let listingPays = 20
  /// After so many commits their links are written: each time is a commit of notes.
  private static let batch = 25

  private func lists(until end: Int64) -> Bool {
    do throws(TrackingError) {
      try store.listMirrored(until: end)
      return true
    } catch {
      summary.obstacle = "\(error)"
      return false
    }
  }

  private func deliver(
    _ entry: Spool.Entry, _ consignment: Consignment, until end: Int64
  ) throws(RunsError) {
    let found = try trainings.find(consignment, until: end)
    let adopted = consignment.training == .adopt ? adoptable(found, consignment) : nil
    let outcome =
      adopted.map { store.adopt(consignment.run, into: $0.run.id, until: end) }
      ?? store.mirror(consignment.run, until: end)
    switch outcome {
    case .mirrored(let run, let experiment):
      var links = [Link.run(link(.record, run, experiment, adopted))]
      links += found.filter { $0.run.id != run }.map { self.link($0, to: consignment, until: end) }
      note(found, of: entry.commit)
      try forward(consignment.rewritten, to: entry.commit, until: end)
      summary.delivered += 1
      try add(links, to: entry.commit)
    case .deletedByUser:
      summary.deleted += 1
      try add([.withdrawn(server: server)], to: entry.commit)
    case .busy:
      try wait(entry, "another clone is at it", wish: Self.patience)
    case .failed(let error): try fail(entry, error)
    }
  }

  /// Who claimed a commit's run has ten minutes for it.
  private static let patience: Int64 = 600_000

  /// The link to the run of a training.
  private func link(
    _ training: TrainingSearch.Found, to consignment: Consignment, until end: Int64
  ) -> Link {
    tie(training, to: consignment, until: end)
    return .run(link(.training, training.run.id, training.run.experimentID, training))
  }

  private func link(
    _ role: RunLink.Role, _ run: String, _ experiment: String, _ training: TrainingSearch.Found? = nil
  ) -> RunLink {
    RunLink(
      role, run: Text(run), experiment: Text(experiment), server: server, workspace: workspace,
      evidence: training?.evidence, isAmbiguous: training?.isAmbiguous ?? false)
  }

  /// Takes note of a commit that has several runs for one part of its results.
  private func note(_ found: [TrainingSearch.Found], of commit: CommitID) {
    if found.contains(where: \.isAmbiguous) { summary.ambiguous.append(commit) }
  }

  /// The run that may become the commit's own: the only one, and for certain.
  private func adoptable(
    _ found: [TrainingSearch.Found], _ consignment: Consignment
  ) -> TrainingSearch.Found? {
    guard found.count == 1, let only = found.first, !only.isAmbiguous, isOf(only, consignment) else {
      return nil
    }
    return only
  }

  /// Whether a run is for certain of this commit's training and of no other's: the file that names it stays in the
  /// commits after it, also where somebody forgot to write it anew, and a revert brings it back.
  private func isOf(_ training: TrainingSearch.Found, _ consignment: Consignment) -> Bool {
    let named = ["guard.commit", "guard.results_commit"].compactMap { training.run.tags[$0] }
    return training.evidence.isCertain && named.allSatisfy(consignment.own.contains)
      && TrainingMatch(training.run, consignment.record).isPossible
  }

  /// Lets the run of the training name the commit of its results, when it is certain. What is only likely leaves no
  /// trace at somebody's run.
  private func tie(_ training: TrainingSearch.Found, to consignment: Consignment, until end: Int64) {
    guard isOf(training, consignment) else { return }
    do throws(TrackingError) {
      try store.setTag(
        "guard.results_commit", consignment.record.commit.description, of: training.run.id, until: end)
    } catch {
      // The link stands in the ledger all the same.
      return
    }
  }

  /// Lets the runs of commits that were rewritten name the commit that stands for them now. One that was adopted is
  /// that of a training, and goes along by itself.
  private func forward(_ rewritten: [CommitID], to commit: CommitID, until end: Int64) throws(RunsError) {
    for old in rewritten {
      for case .run(let link) in try ledger.links.of(old)
      where link.role == .record && link.server == server && link.evidence == nil {
        do throws(TrackingError) {
          try store.setTag("guard.rewritten_to", commit.description, of: link.run.string, until: end)
        } catch {
          // A help for readers only; a run that is gone needs none.
          continue
        }
      }
    }
  }

  // MARK: - What did not work

  private func wait(_ entry: Spool.Entry, _ why: String, wish: Int64 = 0) throws(RunsError) {
    var entry = entry
    entry.postpone(now: Self.now, wish: wish, why: why, settings: settings)
    try spool.update(entry)
    summary.waiting.append(entry)
  }

  private func fail(_ entry: Spool.Entry, _ error: TrackingError) throws(RunsError) {
    var entry = entry
    switch error.kind {
    case .transient:
      summary.obstacle = "\(error)"
      return try wait(entry, "\(error)", wish: Int64(error.retryAfter ?? 0) * 1000)
    case .permanentUntilConfigured:
      summary.obstacle = "\(error)"
      entry.stop(.configuration, why: "\(error)", settings: settings)
    case .permanentForItem: entry.stop(.item, why: "\(error)", settings: settings)
    }
    try spool.update(entry)
    summary.waiting.append(entry)
  }

  /// Writes the links, and takes their commits off the list.
  private func settle() throws(RunsError) {
    guard !pending.isEmpty else { return }
    try ledger.links.append(pending)
    for commit in pending.keys { try spool.remove(commit) }
    pending = [:]
  }

  private static var now: Int64 { SystemClock.wallNanoseconds / 1_000_000 }
}
