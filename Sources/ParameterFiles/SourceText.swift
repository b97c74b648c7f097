import Values

/// The text of a file as Python's text mode gives it: checked to be UTF-8, every line end a line feed.
struct SourceText {
  /// The UTF-8 bytes.
  let bytes: [UInt8]

  /// - Throws: ``ParameterFileError`` of kind `encoding` when the bytes are not UTF-8.
  init(_ raw: [UInt8]) throws(ParameterFileError) {
    do {
      _ = try UTF8Span(validating: raw.span)
    } catch {
      let start = error.byteOffsets.lowerBound
      var cursor = PositionCursor()
      throw ParameterFileError(
        .encoding, "the file is not valid UTF-8", at: cursor.position(of: start, in: raw))
    }
    bytes = TextFile.withLineFeeds(raw)
  }
}

/// Turns byte offsets into positions. Offsets that only grow cost one pass over the text in all.
struct PositionCursor {
  private var offset = 0
  private var line = 1
  private var column = 1

  /// The position of the byte at `target`.
  mutating func position(of target: Int, in bytes: [UInt8]) -> Position {
    if target < offset { self = PositionCursor() }
    while offset < min(target, bytes.count) {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if bytes.indices.contains(offset), bytes[offset] & 0xC0 == 0x80 {
        continue
      } else {
        column += 1
      }
    }
    return Position(line: line, column: column)
  }
}

extension UInt8 {
  var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isASCIIUppercase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
  var asciiLowercased: UInt8 { isASCIIUppercase ? self | 0x20 : self }
}

/// Python refuses to convert between text and an `int` of more decimal digits (since 3.11).
let maximumIntegerDigits = 4300
