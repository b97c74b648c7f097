import Values

/// Cuts Python source into tokens as Python 3.11 does: indentation, line joining, numbers, strings.
struct PythonTokenizer {
  /// Python's own bounds on open brackets and on indentation.
  private static let maximumBrackets = 200
  private static let maximumIndents = 100

  let bytes: [UInt8]
  var index = 0
  private var tokens: [PythonToken] = []
  private var brackets: [UInt8] = []
  private var indents = [Indent(column: 0, strictColumn: 0)]
  private var cursor = PositionCursor()

  /// The width of an indentation with tabs to every eighth column, and with tabs as one: both must grow.
  private struct Indent: Equatable {
    var column: Int
    var strictColumn: Int
  }

  /// The tokens of a module, which end with a newline and an `end`.
  static func tokens(of bytes: [UInt8]) throws(ParameterFileError) -> [PythonToken] {
    // Python ends the last line when the file does not.
    let isEnded = bytes.last == UInt8(ascii: "\n")
    var tokenizer = PythonTokenizer(bytes: isEnded ? bytes : bytes + [UInt8(ascii: "\n")])
    try tokenizer.tokenize()
    return tokenizer.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  func byte(after count: Int) -> UInt8? { index + count < bytes.count ? bytes[index + count] : nil }

  mutating func error(_ message: String, at offset: Int? = nil) -> ParameterFileError {
    ParameterFileError(.syntax, message, at: cursor.position(of: offset ?? index, in: bytes))
  }

  private mutating func append(_ kind: PythonToken.Kind, from start: Int) {
    let position = cursor.position(of: start, in: bytes)
    tokens.append(PythonToken(kind, start: start, end: index, at: position))
  }

  private mutating func tokenize() throws(ParameterFileError) {
    if let null = bytes.firstIndex(of: 0) {
      throw error("a null byte", at: null)
    }
    while index < bytes.count {
      if try beginLine() { try tokenizeLine() }
    }
    if let open = brackets.last {
      throw error("'\(Character(Unicode.Scalar(open)))' was never closed")
    }
    for _ in indents.dropFirst() { append(.dedent, from: index) }
    append(.end, from: index)
  }

  // MARK: Lines

  /// Reads the indentation of a line.
  /// - Returns: false when the line is blank or only a comment, and has been passed over.
  private mutating func beginLine() throws(ParameterFileError) -> Bool {
    var indent = Indent(column: 0, strictColumn: 0)
    var firstLine: Int?
    scan: while let byte = current {
      switch byte {
      case UInt8(ascii: " "):
        indent.column += 1
        indent.strictColumn += 1
      case UInt8(ascii: "\t"):
        indent.column = (indent.column / 8 + 1) * 8
        indent.strictColumn += 1
      case 0x0C: indent = Indent(column: 0, strictColumn: 0)
      case UInt8(ascii: "\\"):
        // The indentation of a joined line is that of its first part, unless that has none.
        if firstLine ?? 0 == 0 { firstLine = indent.column }
        try joinLines()
        continue scan
      default: break scan
      }
      index += 1
    }
    if current == UInt8(ascii: "#") { skipComment() }
    if current == UInt8(ascii: "\n") || current == nil {
      index += 1
      return false
    }
    if let firstLine, firstLine > 0 { indent = Indent(column: firstLine, strictColumn: firstLine) }
    try apply(indent)
    return true
  }

  private mutating func apply(_ indent: Indent) throws(ParameterFileError) {
    let isDedent = indents.last.map { indent.column < $0.column } ?? false
    while let last = indents.last, indent.column < last.column {
      indents.removeLast()
      append(.dedent, from: index)
    }
    guard let last = indents.last else { return }
    if indent.column > last.column {
      guard !isDedent else { throw error("the indentation does not match any outer level") }
      guard indent.strictColumn > last.strictColumn else { throw mixedTabs() }
      guard indents.count < Self.maximumIndents else { throw error("too many levels of indentation") }
      indents.append(indent)
      append(.indent, from: index)
    } else if indent.strictColumn != last.strictColumn {
      throw mixedTabs()
    }
  }

  private mutating func mixedTabs() -> ParameterFileError {
    error("inconsistent use of tabs and spaces in indentation")
  }

  private mutating func skipComment() {
    while let byte = current, byte != UInt8(ascii: "\n") { index += 1 }
  }

  /// Passes over a backslash and the line end after it.
  private mutating func joinLines() throws(ParameterFileError) {
    guard byte(after: 1) == UInt8(ascii: "\n") else {
      throw error("unexpected character after a line continuation")
    }
    index += 2
    guard index < bytes.count else { throw error("the file ends after a line continuation") }
  }

  /// Reads the tokens of one logical line, which begins at its first token.
  private mutating func tokenizeLine() throws(ParameterFileError) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C: index += 1
      case UInt8(ascii: "#"): skipComment()
      case UInt8(ascii: "\\"): try joinLines()
      case UInt8(ascii: "\n"):
        if brackets.isEmpty { append(.newline, from: index) }
        index += 1
        if brackets.isEmpty { return }
      case UInt8(ascii: "\""), UInt8(ascii: "'"): try readString(from: index)
      case UInt8(ascii: "_"), 0x80...: try readName()
      case _ where byte.isASCIILetter: try readName()
      case _ where byte.isASCIIDigit, UInt8(ascii: ".") where self.byte(after: 1)?.isASCIIDigit == true:
        let start = index
        try skipNumber()
        append(.number, from: start)
      default: try readOperator()
      }
    }
  }

  // MARK: Tokens

  private mutating func readOperator() throws(ParameterFileError) {
    let start = index
    for count in [3, 2, 1] where start + count <= bytes.count {
      guard let kind = PythonToken.operators[Text(utf8: bytes[start..<start + count])] else { continue }
      if count == 1 { try track(bytes[start]) }
      index += count
      append(kind, from: start)
      return
    }
    throw error("an invalid character")
  }

  private mutating func track(_ bracket: UInt8) throws(ParameterFileError) {
    let opening: UInt8
    switch bracket {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      guard brackets.count < Self.maximumBrackets else { throw error("too many nested brackets") }
      brackets.append(bracket)
      return
    case UInt8(ascii: ")"): opening = UInt8(ascii: "(")
    case UInt8(ascii: "]"): opening = UInt8(ascii: "[")
    case UInt8(ascii: "}"): opening = UInt8(ascii: "{")
    default: return
    }
    guard brackets.popLast() == opening else {
      throw error("'\(Character(Unicode.Scalar(bracket)))' does not match what is open")
    }
  }

  private mutating func readName() throws(ParameterFileError) {
    let start = index
    var isASCII = true
    while let byte = current, byte.continuesPythonName {
      isASCII = isASCII && byte < 0x80
      index += 1
    }
    let name = Text(utf8: bytes[start..<index])
    if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'"), PythonString.isPrefix(name) {
      return try readString(from: start)
    }
    guard isASCII || name.isPythonIdentifier else { throw error("an invalid character in a name", at: start) }
    append(PythonToken.keywords[name] ?? .name, from: start)
  }

  /// Reads a string whose quotes begin here and whose prefix began at `start`.
  private mutating func readString(from start: Int) throws(ParameterFileError) {
    let quote = bytes[index]
    let isTriple = byte(after: 1) == quote && byte(after: 2) == quote
    let opening = index
    index += isTriple ? 3 : 1
    while let byte = current, isTriple || byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "\\") {
        index += 2
      } else if byte == quote, !isTriple || (self.byte(after: 1) == quote && self.byte(after: 2) == quote) {
        index += isTriple ? 3 : 1
        append(.string, from: start)
        return
      } else {
        index += 1
      }
    }
    throw error("a string without an end", at: opening)
  }
}

extension UInt8 {
  /// Whether the byte is part of a name, or of a character beyond ASCII.
  var continuesPythonName: Bool { isASCIILetter || isASCIIDigit || self == UInt8(ascii: "_") || self >= 0x80 }
}

extension Text {
  /// Python's `str.isidentifier`.
  var isPythonIdentifier: Bool {
    guard let first = scalars.first, first == "_" || first.properties.isXIDStart else { return false }
    return scalars.dropFirst().allSatisfy(\.properties.isXIDContinue)
  }
}
