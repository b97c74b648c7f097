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
  /// The commits that this one was made from by an amend or a rebase.
  public var rewritten: [CommitID]

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

    /// Nothing was to be done.
    public init() {}
  }

  private let ledger: Ledger
  private let spool: Spool
  private let store: TrackingStore
  private let server: Text
  private let workspace: Text?
  private let settings: String
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
      if let consignment = try consignment(entry.commit) {
        try deliver(entry, consignment, until: end)
      } else {
        try spool.remove(entry.commit)
      }
      if pending.count >= Self.batch { try settle() }
      delivered()
    }
    try settle()
    return summary
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
    var links: [Link] = []
    let training = training(consignment, until: end)
    let outcome: MirrorOutcome =
      if consignment.training == .adopt, let training, training.evidence != .inferred {
        store.adopt(consignment.run, into: training.run.id, until: end)
      } else {
        store.mirror(consignment.run, until: end)
      }
    switch outcome {
    case .mirrored(let run, let experiment):
      links.append(.run(link(.record, run, experiment)))
      if let training, training.run.id != run {
        links.append(.run(link(.training, training.run.id, training.run.experimentID, training)))
        if training.isAmbiguous { summary.ambiguous.append(entry.commit) }
        try tie(training, to: entry.commit, until: end)
      }
      try forward(consignment.rewritten, to: entry.commit, until: end)
      summary.delivered += 1
      pending[entry.commit] = links
    case .deletedByUser:
      summary.deleted += 1
      pending[entry.commit] = [.withdrawn(server: server)]
    case .busy:
      try wait(entry, "another clone is at it", wish: Self.patience)
    case .failed(let error): try fail(entry, error)
    }
  }

  /// Who claimed a commit's run has ten minutes for it.
  private static let patience: Int64 = 600_000

  /// The run of the training; `nil` when none is known, or the server could not be asked: then the commit's run is
  /// made without it.
  private func training(_ consignment: Consignment, until end: Int64) -> TrainingSearch.Found? {
    guard consignment.training != .off, consignment.record.introducedBy == consignment.record.commit
    else { return nil }
    let clues = TrainingSearch.Clues(
      committed: consignment.run.end, runs: consignment.runIDs, sessions: consignment.sessions,
      bases: consignment.bases)
    do throws(TrackingError) {
      return try TrainingSearch(store: store, end: end).find(consignment.record, clues)
    } catch {
      return nil
    }
  }

  private func link(
    _ role: RunLink.Role, _ run: String, _ experiment: String, _ training: TrainingSearch.Found? = nil
  ) -> RunLink {
    RunLink(
      role, run: Text(run), experiment: Text(experiment), server: server, workspace: workspace,
      evidence: training?.evidence, isAmbiguous: training?.isAmbiguous ?? false)
  }

  /// Lets the run of the training name the commit of its results, when it is certain. What is only likely leaves no
  /// trace at somebody's run.
  private func tie(
    _ training: TrainingSearch.Found, to commit: CommitID, until end: Int64
  ) throws(RunsError) {
    guard training.evidence != .inferred else { return }
    do throws(TrackingError) {
      try store.setTag("guard.results_commit", commit.description, of: training.run.id, until: end)
    } catch {
      // The link stands in the ledger all the same.
      return
    }
  }

  /// Lets the runs of commits that were rewritten name the commit that stands for them now.
  private func forward(_ rewritten: [CommitID], to commit: CommitID, until end: Int64) throws(RunsError) {
    for old in rewritten {
      for case .run(let link) in try ledger.links.of(old) where link.role == .record && link.server == server
      {
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

  private func wait(_ entry: Spool.Entry, _ why: String, wish: Int64) throws(RunsError) {
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
