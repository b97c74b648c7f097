import Values

/// The text that DVC hands to its loader: decoded as UTF-8, `\r\n` and `\r` read as `\n` (Python's text mode).
struct Source {
  /// The text, and four NULs after it, so that looking ahead needs no test for the end. A NUL is never part of
  /// the text: it is refused as a control character.
  let bytes: [UInt8]
  /// Whether every character is one byte.
  let isASCII: Bool

  init(_ raw: [UInt8]) throws(YAMLError) {
    let text = TextFile.withLineFeeds(raw)
    isASCII = try Self.check(text)
    bytes = text + [0, 0, 0, 0]
  }

  /// Whether the text is ASCII. Bytes that are not UTF-8 are reported before characters that YAML forbids,
  /// because Python decodes the whole file first.
  private static func check(_ text: [UInt8]) throws(YAMLError) -> Bool {
    var isASCII = true
    var forbidden: (offset: Int, scalar: UInt32)?
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      if byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x09 {
        offset += 1
        continue
      }
      guard let (scalar, length) = decode(text, at: offset) else {
        throw YAMLError(.encoding, "the file is not valid UTF-8", at: position(of: offset, in: text))
      }
      if length > 1 { isASCII = false }
      if forbidden == nil, !isPrintable(scalar) { forbidden = (offset, scalar) }
      offset += length
    }
    if let forbidden {
      let digits = String(forbidden.scalar, radix: 16, uppercase: true)
      let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      throw YAMLError(
        .syntax, "YAML does not allow the character \(name)",
        at: position(of: forbidden.offset, in: text))
    }
    return isASCII
  }

  private static func isPrintable(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// The scalar that begins at `offset`, and its length in bytes; `nil` when there is none in strict UTF-8.
  private static func decode(_ text: [UInt8], at offset: Int) -> (scalar: UInt32, length: Int)? {
    let lead = text[offset]
    let (length, smallest): (Int, UInt32) =
      switch lead {
      case 0..<0x80: (1, 0)
      case 0xC2...0xDF: (2, 0x80)
      case 0xE0...0xEF: (3, 0x800)
      case 0xF0...0xF4: (4, 0x10000)
      default: (0, 0)
      }
    guard length > 0, offset + length <= text.count else { return nil }
    if length == 1 { return (UInt32(lead), 1) }
    var scalar = UInt32(lead) & (0x7F >> UInt32(length))
    for next in text[offset + 1..<offset + length] {
      guard next & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    guard scalar >= smallest, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
    return (scalar, length)
  }

  private static func position(of offset: Int, in text: [UInt8]) -> Position {
    let before = text[..<offset]
    let line = before.count { $0 == UInt8(ascii: "\n") }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Position(line: line + 1, column: before[start...].count { $0 & 0xC0 != 0x80 } + 1)
  }
}
