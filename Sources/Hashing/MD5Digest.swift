/// An MD5 hash.
public struct MD5Digest: Hashable, Sendable, BitwiseCopyable {
  /// The first 8 of the 16 bytes, most significant first.
  public let high: UInt64
  /// The last 8 of the 16 bytes, most significant first.
  public let low: UInt64

  /// A hash of two words.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A hash of 16 bytes; `nil` when there are not 16.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    self.init(digest: Array(bytes))
  }

  /// A hash of 16 bytes that a hash function gave.
  init(digest bytes: [UInt8]) {
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The 16 bytes.
  public var bytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
  }

  /// 32 lower-case hexadecimal digits, as ASCII.
  public var hexadecimal: [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    appendHexadecimal(to: &digits)
    return digits
  }

  /// Appends 32 lower-case hexadecimal digits, as ASCII.
  public func appendHexadecimal(to bytes: inout [UInt8]) {
    let words = (
      HexadecimalWord(UInt32(high >> 32)), HexadecimalWord(UInt32(truncatingIfNeeded: high)),
      HexadecimalWord(UInt32(low >> 32)), HexadecimalWord(UInt32(truncatingIfNeeded: low))
    )
    withUnsafeBytes(of: words) { bytes += $0 }
  }

  /// The hash that 32 lower-case hexadecimal digits spell; `nil` for anything else.
  public init?(hexadecimal digits: ArraySlice<UInt8>) {
    guard digits.count == 32 else { return nil }
    let words = digits.withUnsafeBytes { digits in
      func word(_ index: Int) -> UInt32? {
        digits.loadUnaligned(fromByteOffset: 8 * index, as: HexadecimalWord.self).value
      }
      return (word(0), word(1), word(2), word(3))
    }
    guard case (let first?, let second?, let third?, let fourth?) = words else { return nil }
    self.init(high: UInt64(first) << 32 | UInt64(second), low: UInt64(third) << 32 | UInt64(fourth))
  }

  /// The hash that 32 lower-case hexadecimal digits spell; `nil` for anything else.
  public init?(hexadecimal digits: [UInt8]) { self.init(hexadecimal: digits[...]) }
}

extension MD5Digest: CustomStringConvertible {
  /// 32 lower-case hexadecimal digits.
  public var description: String { String(decoding: hexadecimal, as: UTF8.self) }
}

/// Eight hexadecimal digits as they stand in memory, read and written all at once: a directory's list has
/// hundreds of thousands.
private struct HexadecimalWord: BitwiseCopyable {
  /// The first digit in the lowest byte.
  private let digits: UInt64

  /// The digits of a number, in lower case.
  init(_ value: UInt32) {
    var halves = UInt64(value)
    halves = (halves | halves << 16) & 0x0000_FFFF_0000_FFFF
    halves = (halves | halves << 8) & 0x00FF_00FF_00FF_00FF
    halves = (halves | halves << 4) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = ((halves + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    // A letter is 39 further from its value than a decimal digit is.
    digits = (halves + 0x3030_3030_3030_3030 + letters * 39).byteSwapped.littleEndian
  }

  /// The number; `nil` when one of the eight is no lower-case digit.
  var value: UInt32? {
    let ordered = UInt64(littleEndian: digits).byteSwapped
    let letters = (ordered >> 6) & 0x0101_0101_0101_0101
    var halves = (ordered & 0x0F0F_0F0F_0F0F_0F0F) + letters * 9
    halves = (halves | halves >> 4) & 0x00FF_00FF_00FF_00FF
    halves = (halves | halves >> 8) & 0x0000_FFFF_0000_FFFF
    halves = (halves | halves >> 16) & 0xFFFF_FFFF
    let value = UInt32(halves)
    return HexadecimalWord(value).digits == digits ? value : nil
  }
}

/// How DVC turns a file into an MD5.
public enum HashAlgorithm: UInt8, Hashable, Sendable {
  /// DVC 3: the MD5 of the bytes (`hash: md5`).
  case md5 = 0
  /// DVC 2 and older: text files without carriage returns before line feeds (no `hash:` key).
  case md5DOS2Unix = 1
}
