import Hashing
import Values

/// A record as it is signed: by DSSE (Dead Simple Signing Envelope, version 1.0), which binds the type of what is signed
/// to its bytes.
public struct SignedRecord: Hashable, Sendable {
  /// What the signed bytes are: an in-toto statement.
  public static let payloadType: Text = "application/vnd.in-toto+json"

  /// The bytes of the record: its line, with the line feed at its end.
  public let payload: [UInt8]

  /// A record, signed or to be signed.
  public init(_ record: RunRecord) { payload = record.line }

  /// The SHA-256 of the record, as 64 hexadecimal digits.
  public var digest: Text { Text(Hexadecimal.encode(SHA256.hash(of: payload))) }

  /// The bytes that a key signs: the pre-authentication encoding of type and record.
  public var message: [UInt8] {
    let type = Self.payloadType.utf8
    return Array("DSSEv1 \(type.count) ".utf8) + type + Array(" \(payload.count) ".utf8) + payload
  }

  /// A whole envelope of DSSE, as other programs take it.
  public func envelope(_ signatures: [Link.Signature.Entry]) -> JSON {
    .object([
      ("payload", .string(Base64.encode(payload))), ("payloadType", .text(Self.payloadType)),
      ("signatures", .array(signatures.map(\.json))),
    ])
  }
}
