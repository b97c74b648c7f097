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
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
      for index in 0..<16 {
        let shift = 60 - 4 * UInt64(index)
        digits.initializeElement(at: index, to: Self.digit(high >> shift))
        digits.initializeElement(at: index + 16, to: Self.digit(low >> shift))
      }
      bytes.append(contentsOf: digits)
    }
  }

  /// The hash that 32 lower-case hexadecimal digits spell; `nil` for anything else.
  public init?(hexadecimal digits: ArraySlice<UInt8>) {
    guard digits.count == 32 else { return nil }
    let words = digits.withUnsafeBufferPointer { digits -> (high: UInt64, low: UInt64)? in
      var (high, low): (UInt64, UInt64) = (0, 0)
      for index in 0..<16 {
        guard let first = Self.value(digits[index]), let second = Self.value(digits[index + 16]) else {
          return nil
        }
        high = high << 4 | first
        low = low << 4 | second
      }
      return (high, low)
    }
    guard let words else { return nil }
    self.init(high: words.high, low: words.low)
  }

  /// The hash that 32 lower-case hexadecimal digits spell; `nil` for anything else.
  public init?(hexadecimal digits: [UInt8]) { self.init(hexadecimal: digits[...]) }

  private static func digit(_ word: UInt64) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: word & 15)
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(_ digit: UInt8) -> UInt64? {
    let (decimal, letter) = (digit &- UInt8(ascii: "0"), digit &- UInt8(ascii: "a"))
    return decimal < 10 ? UInt64(decimal) : letter < 6 ? UInt64(letter + 10) : nil
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
