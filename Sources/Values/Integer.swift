/// A Python `int`: exact, of any size.
public struct Integer: Hashable, Sendable {
  private enum Storage: Hashable {
    case word(Int)
    /// What does not fit a machine word, and only that. The magnitude is in base 2³² digits, least
    /// significant first, without leading zeros.
    case long(isNegative: Bool, magnitude: [UInt32])
  }

  private let storage: Storage

  /// The integer of a sign and base 2³² digits, least significant first.
  private init(isNegative: Bool, magnitude: [UInt32]) {
    var digits = magnitude
    while digits.last == 0 { digits.removeLast() }
    if let word = Self.word(isNegative, digits) {
      storage = .word(word)
    } else {
      storage = .long(isNegative: isNegative, magnitude: digits)
    }
  }

  private static func word(_ isNegative: Bool, _ magnitude: [UInt32]) -> Int? {
    guard magnitude.count <= 2 else { return nil }
    let absolute = magnitude.reversed().reduce(UInt64(0)) { $0 << 32 | UInt64($1) }
    if isNegative { return absolute <= 1 << 63 ? Int(truncatingIfNeeded: 0 &- absolute) : nil }
    return Int(exactly: absolute)
  }

  /// The integer of a machine word.
  public init(_ value: Int) { storage = .word(value) }

  /// The integer that `digits` spell in `radix` (2 to 16); `nil` when there are none, or one is not a digit.
  /// The time grows with the square of the number of digits.
  public init?(digits: some Sequence<UInt8>, radix: UInt32, isNegative: Bool = false) {
    var words: [UInt32] = []
    var count = 0
    var group: UInt32 = 0
    var scale: UInt32 = 1
    for byte in digits {
      guard let digit = byte.hexadecimalValue, digit < radix else { return nil }
      group = group * radix + UInt32(digit)
      scale *= radix
      count += 1
      // Seven digits of any radix fit a word.
      if count % 7 == 0 {
        Self.multiply(&words, by: scale, adding: group)
        (group, scale) = (0, 1)
      }
    }
    guard count > 0 else { return nil }
    Self.multiply(&words, by: scale, adding: group)
    self.init(isNegative: isNegative, magnitude: words)
  }

  private static func multiply(_ words: inout [UInt32], by factor: UInt32, adding digit: UInt32) {
    var carry = UInt64(digit)
    for index in words.indices {
      let product = UInt64(words[index]) * UInt64(factor) + carry
      words[index] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry > 0 { words.append(UInt32(carry)) }
  }

  /// The integer equal to `value`; `nil` when `value` is not a whole number.
  public init?(exactly value: Double) {
    guard value.isFinite, value == value.rounded(.towardZero) else { return nil }
    guard value != 0 else {
      self.init(0)
      return
    }
    let shift = Int(value.exponent) - Double.significandBitCount
    let significand = value.significandBitPattern | (1 << UInt64(Double.significandBitCount))
    guard shift > 0 else {
      self.init(Int(value))
      return
    }
    var words = [UInt32](repeating: 0, count: shift / 32)
    let low = significand << UInt64(shift % 32)
    let high = shift % 32 == 0 ? 0 : significand >> UInt64(64 - shift % 32)
    words += [
      UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32),
      UInt32(truncatingIfNeeded: high),
    ]
    self.init(isNegative: value < 0, magnitude: words)
  }

  /// The integer of the opposite sign.
  public var negated: Integer {
    switch storage {
    case .word(let word) where word != .min: Integer(-word)
    case .word(let word):
      Integer(isNegative: false, magnitude: [0, UInt32(truncatingIfNeeded: word.magnitude >> 32)])
    case .long(let isNegative, let magnitude): Integer(isNegative: !isNegative, magnitude: magnitude)
    }
  }

  /// The machine word of the same value, when there is one.
  public var int: Int? { if case .word(let word) = storage { word } else { nil } }
}

extension Integer: CustomStringConvertible {
  /// The decimal digits, with a sign when negative.
  public var description: String {
    let isNegative: Bool
    var words: [UInt32]
    switch storage {
    case .word(let word): return String(word)
    case .long(let sign, let magnitude): (isNegative, words) = (sign, magnitude)
    }
    var groups: [String] = []
    while !words.isEmpty {
      var remainder: UInt64 = 0
      for index in words.indices.reversed() {
        let value = remainder << 32 | UInt64(words[index])
        words[index] = UInt32(value / 1_000_000_000)
        remainder = value % 1_000_000_000
      }
      while words.last == 0 { words.removeLast() }
      let group = String(remainder)
      groups.append(words.isEmpty ? group : String(repeating: "0", count: 9 - group.count) + group)
    }
    return (isNegative ? "-" : "") + groups.reversed().joined()
  }
}
