import Git
import Hashing
import Platform
import Values

/// A signature of a commit's record, and what it is worth.
public struct CheckedSignature: Hashable, Sendable {
  /// What a signature is worth.
  public enum Verdict: Hashable, Sendable {
    /// Somebody who is known signed what is kept.
    case valid(signer: Text)
    /// Its key signed what is kept, and nobody says whose it is; what to do about it.
    case unknown(String)
    /// It is of a record that was kept before, or in another clone.
    case outdated
    /// Its key is known, and may not sign: it is revoked, or not for this.
    case refused(String)
    /// It is no signature of what is kept, and why.
    case bad(String)
    /// It cannot be checked here, and why.
    case notJudged(String)
  }

  /// The kinds of keys.
  public enum Kind: String, Hashable, Sendable {
    case ssh, ed25519
  }

  /// What names the key.
  public let keyID: Text
  /// What kind of key made it; `nil` where that cannot be said.
  public let kind: Kind?
  /// What it is worth.
  public let verdict: Verdict
}

/// Says what the signatures of records are worth.
public struct SignatureCheck {
  /// An Ed25519 key whose owner is known.
  public struct KnownKey: Sendable {
    /// Whose it is.
    public let name: Text
    /// The key.
    public let key: EdwardsPublicKey
    /// Why it does not count all the same; `nil` when it does.
    public let objection: String?

    /// A key of somebody.
    public init(name: Text, key: EdwardsPublicKey, objection: String? = nil) {
      self.name = name
      self.key = key
      self.objection = objection
    }
  }

  private let repository: Repository
  private let environment: ProcessEnvironment
  private let keys: [KnownKey]

  /// - Parameter keys: the Ed25519 keys that are known; SSH keys are known as Git knows them.
  public init(_ repository: Repository, _ environment: ProcessEnvironment, keys: [KnownKey]) {
    self.repository = repository
    self.environment = environment
    self.keys = keys
  }

  /// What the signatures among a commit's links are worth.
  /// - Parameters:
  ///   - record: the record that is kept; `nil` when none is.
  ///   - seconds: the time of the commit, since 1970.
  public func checked(_ links: [Link], of record: RunRecord?, at seconds: Int64) -> [CheckedSignature] {
    let signed = record.map(SignedRecord.init)
    var checked: [CheckedSignature] = []
    for case .signature(let line) in links {
      for entry in line.signatures {
        let isMany = checked.count >= Self.most
        checked.append(
          isMany
            ? CheckedSignature(keyID: entry.keyID, kind: nil, verdict: .notJudged("it is one of too many"))
            : self.checked(entry, of: line, signed, at: seconds))
      }
    }
    return checked
  }

  /// How many are looked at: each may take a few processes, and anybody who may push notes can add some.
  private static let most = 100

  private func checked(
    _ entry: Link.Signature.Entry, of line: Link.Signature, _ record: SignedRecord?, at seconds: Int64
  ) -> CheckedSignature {
    func result(_ kind: CheckedSignature.Kind?, _ verdict: CheckedSignature.Verdict) -> CheckedSignature {
      CheckedSignature(keyID: entry.keyID, kind: kind, verdict: verdict)
    }
    guard let bytes = entry.bytes else {
      return result(nil, .bad("its letters are not those of a signature"))
    }
    let isSSH = SSHSignature.isOne(bytes)
    let kind: CheckedSignature.Kind? = isSSH ? .ssh : bytes.count == 64 ? .ed25519 : nil
    guard let kind else { return result(nil, .bad("it is of no kind that guard knows")) }
    guard line.payloadType == SignedRecord.payloadType else {
      return result(kind, .bad("it says that it is of something else than a record"))
    }
    guard let record, line.digest == record.digest else { return result(kind, .outdated) }
    guard isSSH else { return result(kind, verdict(on: bytes, entry.keyID, record)) }
    guard let signature = SSHSignature(bytes) else { return result(kind, .bad("it is cut off")) }
    guard signature.fingerprint == entry.keyID else {
      return result(kind, .bad("the key that is in it is another one: \(signature.fingerprint)"))
    }
    guard signature.namespace == SSHSignature.namespace else {
      return result(kind, .bad("it was made for '\(signature.namespace)'"))
    }
    do throws(RunsError) {
      let verifier = SSHVerifier(try SSHProgram(repository, environment), SSHTrust(repository), environment)
      return result(kind, try verifier.verdict(on: signature, of: record, at: seconds))
    } catch {
      return result(kind, .notJudged("\(error)"))
    }
  }

  /// The name of a key only says where to look: what counts is which key it was made with.
  private func verdict(
    on signature: [UInt8], _ keyID: Text, _ record: SignedRecord
  ) -> CheckedSignature.Verdict {
    let makers = keys.filter { $0.key.verifies(signature, of: record.message) }
    guard let maker = makers.first(where: { $0.objection == nil }) ?? makers.first else {
      let isKnown = keys.contains { $0.key.keyID == keyID }
      return isKnown ? .bad("it is not of this record") : .unknown(Self.advice)
    }
    guard maker.key.keyID == keyID else { return .bad("it was made with another key: \(maker.key.keyID)") }
    return maker.objection.map { .unknown($0) } ?? .valid(signer: maker.name)
  }

  private static let advice =
    "--key FILE, or records.keys in guard.local.yml, names the keys of those who may sign"
}
