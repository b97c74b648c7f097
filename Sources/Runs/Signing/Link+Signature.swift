import Values

extension Link {
  /// A signature of a record: an envelope of DSSE, with the hash of the record in place of the record, which is the note
  /// beside it.
  public struct Signature: Hashable, Sendable {
    /// One signature.
    public struct Entry: Hashable, Sendable {
      /// What names the key: `SHA256:…` as `ssh-keygen -l` prints it, or `sha256:` and the digits of an Ed25519 key's
      /// SubjectPublicKeyInfo. Nobody vouches for it: it says where to look.
      public let keyID: Text
      /// The signature in base 64.
      public let signature: Text

      /// A signature by a key.
      public init(keyID: Text, signature: Text) {
        self.keyID = keyID
        self.signature = signature
      }

      var json: JSON { .object([("keyid", .text(keyID)), ("sig", .text(signature))]) }
    }

    /// What the signed bytes are: `application/vnd.in-toto+json`.
    public let payloadType: Text
    /// The SHA-256 of the record that was signed, as 64 hexadecimal digits.
    public let digest: Text
    /// The signatures.
    public let signatures: [Entry]

    /// Signatures of a record, by its ``digest``.
    init(digest: Text, _ signatures: [Entry]) {
      payloadType = SignedRecord.payloadType
      self.digest = digest
      self.signatures = signatures
    }

    /// Whatever is wrong with the line is for who checks it to say: it is there, and claims to be a signature.
    init(_ document: JSON) {
      payloadType = document["payloadType"]?.text ?? ""
      digest = document["digest"]?["sha256"]?.text ?? ""
      let entries = (document["signatures"]?.array ?? []).map { entry in
        Entry(keyID: entry["keyid"]?.text ?? "", signature: entry["sig"]?.text ?? "")
      }
      signatures = entries.isEmpty ? [Entry(keyID: "", signature: "")] : entries
    }

    var json: JSON {
      .object([
        ("t", .string("signature")), ("digest", .object([("sha256", .text(digest))])),
        ("payloadType", .text(payloadType)), ("signatures", .array(signatures.map(\.json))),
      ])
    }
  }
}
