/// A place in the text that only moves forward, and knows its line and column as the loader counts them.
struct Cursor {
  /// The text, ended by NULs.
  let bytes: [UInt8]
  private let isASCII: Bool
  /// The current byte.
  private(set) var offset = 0
  private(set) var line = 0
  // Column and index are held as the byte offset less what is to be taken off, so that a step over an ASCII
  // character is one addition.
  private var columnBase = 0
  private var indexBase = 0

  init(_ source: Source) {
    bytes = source.bytes
    isASCII = source.isASCII
  }

  /// The number of code points before this one in the line, byte order marks not counted.
  var column: Int { offset - columnBase }
  /// The number of code points before this one in the text.
  var index: Int { offset - indexBase }
  var mark: Mark { Mark(line: Int32(truncatingIfNeeded: line), column: Int32(truncatingIfNeeded: column)) }

  /// The current byte; NUL at the end.
  var current: UInt8 { bytes[offset] }

  /// The byte after `count` others; only where none of those is the end.
  func peek(_ count: Int) -> UInt8 { bytes[offset + count] }

  /// Steps over `count` ASCII characters of one line.
  mutating func skip(_ count: Int = 1) { offset += count }

  /// Steps over the characters of one line that lie before `end`.
  mutating func advance(to end: Int) {
    if !isASCII {
      var position = offset
      while position < end {
        let byte = bytes[position]
        if byte & 0xC0 == 0x80 {
          columnBase += 1
          indexBase += 1
        } else if byte == 0xEF, bytes[position + 1] == 0xBB, bytes[position + 2] == 0xBF {
          columnBase += 1
        }
        position += 1
      }
    }
    offset = end
  }

  /// Steps over a line break, when there is one. Only `\n` begins a new line for the counts.
  mutating func skipLineBreak() -> LineBreak {
    let byte = bytes[offset]
    if byte == 0x0A {
      offset += 1
      line += 1
      columnBase = offset
      return .newline
    }
    let length = breakLength(at: offset)
    guard length > 0 else { return .none }
    let isLineSeparator = bytes[offset + length - 1] == 0xA8
    advance(to: offset + length)
    if length == 2 { return .newline }
    return isLineSeparator ? .lineSeparator : .paragraphSeparator
  }

  /// Steps over spaces.
  mutating func skipSpaces() {
    while bytes[offset] == 0x20 { offset += 1 }
  }

  /// Steps over spaces and tabs.
  mutating func skipBlanks() {
    while bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
  }

  /// Steps to the end of the line.
  mutating func skipToLineEnd() { advance(to: endOfLine(from: offset)) }

  /// Where the line ends that goes on at `start`.
  func endOfLine(from start: Int) -> Int {
    var position = start
    while !isBreakOrEnd(at: position) { position += 1 }
    return position
  }

  /// How many bytes the line break at `position` has: `\n`, U+0085, U+2028 or U+2029; 0 when it is none.
  func breakLength(at position: Int) -> Int {
    switch bytes[position] {
    case 0x0A: 1
    case 0xC2: bytes[position + 1] == 0x85 ? 2 : 0
    case 0xE2:
      bytes[position + 1] == 0x80 && (bytes[position + 2] == 0xA8 || bytes[position + 2] == 0xA9) ? 3 : 0
    default: 0
    }
  }

  /// Whether the line, or the text, ends at `position`.
  func isBreakOrEnd(at position: Int) -> Bool {
    let byte = bytes[position]
    return byte == 0 || byte == 0x0A || byte >= 0x80 && breakLength(at: position) > 0
  }

  /// Whether what stands at `position` separates tokens: a blank, a line break or the end.
  func isSeparator(at position: Int) -> Bool {
    let byte = bytes[position]
    return byte == 0x20 || byte == 0x09 || isBreakOrEnd(at: position)
  }

  /// Whether `---` or `...` stands here with a separator after it.
  var isAtDocumentIndicator: Bool { isAt(UInt8(ascii: "-")) || isAt(UInt8(ascii: ".")) }

  /// Whether three times `byte` stands here with a separator after it.
  func isAt(_ byte: UInt8) -> Bool {
    bytes[offset] == byte && bytes[offset + 1] == byte && bytes[offset + 2] == byte
      && isSeparator(at: offset + 3)
  }
}
