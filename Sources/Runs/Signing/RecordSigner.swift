import Hashing
import Platform
import Values

/// A key that signs records.
public protocol RecordSigner {
  /// What names the key.
  var keyID: Text { get }

  /// Signs records.
  /// - Returns: a signature of each, in their order.
  func signatures(of records: [SignedRecord]) throws(RunsError) -> [Link.Signature.Entry]

  /// Whether a signature is one of a record by this key.
  func isSignature(_ entry: Link.Signature.Entry, of record: SignedRecord) throws(RunsError) -> Bool
}

/// An Ed25519 key in a file of its own.
public final class EdwardsSigner: RecordSigner {
  /// `sha256:` and the SHA-256 of the SubjectPublicKeyInfo in DER.
  public let keyID: Text
  private let key: EdwardsKey
  private let publicKey: EdwardsPublicKey

  /// - Parameter file: a PEM file of PKCS#8.
  /// - Throws: `noSigningKey` when it holds no Ed25519 key that can be used without a passphrase.
  public init(file: [UInt8]) throws(RunsError) {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try FileSystem.read(file, limit: 1 << 16) } catch {
      throw .disk(error)
    }
    guard let key = EdwardsKey(pem: bytes), let publicKey = key.publicKey else {
      let name = String(decoding: file, as: UTF8.self)
      let isSSH = PEM.content(of: bytes, "OPENSSH PRIVATE KEY") != nil
      throw .noSigningKey(
        "\(name) is no Ed25519 key in PEM without a passphrase"
          + (isSSH
            ? ": it is an SSH key, which git config gpg.format ssh and user.signingKey name"
            : ", as openssl genpkey -algorithm ed25519 writes it"))
    }
    self.key = key
    self.publicKey = publicKey
    keyID = publicKey.keyID
  }

  /// Signs records, each by itself, the same each time.
  public func signatures(of records: [SignedRecord]) throws(RunsError) -> [Link.Signature.Entry] {
    var entries: [Link.Signature.Entry] = []
    for record in records {
      guard let signature = key.signature(of: record.message) else {
        throw .notSigned(key: keyID.string, why: "libcrypto refuses the key")
      }
      entries.append(Link.Signature.Entry(keyID: keyID, signature: Text(Base64.encode(signature))))
    }
    return entries
  }

  /// Whether a signature is one of a record by this key.
  public func isSignature(_ entry: Link.Signature.Entry, of record: SignedRecord) -> Bool {
    entry.keyID == keyID && entry.bytes.map { publicKey.verifies($0, of: record.message) } ?? false
  }
}

extension EdwardsPublicKey {
  /// What names the key: the SHA-256 of its SubjectPublicKeyInfo in DER.
  public var keyID: Text { Text("sha256:" + Hexadecimal.encode(SHA256.hash(of: information))) }

  /// The key of a PEM file, as `openssl pkey -pubout` writes it; `nil` for anything else.
  public init?(pem file: [UInt8]) {
    guard let text = PEM.content(of: file, "PUBLIC KEY"), let bytes = Base64.decode(text) else { return nil }
    self.init(information: bytes)
  }
}

extension Link.Signature.Entry {
  /// The bytes of the signature; `nil` when its letters are not those that stand for bytes.
  var bytes: [UInt8]? {
    // One signature has one spelling: others would be lines of their own.
    Base64.decode(signature.string).flatMap {
      Base64.encode($0).utf8.elementsEqual(signature.utf8) ? $0 : nil
    }
  }
}

extension SSHSignature {
  init?(_ entry: Link.Signature.Entry) {
    guard let bytes = entry.bytes else { return nil }
    self.init(bytes)
  }
}
