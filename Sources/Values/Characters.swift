extension UInt8 {
  /// The value of this hexadecimal digit, in either case; `nil` when the byte is none.
  public var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension [UInt8] {
  /// Appends a code point up to U+10FFFF as UTF-8; a lone surrogate too, as Python's `str` may hold one.
  public mutating func append(codePoint: UInt32) {
    func trailing(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: codePoint >> shift & 0x3F | 0x80) }
    func leading(_ shift: UInt32, _ mark: UInt8) -> UInt8 {
      UInt8(truncatingIfNeeded: codePoint >> shift) | mark
    }
    switch codePoint {
    case ..<0x80: append(UInt8(codePoint))
    case ..<0x800: self += [leading(6, 0xC0), trailing(0)]
    case ..<0x10000: self += [leading(12, 0xE0), trailing(6), trailing(0)]
    default: self += [leading(18, 0xF0), trailing(12), trailing(6), trailing(0)]
    }
  }
}

extension Unicode.Scalar {
  /// Whether it is one of Python's `\w`.
  public var isWord: Bool {
    guard value >= 0x80 else {
      return (0x30...0x39).contains(value) || (0x41...0x5A).contains(value & ~0x20) || value == 0x5F
    }
    return switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      true
    default: false
    }
  }
}
