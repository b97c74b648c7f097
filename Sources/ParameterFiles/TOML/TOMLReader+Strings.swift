import Values

extension TOMLReader {
  /// Reads a string of any of the four kinds.
  mutating func readString() throws(ParameterFileError) -> (text: Text, isMultiline: Bool) {
    let quote = bytes[index]
    let isBasic = quote == UInt8(ascii: "\"")
    guard !bytes[index...].starts(with: [quote, quote, quote]) else {
      index += 3
      return (try readMultiline(quote, isBasic: isBasic), true)
    }
    index += 1
    var text: [UInt8] = []
    while let byte = current {
      if byte == quote {
        index += 1
        return (Text(utf8: text), false)
      }
      if byte == UInt8(ascii: "\\"), isBasic {
        text.append(codePoint: try readEscape())
      } else {
        guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
          throw error("a control character or line end in a string")
        }
        text.append(byte)
        index += 1
      }
    }
    throw error("a string without an end")
  }

  private mutating func readMultiline(_ quote: UInt8, isBasic: Bool) throws(ParameterFileError) -> Text {
    _ = take("\n")
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case quote:
        let quotes = bytes[index...].prefix { $0 == quote }.count
        // A run of quotes may end the string with one or two of its own.
        guard quotes < 6 else { throw error("too many quotes at the end of a string") }
        index += quotes
        text += repeatElement(quote, count: quotes < 3 ? quotes : quotes - 3)
        if quotes >= 3 { return Text(utf8: text) }
      case UInt8(ascii: "\\") where isBasic:
        if try !skipJoinedLines() { text.append(codePoint: try readEscape()) }
      case 0x09, 0x0A, 0x20...0x7E, 0x80...:
        text.append(byte)
        index += 1
      default: throw error("a control character in a string")
      }
    }
    throw error("a string without an end")
  }

  /// A backslash at the end of a line takes the line end and all white space after it away.
  private mutating func skipJoinedLines() throws(ParameterFileError) -> Bool {
    let space = bytes[(index + 1)...].prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
    guard !space.isEmpty else { return false }
    guard space.contains(0x0A) else { throw error("an unknown escape in a string") }
    index = space.endIndex
    return true
  }

  private mutating func readEscape() throws(ParameterFileError) -> UInt32 {
    index += 1
    let letter = current
    index += 1
    switch letter {
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "e"): return 0x1B
    case UInt8(ascii: "\""): return 0x22
    case UInt8(ascii: "\\"): return 0x5C
    case UInt8(ascii: "x"): return try readHexadecimal(2)
    case UInt8(ascii: "u"): return try readHexadecimal(4)
    case UInt8(ascii: "U"): return try readHexadecimal(8)
    default:
      index -= 1
      throw error("an unknown escape in a string")
    }
  }

  private mutating func readHexadecimal(_ count: Int) throws(ParameterFileError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<count {
      guard let digit = current?.hexadecimalValue else {
        throw error("an escape has fewer than \(count) digits")
      }
      code = code << 4 | UInt32(digit)
      index += 1
    }
    guard Unicode.Scalar(code) != nil else { throw error("an escape is no Unicode character") }
    return code
  }
}
