import DVC
import Git
import Platform
import Policy
import Runs
import Trees
import Values

/// What the hooks after a commit do: they write its record, link it to what it was made from, and have its run
/// delivered. No network, and nothing that Git waits for longer than a few milliseconds.
struct RecordHooks {
  private let surroundings: Surroundings
  private let repository: Repository
  private let ledger: Ledger

  init(_ surroundings: Surroundings) throws(Failure) {
    self.surroundings = surroundings
    repository = try surroundings.repository()
    ledger = Ledger(repository)
    // Git waits for the hook, and what is not written now a push or guard record writes.
    repository.notesPatience = 500
  }

  /// Records the commit that is checked out.
  func recordHead() throws(Failure) {
    guard let head = try asking({ () throws(GitError) in try repository.head() }) else { return }
    // Git tells post-rewrite later what an amended commit was made from; by then its run may be under way.
    let move = repository.lastMove
    let isAmended = move?.new == head && move?.action == Array("commit (amend)".utf8)
    let links = isAmended ? move.map { [head: [Link.rewrite(from: $0.old, how: "amend")]] } : nil
    try record([head], links ?? [:], isFinal: !repository.isRebasing)
  }

  /// Records commits that were made from others, and links them to these.
  /// - Parameters:
  ///   - input: the standard input of `post-rewrite`: a line for each commit that was rewritten (githooks(5)).
  ///   - how: `amend` or `rebase`.
  func recordRewritten(_ input: [UInt8], how: Text) throws(Failure) {
    var links: [CommitID: [Link]] = [:]
    var new: [CommitID] = []
    for line in input.split(separator: 0x0A) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count >= 2, let from = ObjectID(hexadecimal: words[0]),
        let to = ObjectID(hexadecimal: words[1]),
        from != to
      else { continue }
      if links[CommitID(to)] == nil { new.append(CommitID(to)) }
      links[CommitID(to), default: []].append(.rewrite(from: CommitID(from), how: how))
    }
    try record(new, links)
  }

  /// Records those of the commits that are pushed that have no record yet, the newest when there are very many: merges
  /// that a forge made, and what was committed before the hooks were there.
  func recordMissing(_ commits: [CommitID]) throws(Failure) {
    do {
      let kept = try ledger.records.snapshot()
      var missing: [CommitID] = []
      for commit in commits.reversed() where missing.count < Self.mostAtPush {
        if case .none = try kept.kept(of: commit) { missing.append(commit) }
      }
      try record(missing.reversed())
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure("\(error)")
    }
  }

  /// A record takes some milliseconds: a first push of a long history is not to take minutes.
  private static let mostAtPush = 1000

  /// Writes the records of commits of repositories with DVC, and has their runs delivered.
  /// - Parameter isFinal: whether they are to stay: what a rebase makes is delivered when it is through.
  private func record(
    _ commits: [CommitID], _ links: [CommitID: [Link]] = [:], isFinal: Bool = true
  ) throws(Failure) {
    let written: [CommitID]
    do {
      let records = try made(commits)
      guard !records.isEmpty else { return }
      try ledger.records.write(records)
      var links = links.filter { commit, _ in records.contains { $0.commit == commit } }
      let takenUp = try takeUpSessions(records, &links)
      if !links.isEmpty { try ledger.links.append(links) }
      // Not before they are linked: who is killed in between links them again.
      for session in takenUp { try Sessions(repository).forget(session) }
      written = records.map(\.commit)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure("\(error)")
    }
    deliver(written, now: isFinal)
  }

  /// Has the runs of commits brought that a person named, and the run of their training looked for where none is known.
  func deliverAgain(_ commits: [CommitID]) throws(Failure) {
    do throws(RunsError) {
      var wanting: [CommitID] = []
      for commit in commits where try !ledger.links.of(commit).contains(where: \.isOfTraining) {
        wanting.append(commit)
      }
      deliver(wanting)
    } catch {
      throw Failure(error)
    }
  }

  private func deliver(_ commits: [CommitID], now: Bool = true) {
    do { try haveDelivered(commits, now: now) } catch {
      surroundings.warn(
        "the runs of new commits are not brought to MLflow: \((error as? Failure)?.message ?? "\(error)")")
    }
  }

  /// The records of those commits that hold DVC repositories. One that cannot be made here is told, and does not keep
  /// the others from being kept.
  private func made(_ commits: [CommitID]) throws(Failure) -> [RunRecord] {
    let builder = try surroundings.recordBuilder()
    var records: [RunRecord] = []
    var failed = 0
    for commit in commits {
      do throws(RunsError) {
        if let record = try builder.recordWithDVC(of: commit) { records.append(record) }
      } catch {
        failed += 1
        if failed <= Self.mostTold { surroundings.warn("\(commit.short): no run record: \(error)") }
      }
    }
    if failed > Self.mostTold {
      surroundings.warn("\(failed - Self.mostTold) more commits have no run record")
    }
    return records
  }

  private static let mostTold = 5

  // MARK: - Sessions

  /// Links a commit to the sessions of `guard exec` whose entries its `dvc.lock` files hold.
  /// - Returns: the sessions that are linked.
  private func takeUpSessions(
    _ records: [RunRecord], _ links: inout [CommitID: [Link]]
  ) throws -> [Session] {
    let pending = try Sessions(repository).all()
    var takenUp: [Session] = []
    guard !pending.isEmpty else { return [] }
    for record in records where record.introducedBy == record.commit {
      let entries = try lockEntries(of: record)
      let stages = Set(entries.map(\.stage))
      for session in pending {
        let isHeld = !session.entries.isDisjoint(with: entries)
        // A command inside of a stage ends before DVC writes the lock: what fits is judged by metrics and parameters.
        let mayBeHeld = session.entries.isEmpty && session.stage.map { stages.contains($0) } ?? false
        guard isHeld || mayBeHeld else { continue }
        links[record.commit, default: []].append(.session(session.name))
        takenUp.append(session)
      }
    }
    return takenUp
  }

  private func lockEntries(of record: RunRecord) throws -> Set<LockEntry> {
    let tree = repository.storedTree(of: try repository.commit(record.commit))
    var entries: Set<LockEntry> = []
    for file in record.files {
      let path = RepositoryPath(normalized: file.name.utf8)
      guard path.name.elementsEqual("dvc.lock".utf8), let bytes = try tree.storedObject(of: path)?.bytes
      else { continue }
      entries.formUnion(LockEntry.all(in: bytes))
    }
    return entries
  }

  // MARK: - Runs

  /// Puts commits on the list, and starts who works it off, away from Git and from the terminal.
  private func haveDelivered(_ commits: [CommitID], now: Bool) throws {
    guard let last = commits.last else { return }
    let policy = try CheckRun(surroundings).policy(of: Subjects(surroundings).commit(last)).tracking
    guard try surroundings.tracking(policy) != nil else { return }
    let spool = Spool(repository)
    for commit in commits { try spool.add(commit) }
    guard now else { return }
    let own = try FileSystem.realPath(of: Array("/proc/self/exe".utf8))
    var environment = surroundings.environment
    for name in Self.variablesOfTheMoment { environment[name] = nil }
    let place = repository.workTree ?? repository.gitDirectory
    let command = Command(own, ["sync", "--background"], environment: environment, directory: place)
    try command.startDetached()
  }

  /// What Git tells a hook of what it is doing, and not of where the repository is.
  private static let variablesOfTheMoment = [
    "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_REFLOG_ACTION", "GUARD_HOOK_IN",
  ]
}
