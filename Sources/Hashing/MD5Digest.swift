/// An MD5 hash.
public struct MD5Digest: Hashable, Sendable {
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
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      for index in 0..<16 {
        let shift = 60 - 4 * UInt64(index)
        buffer.initializeElement(at: index, to: Self.digit(high >> shift))
        buffer.initializeElement(at: index + 16, to: Self.digit(low >> shift))
      }
      count = 32
    }
  }

  /// The hash that 32 lower-case hexadecimal digits spell; `nil` for anything else.
  public init?(hexadecimal digits: some Collection<UInt8>) {
    guard digits.count == 32 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for digit in digits {
      guard let value = Self.value(digit) else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | value
    }
    self.init(high: high, low: low)
  }

  private static func digit(_ word: UInt64) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: word & 15)
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(_ digit: UInt8) -> UInt64? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}

extension MD5Digest: CustomStringConvertible {
  /// 32 lower-case hexadecimal digits.
  public var description: String { String(decoding: hexadecimal, as: UTF8.self) }
}

/// How DVC turns a file into an MD5.
public enum HashAlgorithm: UInt8, Hashable, Sendable {
  /// DVC 3: the MD5 of the bytes (`hash: md5`).
  case md5 = 0
  /// DVC 2 and older: text files without carriage returns before line feeds (no `hash:` key).
  case md5DOS2Unix = 1
}
