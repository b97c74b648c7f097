import Git
import MLflow
import Values

/// Finds the runs whose results commits hold: a commit's own, or that of a commit with the same results. One lookup for
/// many commits asks the server nothing twice.
final class TrainingLookup {
  private let ledger: Ledger
  private let store: TrackingStore
  private let server: Text
  private var experiments: [String]?
  private var runs: [Text: TrackedRun?] = [:]
  /// Links that were made and are not in the ledger yet.
  private var made: [CommitID: [Link]] = [:]
  /// Why the server could not be asked, the last time that it was.
  private(set) var failure: TrackingError?

  init(_ ledger: Ledger, _ store: TrackingStore, server: Text) {
    self.ledger = ledger
    self.store = store
    self.server = server
  }

  /// The runs whose results a commit holds; none when none is known, or the server could not be asked.
  func find(_ consignment: Consignment, until end: Int64) throws(RunsError) -> [TrainingSearch.Found] {
    failure = nil
    let record = consignment.record
    guard consignment.training != .off, let origin = record.introducedBy else { return [] }
    guard origin == record.commit else {
      // Its results are those of another commit, and so is the run.
      return inherited(try links(of: origin), consignment, end)
    }
    let own = own(consignment, end)
    guard own.isEmpty else { return own }
    // Which run it was stands in the commit: another one is not taken for it.
    guard failure == nil, consignment.runIDs.isEmpty else { return [] }
    let brought = try self.brought(by: record)
    guard !brought.isEmpty else { return [] }
    var links: [RunLink] = []
    // A merge joins the results of its parents.
    for parent in record.parents where record.parents.count > 1 {
      links += try self.links(of: kept(parent)?.introducedBy ?? parent)
    }
    for relative in consignment.rewritten + others(with: brought, besides: record.commit, end) {
      if try hasSameResults(relative, as: record, brought) { links += try self.links(of: relative) }
    }
    return inherited(links, consignment, end)
  }

  private func own(_ consignment: Consignment, _ end: Int64) -> [TrainingSearch.Found] {
    let clues = TrainingSearch.Clues(
      committed: consignment.run.end, runs: consignment.runIDs, sessions: consignment.sessions,
      bases: consignment.bases, own: consignment.own)
    return asking { () throws(TrackingError) in
      try TrainingSearch(
        store: store, experiments: { () throws(TrackingError) in try self.allExperiments(end) }, end: end
      ).find(consignment.record, clues)
    } ?? []
  }

  private func allExperiments(_ end: Int64) throws(TrackingError) -> [String] {
    if let experiments { return experiments }
    let all = try store.experiments(until: end)
    experiments = all
    return all
  }

  /// An answer of the server's; `nil` when there was none, which is kept for whoever wants to know.
  private func asking<Answer>(_ body: () throws(TrackingError) -> Answer) -> Answer? {
    do throws(TrackingError) { return try body() } catch {
      failure = error
      return nil
    }
  }
}

// MARK: - Commits with the same results

extension TrainingLookup {
  /// The entries of stages that a commit has and its first parent has not, by the stages' names: what a revert, a
  /// cherry-pick, a merge or DVC's run cache brought back was brought before by the commit whose run gave it.
  private func brought(by record: RunRecord) throws(RunsError) -> [Text: JSON] {
    guard let parent = record.parents.first, let before = try kept(parent)?.stageEntries else {
      return record.stageEntries
    }
    return record.stageEntries.filter { before[$0.key] != $0.value }
  }

  /// The commits whose runs at the server say that these stages had the same inputs there.
  private func others(
    with brought: [Text: JSON], besides commit: CommitID, _ end: Int64
  ) -> [CommitID] {
    let conditions = brought.sorted { $0.key < $1.key }.compactMap { name, entry in
      entry["inputDigest"]?.text.map { digest in
        let tag = RunRecord.Stage.tag(of: name, digest)
        return RunCondition.tag(RunText.key(tag.key), tag.value.string)
      }
    }
    guard !conditions.isEmpty else { return [] }
    let runs = asking { () throws(TrackingError) in
      try store.runs(with: Array(conditions.prefix(Self.mostConditions)), limit: Self.mostOthers, until: end)
    }
    return (runs ?? []).filter { $0.tags["guard.introduced_by"] == nil }
      .compactMap { $0.tags["guard.commit"].flatMap { ObjectID(hexadecimal: $0.utf8) } }
      .map { CommitID($0) }.filter { $0 != commit }
  }

  private static let mostConditions = 5
  /// The oldest come first, and those after it that bring nothing are many.
  private static let mostOthers = 200

  /// Whether another commit brought what this one brings, and nothing that this one has not.
  private func hasSameResults(
    _ other: CommitID, as record: RunRecord, _ brought: [Text: JSON]
  ) throws(RunsError) -> Bool {
    guard let other = try kept(other), !other.isTruncated, !record.isTruncated else { return false }
    let (here, there) = (record.stageEntries, other.stageEntries)
    let broughtThere = try self.brought(by: other)
    return brought.allSatisfy { there[$0.key] == $0.value }
      && broughtThere.allSatisfy { here[$0.key] == $0.value }
  }

  private func kept(_ commit: CommitID) throws(RunsError) -> RunRecord? {
    if case .record(let record) = try ledger.records.kept(of: commit) { record } else { nil }
  }

  /// The runs that are linked to a commit at this server as those of its training; one that was adopted is the
  /// commit's own.
  private func links(of commit: CommitID) throws(RunsError) -> [RunLink] {
    (try ledger.links.of(commit) + (made[commit] ?? [])).compactMap { link in
      guard case .run(let run) = link, run.server == server, run.isOfTraining else { return nil }
      return run
    }
  }

  /// Takes note of links that are yet to be written.
  func note(_ links: [Link], of commit: CommitID) { made[commit, default: []] += links }

  /// The runs of other commits, as far as nothing that this commit says speaks against them.
  private func inherited(
    _ links: [RunLink], _ consignment: Consignment, _ end: Int64
  ) -> [TrainingSearch.Found] {
    var known: [Text: TrainingSearch.Found] = [:]
    for link in links where known[link.run] == nil {
      guard let run = run(link.run, end), !run.isDeleted, run.isOver(by: consignment.run.end) else {
        continue
      }
      known[link.run] = TrainingSearch.Found(run: run, evidence: .inherited, isAmbiguous: link.isAmbiguous)
    }
    return TrainingSearch.Found.best(of: Array(known.values), consignment.record, leastMetrics: 0)
  }

  private func run(_ id: Text, _ end: Int64) -> TrackedRun? {
    if let known = runs[id] { return known }
    guard let answer = asking({ () throws(TrackingError) in try store.run(id: id.string, until: end) })
    else { return nil }
    runs[id] = .some(answer)
    return answer
  }
}
