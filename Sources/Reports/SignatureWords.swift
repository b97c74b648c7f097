import Runs
import Values

/// How a person reads what a signature is worth.
public enum SignatureWords {
  /// One line, as it stands behind the name of a commit.
  public static func sentence(_ signature: CheckedSignature) -> String {
    let key = key(of: signature)
    return switch signature.verdict {
    case .valid(let signer): "signed by \(RecordWords.shown(signer)) (\(key))"
    case .unknown: "signed by a key that is not known (\(key))"
    case .outdated: "signed before the record changed (\(key))"
    case .refused(let why): "signed by a key that may not sign (\(key)): \(RecordWords.shown(why))"
    case .bad(let why): "bad signature (\(key)): \(RecordWords.shown(why))"
    case .notJudged(let why): "not judged: the signature (\(key)): \(RecordWords.shown(why))"
    }
  }

  /// The kind of the key and its name.
  private static func key(of signature: CheckedSignature) -> String {
    let name = signature.keyID.isEmpty ? "no key" : RecordWords.shown(signature.keyID)
    return signature.kind.map { "\($0.rawValue) \(name)" } ?? name
  }

  /// The signature in a document.
  public static func document(_ signature: CheckedSignature) -> JSON {
    let (verdict, signer, why): (String, Text?, String?) =
      switch signature.verdict {
      case .valid(let signer): ("valid", signer, nil)
      case .unknown(let advice): ("unknown-key", nil, advice)
      case .outdated: ("outdated", nil, nil)
      case .refused(let why): ("refused", nil, why)
      case .bad(let why): ("bad", nil, why)
      case .notJudged(let why): ("not-judged", nil, why)
      }
    return .object([
      ("verdict", .string(verdict)), ("signer", .optional(signer)), ("keyid", .text(signature.keyID)),
      ("kind", .optional(signature.kind?.rawValue)), ("why", .optional(why)),
    ])
  }
}
