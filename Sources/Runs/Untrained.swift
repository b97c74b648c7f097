import Git
import Values

/// The commits whose run is at a server and the run of whose training is not known: it may have ended after they were
/// made, have come from another machine, or stand in links that were fetched since.
public struct Untrained {
  private let repository: Repository
  private let ledger: Ledger
  private let server: Text

  /// Those of a repository.
  /// - Parameter server: what the links call the server.
  public init(_ repository: Repository, server: Text) {
    self.repository = repository
    ledger = Ledger(repository)
    self.server = server
  }

  /// Those among the newest commits before HEAD, parents before children.
  /// - Parameter most: how many of them may have brought results: each of these is a few questions to the server.
  public func commits(most: Int) throws(RunsError) -> [CommitID] {
    let records = try ledger.records.snapshot()
    var chosen: [CommitID] = []
    var followers: [(commit: CommitID, origin: CommitID)] = []
    for commit in try newest() where try isWanting(commit) {
      guard case .record(let record) = try records.kept(of: commit), let origin = record.introducedBy
      else { continue }
      if origin != commit {
        followers.append((commit, origin))
      } else if chosen.count < most {
        chosen.append(commit)
      }
    }
    // What follows has the run of the commit that it follows, or none.
    var following: [CommitID] = []
    for (commit, origin) in followers {
      let isKnown = try trainings(of: origin)
      if isKnown || chosen.contains(origin) { following.append(commit) }
    }
    return chosen.reversed() + following.reversed()
  }

  /// How many commits are looked at.
  private static let reach = 100

  private func newest() throws(RunsError) -> [CommitID] {
    try asking { () throws(GitError) in
      var found: [CommitID] = []
      var seen: Set<CommitID> = []
      var open: [Commit] = []
      func enter(_ id: CommitID) throws(GitError) {
        guard seen.insert(id).inserted, try repository.commit(under: id.object) != nil else { return }
        open.append(try repository.commit(id))
      }
      if let head = try repository.head() { try enter(head) }
      while found.count < Self.reach,
        let next = open.indices.max(by: { open[$0].committer.time < open[$1].committer.time })
      {
        let commit = open.remove(at: next)
        found.append(commit.id)
        for parent in commit.parents { try enter(parent) }
      }
      return found
    }
  }

  private func isWanting(_ commit: CommitID) throws(RunsError) -> Bool {
    let links = try ledger.links.of(commit).filter { $0.server == server }
    return links.contains(where: \.isRun) && !links.contains { $0.isOfTraining || $0.isWithdrawal }
  }

  private func trainings(of commit: CommitID) throws(RunsError) -> Bool {
    try ledger.links.of(commit).contains { $0.server == server && $0.isOfTraining }
  }
}

extension Link {
  fileprivate var isWithdrawal: Bool { if case .withdrawn = self { true } else { false } }
}
