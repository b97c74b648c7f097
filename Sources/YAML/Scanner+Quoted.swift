import Values

extension Scanner {
  /// A scalar in single or double quotes. Its lines may begin anywhere.
  mutating func scanQuoted() throws(YAMLError) -> Token {
    let start = cursor.mark
    let quote = cursor.current
    let isDouble = quote == UInt8(ascii: "\"")
    cursor.skip()
    var pieces = Pieces()
    try scanQuotedWord(isDouble, start, &pieces)
    while cursor.current != quote {
      try scanQuotedGap(start, &pieces)
      try scanQuotedWord(isDouble, start, &pieces)
    }
    cursor.skip()
    return Token(kind: .quotedScalar, start: start, end: cursor.mark, text: text(of: pieces))
  }

  /// Reads until a blank, a line break, the closing quote or the end.
  private mutating func scanQuotedWord(
    _ isDouble: Bool, _ start: Mark, _ pieces: inout Pieces
  ) throws(YAMLError) {
    while true {
      let stop = endOfQuotedWord(from: cursor.offset)
      add(cursor.offset..<stop, to: &pieces)
      cursor.advance(to: stop)
      switch cursor.current {
      case UInt8(ascii: "'") where !isDouble && cursor.peek(1) == UInt8(ascii: "'"):
        add(stop..<stop + 1, to: &pieces)
        cursor.skip(2)
      case UInt8(ascii: "'") where isDouble, UInt8(ascii: "\"") where !isDouble,
        UInt8(ascii: "\\") where !isDouble:
        add(stop..<stop + 1, to: &pieces)
        cursor.skip()
      case UInt8(ascii: "\\"):
        cursor.skip()
        try scanEscape(start, &pieces)
      default: return
      }
    }
  }

  private func endOfQuotedWord(from start: Int) -> Int {
    var position = start
    while true {
      switch cursor.bytes[position] {
      case 0, 0x09, 0x0A, 0x20, UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"): return position
      case 0xC2, 0xE2:
        if cursor.breakLength(at: position) > 0 { return position }
      default: break
      }
      position += 1
    }
  }

  /// What stands after a backslash.
  private mutating func scanEscape(_ start: Mark, _ pieces: inout Pieces) throws(YAMLError) {
    let byte = cursor.current
    if let text = Self.escape(byte) {
      cursor.skip()
      add(text, to: &pieces)
    } else if let count = Self.hexadecimalEscapes[byte] {
      cursor.skip()
      try scanHexadecimal(count, &pieces)
    } else if cursor.skipLineBreak() != .none {
      add(try scanQuotedBreaks(start), to: &pieces)
    } else {
      throw failure("unknown escape after '\\' in a double-quoted value")
    }
  }

  private mutating func scanHexadecimal(_ count: Int, _ pieces: inout Pieces) throws(YAMLError) {
    var code: UInt32 = 0
    for place in 0..<count {
      guard let digit = cursor.peek(place).hexadecimalValue else {
        throw failure("expected \(count) hexadecimal digits in an escape")
      }
      code = code << 4 | UInt32(digit)
    }
    guard code <= 0x10FFFF else {
      throw YAMLError(.invalidValue, "an escape beyond U+10FFFF", at: cursor.mark.position)
    }
    cursor.skip(count)
    var bytes: [UInt8] = []
    bytes.append(codePoint: code)
    add(bytes, to: &pieces)
  }

  private static let hexadecimalEscapes: [UInt8: Int] = [
    UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8,
  ]

  private static func escape(_ byte: UInt8) -> [UInt8]? {
    switch byte {
    case UInt8(ascii: "0"): [0x00]
    case UInt8(ascii: "a"): [0x07]
    case UInt8(ascii: "b"): [0x08]
    case UInt8(ascii: "t"), 0x09: [0x09]
    case UInt8(ascii: "n"): [0x0A]
    case UInt8(ascii: "v"): [0x0B]
    case UInt8(ascii: "f"): [0x0C]
    case UInt8(ascii: "r"): [0x0D]
    case UInt8(ascii: "e"): [0x1B]
    case UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "\\"): [byte]
    case UInt8(ascii: "N"): [0xC2, 0x85]
    case UInt8(ascii: "_"): [0xC2, 0xA0]
    case UInt8(ascii: "L"): LineBreak.lineSeparator.text
    case UInt8(ascii: "P"): LineBreak.paragraphSeparator.text
    default: nil
    }
  }

  /// Blanks inside a line, or a line break with the blanks around it.
  private mutating func scanQuotedGap(_ start: Mark, _ pieces: inout Pieces) throws(YAMLError) {
    let begin = cursor.offset
    cursor.skipBlanks()
    if cursor.current == 0 { throw failure("the quotes are never closed", at: start) }
    let blanks = begin..<cursor.offset
    let first = cursor.skipLineBreak()
    guard first != .none else { return add(blanks, to: &pieces) }
    let breaks = try scanQuotedBreaks(start)
    add(fold(first, breaks), to: &pieces)
  }

  /// The empty lines that follow a line break, and the blanks before the text goes on.
  private mutating func scanQuotedBreaks(_ start: Mark) throws(YAMLError) -> [UInt8] {
    var breaks: [UInt8] = []
    while true {
      if cursor.isAtDocumentIndicator {
        throw failure("the quotes are not closed before the end of the document", at: start)
      }
      cursor.skipBlanks()
      let next = cursor.skipLineBreak()
      guard next != .none else { return breaks }
      breaks += next.text
    }
  }
}
