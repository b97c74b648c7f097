import Git
import Policy
import Runs
import Values

/// Run records where a CI system judges: a fresh clone has none until they are fetched.
struct CIRecords {
  private let surroundings: Surroundings
  private let fetches: Bool

  /// - Parameter fetches: whether Git's remote may be asked.
  init(_ surroundings: Surroundings, fetches: Bool) {
    self.surroundings = surroundings
    self.fetches = fetches
  }

  /// Takes the records that Git's remote has.
  /// - Returns: what cannot be judged when they do not come.
  func bring() throws(Failure) -> [Unjudged] {
    let what = "the run records"
    guard fetches else { return [Unjudged(what: what, why: "they were not fetched")] }
    let repository = try surroundings.repository()
    do {
      guard let remote = try repository.pushRemote else { return [] }
      try Ledger(repository).receive(from: remote, seconds: Self.patience)
      return []
    } catch {
      return [Unjudged(what: what, why: "they cannot be fetched: \(Self.firstLine(of: "\(error)"))")]
    }
  }

  /// Writes what is missing or says something else, and sends it.
  /// - Returns: what became of it, in lines, and what is lost with this clone because it could not be sent.
  func backfill(_ commits: [CommitID]) throws(Failure) -> (told: [String], notKept: [Unjudged]) {
    var written = 0
    var told: [String] = []
    try RecordRun(surroundings).write(commits) { commit, result in
      switch result {
      case .recorded, .replaced: written += 1
      case .impossible(let why): told.append("no record of \(commit.short): \(why)")
      case .newer, .current: break
      }
    }
    guard written > 0 else { return (told, []) }
    let sync = SyncRun(surroundings)
    guard let remote = try sync.remote(named: nil) else {
      return (told + ["\(written) records written"], [])
    }
    let sent = sync.exchange(with: remote, seconds: Self.patience, takesAll: true)
    guard !sent.hasFailed else {
      return (told, [Unjudged(what: "\(written) records that were written", why: sent.line, isFatal: true)])
    }
    return (told + ["\(written) records written; \(sent.line)"], [])
  }

  /// What comes first: Git says the most there.
  private static func firstLine(of words: String) -> String { String(words.prefix { $0 != "\n" }) }

  private static let patience = 120
}
