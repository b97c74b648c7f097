import Git
import Values

extension Ledger {
  /// What became of signing a commit's record.
  public enum Signing: Hashable, Sendable {
    /// It is signed now.
    case signed
    /// The key had signed the record that is kept.
    case known
    /// No record is kept that this guard can read.
    case impossible
  }

  /// Signs the records of commits that are kept, and keeps the signatures in one commit of notes. What the key has signed
  /// already stays as it is, and is not signed again.
  public func sign(
    _ commits: [CommitID], with signer: some RecordSigner
  ) throws(RunsError) -> [(commit: CommitID, result: Signing)] {
    let kept = try records.snapshot()
    var results: [(commit: CommitID, result: Signing)] = []
    var pending: [(commit: CommitID, record: SignedRecord)] = []
    for commit in commits {
      guard let found = try kept.kept(of: commit).record else {
        results.append((commit, .impossible))
        continue
      }
      let record = SignedRecord(found)
      let isKnown = try isSigned(record, of: commit, by: signer)
      results.append((commit, isKnown ? .known : .signed))
      if !isKnown { pending.append((commit, record)) }
    }
    let entries = try signer.signatures(of: pending.map(\.record))
    let new = zip(pending, entries).map { pending, entry in
      (pending.commit, [Link.signature(Link.Signature(digest: pending.record.digest, [entry]))])
    }
    try links.append(Dictionary(new) { $0 + $1 })
    return results
  }

  private func isSigned(
    _ record: SignedRecord, of commit: CommitID, by signer: some RecordSigner
  ) throws(RunsError) -> Bool {
    for case .signature(let line) in try links.of(commit) where line.digest == record.digest {
      for entry in line.signatures where entry.keyID == signer.keyID {
        if try signer.isSignature(entry, of: record) { return true }
      }
    }
    return false
  }
}
