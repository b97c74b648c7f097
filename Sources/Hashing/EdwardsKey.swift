import CCrypto

/// An Ed25519 key that signs (RFC 8032), read from a file.
public struct EdwardsKey: ~Copyable {
  private let key: OpaquePointer

  /// The key of a PEM file (PKCS#8, as `openssl genpkey -algorithm ed25519` writes it); `nil` when it holds none, or one
  /// that needs a passphrase: nobody is asked.
  public init?(pem: [UInt8]) {
    guard let found = PrivateKey.read(pem) else { return nil }
    guard EVP_PKEY_get_base_id(found) == EVP_PKEY_ED25519 else {
      EVP_PKEY_free(found)
      return nil
    }
    key = found
  }

  deinit { EVP_PKEY_free(key) }

  /// The key that its signatures are checked with; `nil` when libcrypto refuses.
  public var publicKey: EdwardsPublicKey? {
    var (bytes, count) = ([UInt8](repeating: 0, count: EdwardsPublicKey.length), EdwardsPublicKey.length)
    defer { ERR_clear_error() }
    guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 else { return nil }
    return EdwardsPublicKey(bytes: bytes)
  }

  /// The 64 bytes of a signature, the same each time; `nil` when libcrypto refuses.
  public func signature(of message: [UInt8]) -> [UInt8]? {
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer {
      EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1 else { return nil }
    var (bytes, count) = ([UInt8](repeating: 0, count: 64), 64)
    guard EVP_DigestSign(context, &bytes, &count, message, message.count) == 1 else { return nil }
    return Array(bytes.prefix(count))
  }
}

/// An Ed25519 key that checks signatures (RFC 8032).
public struct EdwardsPublicKey: Hashable, Sendable {
  /// How many bytes a key has.
  static let length = 32
  /// What stands before them in a SubjectPublicKeyInfo (RFC 8410, section 4).
  private static let header: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  private let bytes: [UInt8]

  /// - Parameter bytes: 32 of them, else `nil`.
  init?(bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }

  /// The key of a SubjectPublicKeyInfo in DER; `nil` for anything else.
  public init?(information: [UInt8]) {
    guard information.starts(with: Self.header) else { return nil }
    self.init(bytes: Array(information.dropFirst(Self.header.count)))
  }

  /// The SubjectPublicKeyInfo in DER: what stands in base 64 between the lines of a PEM file.
  public var information: [UInt8] { Self.header + bytes }

  /// Whether it is by the key that belongs to this one that the message was signed.
  public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else {
      return false
    }
    defer {
      EVP_PKEY_free(key)
      ERR_clear_error()
    }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}
