extension Scanner {
  /// What stands between two lines, or two words, of a plain scalar.
  private enum Gap {
    case none
    case blanks(Range<Int>)
    case folded([UInt8])
  }

  /// A scalar without quotes. In brackets its lines may begin anywhere.
  mutating func scanPlain() -> Token {
    let start = cursor.mark
    var end = start
    var pieces = Pieces()
    var gap = Gap.none
    while cursor.current != UInt8(ascii: "#") {
      let stop = endOfPlainWord(from: cursor.offset)
      guard stop > cursor.offset else { break }
      allowsSimpleKey = false
      switch gap {
      case .none: break
      case .blanks(let range): add(range, to: &pieces)
      case .folded(let bytes): add(bytes, to: &pieces)
      }
      add(cursor.offset..<stop, to: &pieces)
      cursor.advance(to: stop)
      end = cursor.mark
      gap = scanPlainGap()
      if case .none = gap { break }
      if !isInFlow, cursor.column <= indent { break }
    }
    return Token(kind: .plainScalar, start: start, end: end, text: text(of: pieces))
  }

  /// Where the stretch without blanks ends. A `:` ends it only before a separator, even in brackets.
  private func endOfPlainWord(from start: Int) -> Int {
    var position = start
    while true {
      switch cursor.bytes[position] {
      case 0, 0x09, 0x0A, 0x20: return position
      case UInt8(ascii: ":"):
        if cursor.isSeparator(at: position + 1) { return position }
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        if isInFlow { return position }
      case UInt8(ascii: "?"):
        if isInFlow, isVersion11 { return position }
      case 0xC2, 0xE2:
        if cursor.breakLength(at: position) > 0 { return position }
      default: break
      }
      position += 1
    }
  }

  /// Spaces, or line breaks with the spaces around them; `none` also before a document indicator.
  private mutating func scanPlainGap() -> Gap {
    let start = cursor.offset
    cursor.skipSpaces()
    let spaces = start..<cursor.offset
    let first = cursor.skipLineBreak()
    guard first != .none else { return spaces.isEmpty ? .none : .blanks(spaces) }
    allowsSimpleKey = true
    if cursor.isAtDocumentIndicator { return .none }
    var breaks: [UInt8] = []
    while true {
      cursor.skipSpaces()
      let next = cursor.skipLineBreak()
      guard next != .none else { break }
      breaks += next.text
      if cursor.isAtDocumentIndicator { return .none }
    }
    return .folded(fold(first, breaks))
  }

  /// How a line break reads with the empty lines after it: one break is a space, more are one less.
  func fold(_ first: LineBreak, _ breaks: [UInt8]) -> [UInt8] {
    if first != .newline { return first.text + breaks }
    return breaks.isEmpty ? [0x20] : breaks
  }
}
