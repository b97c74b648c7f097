import Git
import Policy
import Reports
import Runs
import Values

/// Puts together what `guard log` tells of commits.
final class RecordLog {
  private let repository: Repository
  private let builder: RecordBuilder
  private let ledger: Ledger
  private let judge: (check: CheckRun, subjects: Subjects)?
  private var known: [CommitID: RunRecord] = [:]

  /// - Parameter judges: whether to say what the policy says of each commit.
  init(_ surroundings: Surroundings, judges: Bool) throws(Failure) {
    repository = try surroundings.repository()
    builder = try surroundings.recordBuilder()
    ledger = Ledger(repository)
    judge = judges ? (CheckRun(surroundings), try Subjects(surroundings)) : nil
  }

  /// What is told of commits, in their order.
  func entries(of commits: [CommitID]) throws(Failure) -> [LogEntry] {
    do {
      let kept = try ledger.records.snapshot()
      let links = try ledger.links.all()
      // The oldest first: what a commit has is looked up among those before it.
      return try commits.reversed().map { id in
        let commit = try repository.commit(id)
        let parent = try commit.parents.first.map { try record(of: $0, kept) }
        return LogEntry(
          try record(of: id, kept), parent: parent, subject: Text(utf8: commit.subject),
          time: commit.committer.time,
          verdict: try verdict(of: id), links: links[id] ?? [])
      }.reversed()
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure("\(error)")
    }
  }

  /// The record as it is kept, which costs nothing; else one that is made now.
  private func record(of id: CommitID, _ kept: Ledger.Snapshot) throws(RunsError) -> RunRecord {
    if let record = known[id] { return record }
    let record: RunRecord
    if case .record(let found) = try kept.kept(of: id) {
      record = found
    } else {
      record = try builder.record(of: id)
    }
    known[id] = record
    return record
  }

  private func verdict(of id: CommitID) throws(Failure) -> LogEntry.Verdict {
    guard let judge else { return .unknown }
    let verdict = try judge.check.verdict(judge.subjects.commit(id))
    return verdict.findings.contains { $0.severity == .error } ? .violated : .pass
  }
}
