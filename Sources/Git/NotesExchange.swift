import Platform

/// Exchanges guard's notes with another repository: what only one side has, both have afterwards.
///
/// No refs of the other side are kept, and no refspec is put into the configuration: the ones that are recommended
/// for notes (`+refs/notes/*:refs/notes/*`) destroy notes that were not pushed yet.
public struct NotesExchange {
  /// What came of it.
  public struct Outcome: Hashable, Sendable {
    /// The refs that had something new to send.
    public var sent: [NotesReference] = []
    /// The refs that something new came for.
    public var received: [NotesReference] = []
  }

  private let repository: Repository
  private let git: NetworkGit
  private let joining: (NotesReference) -> ([UInt8], [UInt8]) -> [UInt8]

  /// - Parameters:
  ///   - remote: the name of a remote of Git's, or a URL.
  ///   - seconds: how long all of it may take.
  ///   - joining: makes one note of two.
  public init(
    _ repository: Repository, with remote: [UInt8], seconds: Int,
    joining: @escaping (NotesReference) -> ([UInt8], [UInt8]) -> [UInt8]
  ) throws(GitError) {
    self.repository = repository
    self.joining = joining
    git = try NetworkGit(repository, remote, purpose: "exchanging run records", seconds: seconds)
  }

  /// Sends what is new here and takes what is new there.
  /// - Parameter takesAll: whether to ask for what is new there even when nothing stands in the way of sending.
  /// - Throws: `command` in Git's own words; `timedOut` when the time is over.
  public func run(
    _ references: [NotesReference] = [.runs, .links], takesAll: Bool
  ) throws(GitError) -> Outcome {
    var outcome = Outcome()
    var mustTake = takesAll
    var why = "others were faster \(Self.attempts) times: try again"
    for attempt in 1...Self.attempts {
      if mustTake { outcome.received += try take(references).filter { !outcome.received.contains($0) } }
      switch try send(references) {
      case .taken(let new):
        outcome.sent += new.filter { !outcome.sent.contains($0) }
        return outcome
      case .behind: break
      case .held(let words):
        why = words
        // Who comes again at once meets the same one again.
        SystemClock.pause(microseconds: UInt32.random(in: 50_000...100_000) * UInt32(attempt))
      }
      mustTake = true
    }
    throw .command("push", why: why)
  }

  private static let attempts = 5

  /// Takes what is new there, and sends nothing.
  /// - Returns: the refs that something new came for.
  public func receive(
    _ references: [NotesReference] = [.runs, .links]
  ) throws(GitError) -> [NotesReference] { try take(references) }

  // MARK: - Taking

  /// Joins what the other side has with what is here.
  /// - Returns: the refs that had something new.
  private func take(_ references: [NotesReference]) throws(GitError) -> [NotesReference] {
    let tips = try git.tips(of: references)
    var missing: [NotesReference] = []
    for (reference, tip) in tips where try repository.commit(under: tip.object) == nil {
      missing.append(reference)
    }
    // Of a partial clone too: the records are what it is about.
    if !missing.isEmpty { try git.fetch(missing.map(\.name), ["--no-filter"]) }
    var changed: [NotesReference] = []
    for (reference, tip) in tips {
      let outcome = try repository.mergeNotes(of: tip, into: reference, joining: joining(reference))
      if outcome != .unchanged { changed.append(reference) }
    }
    return changed
  }

  // MARK: - Sending

  /// Pushes the refs that are here.
  private func send(_ references: [NotesReference]) throws(GitError) -> NetworkGit.Pushed {
    var here: [NotesReference] = []
    for reference in references where try repository.notes(in: reference).tip != nil {
      here.append(reference)
    }
    return here.isEmpty ? .taken([]) : try git.push(here)
  }
}
