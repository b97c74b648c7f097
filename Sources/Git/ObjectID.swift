/// The name of a Git object: the SHA-1 or SHA-256 of what it holds.
public struct ObjectID: Hashable, Sendable {
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64
  private let length: UInt8

  /// A name of 20 or 32 bytes; `nil` for any other count.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 20 || bytes.count == 32 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    length = UInt8(bytes.count)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    (first, second, third, fourth) = words
  }

  /// A name of 40 or 64 hexadecimal digits.
  public init?(hexadecimal digits: some Collection<UInt8>) {
    guard digits.count == 40 || digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    var high: UInt8?
    for digit in digits {
      guard let value = Self.value(of: digit) else { return nil }
      if let upper = high {
        bytes.append(upper << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    self.init(bytes: bytes)
  }

  /// The bytes: 20 of a SHA-1, 32 of a SHA-256.
  public var bytes: [UInt8] {
    withUnsafeBytes(of: (first, second, third, fourth)) { Array($0.prefix(Int(length))) }
  }

  /// Lower-case hexadecimal digits, as ASCII.
  public var hexadecimal: [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension ObjectID: CustomStringConvertible {
  /// Lower-case hexadecimal digits.
  public var description: String { String(decoding: hexadecimal, as: UTF8.self) }
}

/// The name of a commit.
public struct CommitID: Hashable, Sendable, CustomStringConvertible {
  /// The commit object's name.
  public let object: ObjectID

  /// The commit of an object name that is known to be a commit's.
  public init(_ object: ObjectID) { self.object = object }

  /// Lower-case hexadecimal digits.
  public var description: String { object.description }
}
