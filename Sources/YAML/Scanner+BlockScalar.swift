import Values

extension Scanner {
  private enum Chomping { case clip, strip, keep }

  /// A scalar after `|` or `>`.
  mutating func scanBlockScalar() throws(YAMLError) -> Token {
    let start = cursor.mark
    let isFolded = cursor.current == UInt8(ascii: ">")
    cursor.skip()
    let (chomping, increment) = try scanBlockHeader()
    try skipRestOfLine(after: "the header of a block value")
    let smallest = indent + 1
    let column: Int
    var breaks: [UInt8]
    var end: Mark
    if let increment {
      column = max(smallest, 1) + increment - 1
      (breaks, end) = scanBlockBreaks(column)
    } else {
      let deepest: Int
      (breaks, deepest, end) = try scanBlockIndentation()
      column = max(smallest, deepest)
    }
    var lineBreak = LineBreak.none
    var pieces = Pieces()
    while cursor.column == column, cursor.current != 0 {
      add(breaks, to: &pieces)
      let isIndented = cursor.current == 0x20 || cursor.current == 0x09
      let stop = cursor.endOfLine(from: cursor.offset)
      add(cursor.offset..<stop, to: &pieces)
      cursor.advance(to: stop)
      let lineEnd = cursor.offset
      lineBreak = cursor.skipLineBreak()
      (breaks, end) = scanBlockBreaks(column)
      if smallest == 0, increment == nil, cursor.column == 0, cursor.isAtDocumentIndicator { break }
      guard cursor.column == column, cursor.current != 0 else { break }
      let nextIsIndented = cursor.current == 0x20 || cursor.current == 0x09
      if isFolded, lineBreak == .newline, !isIndented, !nextIsIndented {
        if breaks.isEmpty { add([0x20], to: &pieces) }
      } else {
        add(lineBreak, at: lineEnd, to: &pieces)
      }
    }
    if chomping != .strip { add(lineBreak.text, to: &pieces) }
    if chomping == .keep { add(breaks, to: &pieces) }
    return Token(kind: .quotedScalar, start: start, end: end, text: text(of: pieces))
  }

  /// Adds a line break as it stands in the text, when it is written as it reads.
  private mutating func add(_ lineBreak: LineBreak, at offset: Int, to pieces: inout Pieces) {
    let count = lineBreak.text.count
    if lineBreak == .newline, cursor.bytes[offset] != 0x0A { return add([0x0A], to: &pieces) }
    add(offset..<offset + count, to: &pieces)
  }

  /// `+` or `-` and a digit, in either order.
  private mutating func scanBlockHeader() throws(YAMLError) -> (Chomping, increment: Int?) {
    var chomping = scanChomping()
    var increment: Int?
    if case UInt8(ascii: "0")...UInt8(ascii: "9") = cursor.current {
      let digit = Int(cursor.current - UInt8(ascii: "0"))
      if digit == 0 { throw failure("the indentation of a block value is 1 to 9") }
      increment = digit
      cursor.skip()
      if chomping == nil { chomping = scanChomping() }
    }
    guard cursor.current != 0x09, cursor.isSeparator(at: cursor.offset) else {
      throw failure("unexpected character after '|' or '>'")
    }
    return (chomping ?? .clip, increment)
  }

  private mutating func scanChomping() -> Chomping? {
    let chomping: Chomping
    switch cursor.current {
    case UInt8(ascii: "+"): chomping = .keep
    case UInt8(ascii: "-"): chomping = .strip
    default: return nil
    }
    cursor.skip()
    return chomping
  }

  /// Steps over spaces, a comment and the line break, where nothing else may stand.
  mutating func skipRestOfLine(after what: String) throws(YAMLError) {
    cursor.skipSpaces()
    if cursor.current == UInt8(ascii: "#") { cursor.skipToLineEnd() }
    guard cursor.isBreakOrEnd(at: cursor.offset) else {
      throw failure("expected a comment or the end of the line after \(what)")
    }
    _ = cursor.skipLineBreak()
  }

  /// The empty lines before the text, and the column that the deepest space of them reaches.
  private mutating func scanBlockIndentation() throws(YAMLError) -> ([UInt8], deepest: Int, end: Mark) {
    var breaks: [UInt8] = []
    var first = -1
    var deepest = 0
    var end = cursor.mark
    while true {
      if cursor.current == 0x20 {
        cursor.skip()
        deepest = max(deepest, cursor.column)
        continue
      }
      let column = cursor.column
      let next = cursor.skipLineBreak()
      guard next != .none else { break }
      if first < 0 { first = column }
      breaks += next.text
      end = cursor.mark
    }
    if first > 0, deepest > first {
      throw failure("a line of a block value is further in than its first one")
    }
    return (breaks, deepest, end)
  }

  /// Empty lines, and the indentation of the next one.
  private mutating func scanBlockBreaks(_ column: Int) -> ([UInt8], end: Mark) {
    var breaks: [UInt8] = []
    var end = cursor.mark
    skipIndentation(column)
    while true {
      let next = cursor.skipLineBreak()
      guard next != .none else { return (breaks, end) }
      breaks += next.text
      end = cursor.mark
      skipIndentation(column)
    }
  }

  private mutating func skipIndentation(_ column: Int) {
    while cursor.column < column, cursor.current == 0x20 { cursor.skip() }
  }
}
