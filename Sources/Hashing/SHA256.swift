import CCrypto

/// A SHA-256 in the making: bytes in, 32 bytes out. It cannot fail.
public struct SHA256: ~Copyable {
  private var context = SHA256_CTX()

  /// A hash of no bytes yet.
  public init() { SHA256_Init(&context) }

  /// Takes the next bytes. However they are cut, the hash is the same.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if !bytes.isEmpty { SHA256_Update(&context, bytes.baseAddress, bytes.count) }
  }

  /// Takes the next bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The 32 bytes of the hash.
  public consuming func finish() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    SHA256_Final(&bytes, &context)
    return bytes
  }

  /// The hash of bytes in memory.
  public static func hash(of bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The keyed hash of bytes (HMAC, RFC 2104).
  public static func authentication(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    var block = key.count > 64 ? hash(of: key) : key
    block += repeatElement(0, count: 64 - block.count)
    var inner = SHA256()
    inner.update(block.map { $0 ^ 0x36 })
    inner.update(message)
    return hash(of: block.map { $0 ^ 0x5C } + inner.finish())
  }
}
