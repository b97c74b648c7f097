import CCrypto

/// An RSA key that signs, read from a file.
public struct PrivateKey: ~Copyable {
  private let key: OpaquePointer

  /// The key of a PEM file; `nil` when it holds none, or one that needs a passphrase: nobody is asked.
  public init?(pem: [UInt8]) {
    guard let found = Self.read(pem) else { return nil }
    guard EVP_PKEY_get_base_id(found) == EVP_PKEY_RSA else {
      EVP_PKEY_free(found)
      return nil
    }
    key = found
  }

  /// The key of a PEM file, of any kind; `nil` when it holds none, or one that needs a passphrase.
  static func read(_ pem: [UInt8]) -> OpaquePointer? {
    guard let count = Int32(exactly: pem.count) else { return nil }
    // What libcrypto queues of errors is told here, by `nil`.
    defer { ERR_clear_error() }
    return pem.withUnsafeBytes { bytes in
      guard let source = BIO_new_mem_buf(bytes.baseAddress, count) else { return nil }
      defer { BIO_free(source) }
      return PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil)
    }
  }

  deinit { EVP_PKEY_free(key) }

  /// The signature of bytes by RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017; `RS256` of RFC 7518); `nil` when
  /// libcrypto refuses the key.
  public func signature(of message: [UInt8]) -> [UInt8]? {
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer {
      EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1 else { return nil }
    var count = 0
    guard EVP_DigestSign(context, nil, &count, message, message.count) == 1 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    guard EVP_DigestSign(context, &bytes, &count, message, message.count) == 1 else { return nil }
    return Array(bytes.prefix(count))
  }
}
