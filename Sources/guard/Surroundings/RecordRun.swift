import Git
import Platform
import Policy
import Runs
import Trees
import Values

/// Records of commits, made and kept: what `guard record`, `guard show`, `guard verify` and the hooks do.
final class RecordRun {
  /// What became of a commit's record.
  enum Result: Hashable {
    /// There was none, and now there is one.
    case recorded
    /// There was another one, which differed in these members; none where only its spelling did.
    case replaced([Text])
    /// It was there.
    case current
    /// A newer guard wrote it: it is left alone.
    case newer(schema: Int)
    /// It cannot be made in this clone, and why.
    case impossible(String)
  }

  let ledger: Ledger
  private let repository: Repository
  private let builder: RecordBuilder
  /// How many records are written in one commit of notes.
  private static let batch = 1000

  init(_ surroundings: Surroundings) throws(Failure) {
    repository = try surroundings.repository()
    ledger = Ledger(repository)
    builder = try surroundings.recordBuilder()
  }

  /// The record of a commit, made anew.
  func record(of commit: CommitID) throws(Failure) -> RunRecord {
    do { return try builder.record(of: commit) } catch { throw Failure(error) }
  }

  /// What is kept of a commit.
  func kept(of commit: CommitID) throws(Failure) -> KeptRecord {
    do { return try ledger.records.kept(of: commit) } catch { throw Failure(error) }
  }

  /// The links of a commit.
  func links(of commit: CommitID) throws(Failure) -> [Link] {
    do { return try ledger.links.of(commit) } catch { throw Failure(error) }
  }

  // MARK: - Judging

  /// What is kept of a commit, for policy.
  func kept(of commit: CommitID, parents: [CommitID]) throws(JudgementError) -> CommitRecord {
    do throws(RunsError) {
      let snapshot = try snapshot()
      var followsRecord = false
      for parent in parents where !followsRecord { followsRecord = try has(parent, snapshot) }
      return CommitRecord(
        state: try state(of: commit, snapshot), followsRecord: followsRecord,
        isLinked: try ledger.links.of(commit).contains(where: \.isRun))
    } catch {
      throw .source("\(error)")
    }
  }

  private func state(of commit: CommitID, _ snapshot: Ledger.Snapshot) throws(RunsError) -> CommitRecord.State
  {
    guard try snapshot.hasNote(commit) else { return .missing }
    let record: RunRecord
    do { record = try builder.record(of: commit) } catch {
      return try has(commit, snapshot) ? .unknown("\(error)") : .missing
    }
    switch try snapshot.state(beside: record) {
    case .missing: return .missing
    case .current:
      recorded[commit] = true
      return .current
    case .stale(let members): return .stale(members)
    case .newer(let schema): return .unknown("a newer guard wrote it (schema \(schema))")
    }
  }

  private var recorded: [CommitID: Bool] = [:]

  /// Whether there is a record of a commit: its parent's was often looked at just before.
  private func has(_ commit: CommitID, _ snapshot: Ledger.Snapshot) throws(RunsError) -> Bool {
    if let known = recorded[commit] { return known }
    let found = try snapshot.has(commit)
    recorded[commit] = found
    return found
  }

  private var known: Ledger.Snapshot?

  /// The records as they were when they were asked for first.
  private func snapshot() throws(RunsError) -> Ledger.Snapshot {
    if let known { return known }
    let snapshot = try ledger.records.snapshot()
    known = snapshot
    return snapshot
  }

  // MARK: - Writing

  /// Writes the records that are missing or say something else.
  /// - Parameters:
  ///   - isRehearsal: whether nothing is written.
  ///   - each: is told of each commit, in their order.
  func write(
    _ commits: [CommitID], isRehearsal: Bool = false, _ each: (CommitID, Result) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = commits[...]
    while !rest.isEmpty {
      let some = rest.prefix(Self.batch)
      rest = rest.dropFirst(some.count)
      for (commit, result) in try write(some, isRehearsal: isRehearsal) { try each(commit, result) }
    }
  }

  private func write(
    _ commits: ArraySlice<CommitID>, isRehearsal: Bool
  ) throws(Failure) -> [(CommitID, Result)] {
    do throws(RunsError) {
      let snapshot = try ledger.records.snapshot()
      var results: [(CommitID, Result)] = []
      var records: [RunRecord] = []
      for commit in commits {
        let (result, record) = try compared(commit, snapshot)
        results.append((commit, result))
        if let record { records.append(record) }
      }
      if !isRehearsal { try ledger.records.write(records) }
      return results
    } catch {
      throw Failure(error)
    }
  }

  /// What is to become of a commit's record, and the record when it is to be written.
  private func compared(
    _ commit: CommitID, _ snapshot: Ledger.Snapshot
  ) throws(RunsError) -> (Result, RunRecord?) {
    let record: RunRecord
    do { record = try builder.record(of: commit) } catch { return (.impossible("\(error)"), nil) }
    switch try snapshot.state(beside: record) {
    case .missing: return (.recorded, record)
    case .newer(let schema): return (.newer(schema: schema), nil)
    case .stale(let members): return (.replaced(members), record)
    case .current:
      // The same in other letters, or among other lines, becomes what every clone writes.
      let isExact = record.isCutOff ? true : try snapshot.isExact(record)
      return isExact ? (.current, nil) : (.replaced([]), record)
    }
  }
}

extension Failure {
  init(_ error: RunsError) {
    switch error {
    case .git(let error): self.init(error)
    case .disk(let error): self.init(error)
    case .interrupted: self.init("", status: .interrupted)
    case .noSigningKey, .noProgram, .notSigned: self.init("\(error)")
    }
  }
}
