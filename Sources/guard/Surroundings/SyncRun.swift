import Git
import MLflow
import Platform
import Policy
import Runs
import Trees
import Values

/// Brings what was recorded to where others see it: notes to Git's remotes, runs to the tracking server.
struct SyncRun {
  /// What came of something, for a person.
  struct Told {
    let line: String
    var hasFailed = false
    /// Whether links were written that other clones do not have.
    var hasNewLinks = false
  }

  /// Whether what waits is tried now, whatever it waits for.
  var isForced = false
  /// Whether what only waits for a better time is tried now: somebody asks for it, or the server has just answered.
  private var isTimely = false
  /// Whether nobody waits for it.
  private let isInBackground: Bool

  private let surroundings: Surroundings

  init(_ surroundings: Surroundings, inBackground isInBackground: Bool = false) {
    self.surroundings = surroundings
    self.isInBackground = isInBackground
    isTimely = !isInBackground
  }

  // MARK: - Notes

  /// The remote to exchange records with: the one of a name, or the one that the branch is pushed to; `nil` when there
  /// is none.
  func remote(named name: String?) throws(Failure) -> [UInt8]? {
    if let name { return Array(name.utf8) }
    let repository = try surroundings.repository()
    return try asking { () throws(GitError) in try repository.pushRemote }
  }

  /// Exchanges the records with a Git remote. What goes wrong is told and no more: the records stay here.
  func exchange(with remote: [UInt8], seconds: Int, takesAll: Bool) -> Told {
    let shown = String(decoding: remote, as: UTF8.self)
    do {
      let outcome = try Ledger(surroundings.repository()).exchange(
        with: remote, seconds: seconds, takesAll: takesAll)
      let isIdle = outcome.sent.isEmpty && outcome.received.isEmpty
      let parts = [
        outcome.sent.isEmpty ? nil : "sent to \(shown)",
        outcome.received.isEmpty ? nil : "taken from \(shown)",
      ]
      return Told(
        line: "records: "
          + (isIdle ? "the same here and at \(shown)" : parts.compactMap { $0 }.joined(separator: " and ")))
    } catch let failure as Failure {
      return Told(line: "records: not exchanged with \(shown): \(failure.message)", hasFailed: true)
    } catch {
      return Told(line: "records: not exchanged with \(shown): \(error)", hasFailed: true)
    }
  }

  // MARK: - Runs

  /// Brings runs to the tracking server.
  /// - Parameter everything: whether to look at every commit with a record, and not only at those that wait.
  func deliver(everything: Bool = false) throws(Failure) -> Told {
    let repository = try surroundings.repository()
    let run = CheckRun(surroundings)
    guard let head = try asking({ () throws(GitError) in try repository.head() }) else {
      return Told(line: "runs: there is no commit")
    }
    let policy = try run.policy(of: Subjects(surroundings).commit(head)).tracking
    guard let tracking = try surroundings.tracking(policy) else {
      return Told(
        line: "runs: no tracking server: set MLFLOW_TRACKING_URI, or mlflow: tracking-uri in .guard.yml")
    }
    guard let lock = try takeLock(repository) else {
      return Told(line: "runs: another guard is bringing them; try again later", hasFailed: true)
    }
    defer { withExtendedLifetime(lock) {} }
    let summary = try deliver(everything, to: tracking, policy)
    return Told(summary, heldBack: try heldBack(besides: summary), at: tracking.target.name)
  }

  /// The commits that were not tried, since only a setting or a change of the server helps them.
  private func heldBack(besides summary: Delivery.Summary) throws(Failure) -> [Spool.Entry] {
    let tried = Set(summary.waiting.map(\.commit))
    let spool = Spool(try surroundings.repository())
    do throws(RunsError) { return try spool.entries().filter { !tried.contains($0.commit) } } catch {
      throw Failure(error)
    }
  }

  private func deliver(
    _ everything: Bool, to tracking: Tracking, _ policy: TrackingPolicy
  ) throws(Failure) -> Delivery.Summary {
    do {
      let repository = try surroundings.repository()
      let consignments = try Consignments(surroundings, policy)
      let entries = try waiting(everything, at: tracking, consignments)
      // Before anything is brought: what is looked for there is not looked for again.
      let untrained = try untrained(at: tracking, policy)
      guard !entries.isEmpty || !untrained.isEmpty else { return Delivery.Summary() }
      let store = try surroundings.store(tracking)
      let known = store.experimentID
      let delivery = Delivery(
        repository, to: store, server: tracking.name, workspace: tracking.workspace,
        settings: tracking.settings)
      var summary = try delivery.deliver(entries) { commit throws(RunsError) in
        try consignments.consignment(of: commit)
      }
      if summary.obstacle == nil {
        let again = try delivery.lookAgain(untrained) { commit throws(RunsError) in
          try consignments.consignment(of: commit)
        }
        summary.add(again)
      }
      if let id = store.experimentID, id != known {
        try tracking.knownExperiment(in: repository).keep(id)
      }
      return summary
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure("\(error)")
    }
  }

  /// The commits whose runs are to be brought now, the oldest first.
  private func waiting(
    _ everything: Bool, at tracking: Tracking, _ consignments: Consignments
  ) throws -> [Spool.Entry] {
    let repository = try surroundings.repository()
    let now = SystemClock.wallNanoseconds / 1_000_000
    let spool = Spool(repository)
    let entries = try spool.entries()
    var chosen = entries.filter { entry in
      isForced || (isTimely && entry.state == .transient)
        || entry.isDue(now: now, settings: tracking.settings)
    }
    if everything {
      let known = Set(entries.map(\.commit))
      let ledger = Ledger(repository)
      let links = try ledger.links.all()
      for commit in try ledger.records.snapshot().commits() where !known.contains(commit) {
        let isThere = (links[commit] ?? []).contains { $0.isRun && $0.server == tracking.name }
        if !isThere { chosen.append(Spool.Entry(commit)) }
      }
    }
    // What an amend or a rebase left behind is nobody's any more.
    let gone = try consignments.unreachable(chosen.map(\.commit))
    for commit in gone { try spool.remove(commit) }
    chosen.removeAll { gone.contains($0.commit) }
    return try consignments.ordered(chosen)
  }

  /// The newest commits whose run is at the server and the run of whose training is not known, the oldest first.
  private func untrained(at tracking: Tracking, _ policy: TrackingPolicy) throws -> [CommitID] {
    guard (policy.training ?? .link) == .link else { return [] }
    return try Untrained(surroundings.repository(), server: tracking.name)
      .commits(most: isInBackground ? Self.fewQuestions : Self.manyQuestions)
  }

  /// How many commits that brought results are asked for again, by what hooks start and by a person.
  private static let (fewQuestions, manyQuestions) = (2, 8)

  /// What hooks start, away from the terminal: brings runs until none is due any more.
  func deliverInBackground() throws(Failure) -> ExitStatus {
    // Commits may come while the first ones are brought; each round must bring some, or it is the last.
    var run = self
    for _ in 0..<100 {
      let before = try waitingCount()
      guard before > 0 else { break }
      _ = try run.deliver()
      guard try waitingCount() < before else { break }
      run.isTimely = true
    }
    return .pass
  }

  private func waitingCount() throws(Failure) -> Int {
    let spool = Spool(try surroundings.repository())
    do throws(RunsError) { return try spool.entries().count } catch { throw Failure("\(error)") }
  }

  /// One process of a clone at a time: the others' commits are on the list that it works off. A person waits for it a
  /// while, to hear what came of it.
  private func takeLock(_ repository: Repository) throws(Failure) -> FileLock? {
    let folder = FileSystem.join(repository.commonDirectory, Array("guard".utf8))
    let end = SystemClock.monotonicMilliseconds + (isInBackground ? 0 : Self.patience)
    do throws(SystemError) {
      try FileSystem.createDirectories(folder)
      return try FileLock.take(FileSystem.join(folder, Array("sync.lock".utf8)), until: end)
    } catch {
      throw Failure(error)
    }
  }

  /// How long a person waits for another process, in milliseconds.
  private static let patience: Int64 = 30_000
}

extension SyncRun.Told {
  /// What came of bringing runs to a server.
  /// - Parameter heldBack: commits that were not tried.
  init(_ summary: Delivery.Summary, heldBack: [Spool.Entry], at server: String) {
    func count(_ number: Int) -> String { "\(number) \(number == 1 ? "commit" : "commits")" }
    var parts: [String] = []
    if summary.delivered > 0 { parts.append("those of \(count(summary.delivered)) are at \(server) now") }
    if summary.deleted > 0 {
      parts.append("\(count(summary.deleted)) left alone, whose runs were deleted there")
    }
    if !summary.waiting.isEmpty {
      let why = summary.obstacle ?? summary.waiting.first?.why ?? ""
      parts.append("\(count(summary.waiting.count)) waiting\(why.isEmpty ? "" : ": \(why)")")
    }
    if let first = heldBack.first {
      let why = first.why.isEmpty ? "" : ": \(first.why)"
      parts.append("\(count(heldBack.count)) not tried again (guard sync --force does)\(why)")
    }
    if summary.found > 0 { parts.append("the training of \(count(summary.found)) was found") }
    if let why = summary.unasked { parts.append("trainings were not looked for: \(why)") }
    if !summary.ambiguous.isEmpty {
      parts.append("\(count(summary.ambiguous.count)) with several training runs that fit")
    }
    let line = parts.isEmpty ? "none waits to be brought to \(server)" : parts.joined(separator: "; ")
    self.init(
      line: "runs: " + line, hasFailed: !summary.waiting.isEmpty || !heldBack.isEmpty,
      hasNewLinks: summary.delivered + summary.deleted + summary.found > 0)
  }
}
