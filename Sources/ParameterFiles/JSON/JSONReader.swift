import Values

/// Python's `json.loads` (3.11): JSON with `NaN`, `Infinity` and `-Infinity`, the last of equal keys, `int`
/// of any size up to 4,300 digits, numbers beyond `float` as infinity, and lone surrogates.
struct JSONReader {
  /// DVC itself meets Python's recursion limit between 961 and 981 levels.
  private static let maximumDepth = 960

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private var cursor = PositionCursor()

  init(_ text: SourceText) { bytes = text.bytes }

  mutating func readDocument() throws(ParameterFileError) -> Node {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("the file begins with a byte order mark") }
    skipWhitespace()
    let node = try readValue()
    skipWhitespace()
    guard index == bytes.count else { throw error("there is more after the end of the document") }
    return node
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipWhitespace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x09 { index += 1 }
  }

  private mutating func error(
    _ message: String, _ kind: ParameterFileError.Kind = .syntax
  ) -> ParameterFileError {
    ParameterFileError(kind, message, at: cursor.position(of: index, in: bytes))
  }

  private mutating func readValue() throws(ParameterFileError) -> Node {
    let position = cursor.position(of: index, in: bytes)
    switch current {
    case UInt8(ascii: "{"):
      return Node(try nested { reader throws(ParameterFileError) in try reader.readObject() }, at: position)
    case UInt8(ascii: "["):
      return Node(try nested { reader throws(ParameterFileError) in try reader.readArray() }, at: position)
    case UInt8(ascii: "\""): return Node(.string(try readString()), at: position)
    default:
      if let constant = readConstant() { return Node(constant, at: position) }
      guard let number = try readNumber() else { throw error("expected a value") }
      return Node(number, at: position)
    }
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(ParameterFileError) -> Value
  ) throws(ParameterFileError) -> Value {
    guard depth < Self.maximumDepth else { throw error("nested too deeply", .bound) }
    depth += 1
    index += 1
    skipWhitespace()
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func readObject() throws(ParameterFileError) -> Value {
    var map = Mapping()
    if take("}") { return .map(map) }
    repeat {
      skipWhitespace()
      let position = cursor.position(of: index, in: bytes)
      guard current == UInt8(ascii: "\"") else { throw error("expected a key in double quotes") }
      let key = try readString()
      skipWhitespace()
      guard take(":") else { throw error("expected ':' after a key") }
      skipWhitespace()
      map.set(key, try readValue(), at: position)
      skipWhitespace()
    } while take(",")
    guard take("}") else { throw error("expected ',' or '}'") }
    return .map(map)
  }

  private mutating func readArray() throws(ParameterFileError) -> Value {
    var nodes: [Node] = []
    if take("]") { return .list(nodes) }
    repeat {
      skipWhitespace()
      nodes.append(try readValue())
      skipWhitespace()
    } while take(",")
    guard take("]") else { throw error("expected ',' or ']'") }
    return .list(nodes)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private static let constants: [(spelling: [UInt8], value: Value)] = [
    (Array("null".utf8), .null), (Array("true".utf8), .bool(true)), (Array("false".utf8), .bool(false)),
    (Array("NaN".utf8), .float(.nan)), (Array("Infinity".utf8), .float(.infinity)),
    (Array("-Infinity".utf8), .float(-.infinity)),
  ]

  private mutating func readConstant() -> Value? {
    for (spelling, value) in Self.constants where bytes[index...].starts(with: spelling) {
      index += spelling.count
      return value
    }
    return nil
  }

  private mutating func readNumber() throws(ParameterFileError) -> Value? {
    let start = index
    var end = index
    func digits(from start: Int) -> Int {
      var end = start
      while end < bytes.count, bytes[end].isASCIIDigit { end += 1 }
      return end
    }
    func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    let isNegative = byte(end) == UInt8(ascii: "-")
    if isNegative { end += 1 }
    let first = end
    end = byte(first) == UInt8(ascii: "0") ? first + 1 : digits(from: first)
    guard end > first else { return nil }
    let whole = end
    if byte(end) == UInt8(ascii: "."), digits(from: end + 1) > end + 1 { end = digits(from: end + 1) }
    if byte(end).map({ $0 | 0x20 }) == UInt8(ascii: "e") {
      let hasSign = byte(end + 1) == UInt8(ascii: "+") || byte(end + 1) == UInt8(ascii: "-")
      let exponent = end + (hasSign ? 2 : 1)
      if digits(from: exponent) > exponent { end = digits(from: exponent) }
    }
    guard end == whole else {
      index = end
      return Double(String(decoding: bytes[start..<end], as: UTF8.self)).map { .float($0) }
    }
    guard whole - first <= maximumIntegerDigits else {
      throw error("an integer has more than \(maximumIntegerDigits) digits", .value)
    }
    index = end
    return Integer(digits: bytes[first..<whole], radix: 10, isNegative: isNegative).map { .integer($0) }
  }

  private mutating func readString() throws(ParameterFileError) -> Text {
    let start = index
    index += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return Text(utf8: text)
      case UInt8(ascii: "\\"): text.append(codePoint: try readEscape())
      case ..<0x20: throw error("a control character in a string")
      default:
        let run = bytes[index...].prefix {
          $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        text += run
        index = run.endIndex
      }
    }
    index = start
    throw error("a string without an end")
  }

  private mutating func readEscape() throws(ParameterFileError) -> UInt32 {
    let letter = index + 1 < bytes.count ? bytes[index + 1] : 0
    let simple: UInt32
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): simple = UInt32(letter)
    case UInt8(ascii: "b"): simple = 0x08
    case UInt8(ascii: "f"): simple = 0x0C
    case UInt8(ascii: "n"): simple = 0x0A
    case UInt8(ascii: "r"): simple = 0x0D
    case UInt8(ascii: "t"): simple = 0x09
    case UInt8(ascii: "u"):
      guard let first = hexadecimal(at: index + 2) else { throw error(#"'\u' without four digits"#) }
      index += 6
      guard (0xD800..<0xDC00).contains(first), bytes[index...].starts(with: [0x5C, 0x75]) else {
        return first
      }
      // Python reads the escape after a high surrogate before it looks whether the two make a pair.
      guard let second = hexadecimal(at: index + 2) else { throw error(#"'\u' without four digits"#) }
      guard (0xDC00..<0xE000).contains(second) else { return first }
      index += 6
      return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    default: throw error("an unknown escape in a string")
    }
    index += 2
    return simple
  }

  private func hexadecimal(at start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      guard let digit = byte.hexadecimalValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
