import Values

/// Checks the inside of an f-string as Python 3.11 does. Its value is never read, since no f-string is a
/// literal; but an error in it is an error of the file.
struct PythonFormattedString {
  private let string: PythonString
  private let depth: Int
  private var rest: ArraySlice<UInt8>

  init(_ string: PythonString, depth: Int) {
    self.string = string
    self.depth = depth
    rest = string.body
  }

  func check() throws(ParameterFileError) {
    var copy = self
    try copy.skipParts(level: 0)
  }

  /// Passes over literal text and replacement fields; inside a format specification (level 1 and more) up
  /// to its closing brace.
  private mutating func skipParts(level: Int) throws(ParameterFileError) {
    while !rest.isEmpty {
      while try skipLiteral(level: level) {}
      guard let brace = rest.first else { break }
      if brace == UInt8(ascii: "}") { return }
      try skipField(level: level)
    }
    if level > 0 { throw string.error("an f-string expects '}'") }
  }

  /// - Returns: whether it ended with a doubled brace, after which more of it may follow.
  private mutating func skipLiteral(level: Int) throws(ParameterFileError) -> Bool {
    let start = rest
    func literal(before end: Int) -> ArraySlice<UInt8> { start[start.startIndex..<end] }
    while let byte = rest.popFirst() {
      var byte = byte
      if byte == UInt8(ascii: "\\"), !string.isRaw, let escaped = rest.popFirst() {
        if escaped == UInt8(ascii: "N") {
          if rest.popFirst() == UInt8(ascii: "{") {
            while let inner = rest.popFirst(), inner != UInt8(ascii: "}") {}
          }
          continue
        }
        byte = escaped
      }
      guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else { continue }
      if level == 0, rest.first == byte {
        _ = try string.decode(literal(before: rest.startIndex))
        rest.removeFirst()
        return true
      }
      guard level > 0 || byte == UInt8(ascii: "{") else { throw string.error("a single '}' in an f-string") }
      rest = start[(rest.startIndex - 1)...]
      break
    }
    _ = try string.decode(literal(before: rest.startIndex))
    return false
  }

  /// Passes over `{expression=!conversion:specification}`.
  private mutating func skipField(level: Int) throws(ParameterFileError) {
    guard level < 2 else { throw string.error("expressions nested too deeply in an f-string") }
    rest.removeFirst()
    let start = rest
    try skipExpression()
    try check(expression: start[start.startIndex..<rest.startIndex])
    if rest.first == UInt8(ascii: "=") {
      rest.removeFirst()
      rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
    if rest.first == UInt8(ascii: "!") {
      rest.removeFirst()
      guard let conversion = rest.popFirst(), "sra".utf8.contains(conversion) else {
        throw string.error("a conversion in an f-string is one of 's', 'r', 'a'")
      }
    }
    if rest.first == UInt8(ascii: ":") {
      rest.removeFirst()
      guard !rest.isEmpty else { throw string.error("an f-string expects '}'") }
      try skipParts(level: level + 1)
    }
    guard rest.popFirst() == UInt8(ascii: "}") else { throw string.error("an f-string expects '}'") }
  }

  /// Passes over an expression, up to the first `!`, `:`, `=` or `}` outside of brackets and strings.
  private mutating func skipExpression() throws(ParameterFileError) {
    var brackets: [UInt8] = []
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "\\"): throw string.error("a backslash in an expression of an f-string")
      case UInt8(ascii: "#"): throw string.error("'#' in an expression of an f-string")
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        try skipString(quote: byte)
        continue
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): brackets.append(byte)
      case _ where brackets.isEmpty && "!:=<>}".utf8.contains(byte):
        let isComparison = byte != UInt8(ascii: ":") && byte != UInt8(ascii: "}")
        if isComparison, rest.dropFirst().first == UInt8(ascii: "=") {
          rest.removeFirst()
        } else if byte != UInt8(ascii: "<"), byte != UInt8(ascii: ">") {
          return
        }
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        // ASCII puts each closing bracket one or two places after its opening one.
        guard let opening = brackets.popLast(), (1...2).contains(byte - opening) else {
          throw string.error("an unmatched bracket in an f-string")
        }
      default: break
      }
      rest.removeFirst()
    }
    throw string.error("an f-string expects '}'")
  }

  private mutating func skipString(quote: UInt8) throws(ParameterFileError) {
    let triple = [quote, quote, quote]
    let end = rest.starts(with: triple) ? triple : [quote]
    rest = rest.dropFirst(end.count)
    while let byte = rest.first {
      if rest.starts(with: end) {
        rest = rest.dropFirst(end.count)
        return
      }
      guard byte != UInt8(ascii: "\\") else {
        throw string.error("a backslash in an expression of an f-string")
      }
      rest.removeFirst()
    }
    throw string.error("a string without an end in an f-string")
  }

  private func check(expression: ArraySlice<UInt8>) throws(ParameterFileError) {
    guard expression.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0C && $0 != 0x0D })
    else {
      throw string.error("an empty expression in an f-string")
    }
    let source = [UInt8(ascii: "(")] + expression + [UInt8(ascii: ")")]
    do throws(ParameterFileError) {
      let tokens = try PythonTokenizer.tokens(of: source)
      var parser = PythonParser(bytes: source, tokens: tokens, depth: depth, origin: string.position)
      try parser.formattedExpression()
    } catch {
      throw ParameterFileError(error.kind, error.message, at: string.position)
    }
  }
}
