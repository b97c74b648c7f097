import Values

// MARK: - Anchors, aliases, tags

extension Scanner {
  /// `&name` or `*name`.
  mutating func scanName(_ kind: Token.Kind) throws(YAMLError) -> Token {
    let start = cursor.mark
    cursor.skip()
    let begin = cursor.offset
    var stop = begin
    while Self.isNameByte(cursor.bytes, at: stop) { stop += 1 }
    guard stop > begin else { throw failure("\(kind.name) needs a name") }
    cursor.advance(to: stop)
    switch cursor.current {
    case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
      break
    case _ where cursor.isSeparator(at: stop): break
    default: throw failure("unexpected character after the name of \(kind.name)")
    }
    let text = Excerpt(start: Int32(truncatingIfNeeded: begin), end: Int32(truncatingIfNeeded: stop))
    return Token(kind: kind, start: start, end: cursor.mark, text: text)
  }

  /// Whether the byte belongs to a character that names may have: all but blanks, brackets, commas, the
  /// controls U+0080 to U+009F and the byte order mark.
  private static func isNameByte(_ bytes: [UInt8], at position: Int) -> Bool {
    switch bytes[position] {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): false
    case 0x21...0x7E: true
    case 0xC2: bytes[position + 1] >= 0xA0
    case 0xEF: bytes[position + 1] != 0xBB || bytes[position + 2] != 0xBF
    case 0x80...0xFF: true
    default: false
    }
  }

  /// A tag, whose suffix goes on to the next blank.
  mutating func scanTag() throws(YAMLError) -> Token {
    let start = cursor.mark
    var shortHandle: [UInt8] = [UInt8(ascii: "!")]
    if cursor.peek(1) == UInt8(ascii: "!") {
      shortHandle.append(UInt8(ascii: "!"))
      cursor.skip()
    }
    let spelling: TagSpelling
    if cursor.peek(1) == UInt8(ascii: "<") {
      cursor.skip(2)
      spelling = TagSpelling(handle: nil, suffix: try scanURI())
      guard cursor.current == UInt8(ascii: ">") else { throw failure("expected '>' after a tag") }
      cursor.skip()
    } else if cursor.isSeparator(at: cursor.offset + 1) {
      cursor.skip()
      spelling = TagSpelling(handle: nil, suffix: shortHandle)
    } else if hasNamedHandle {
      spelling = TagSpelling(handle: try scanHandle(), suffix: try scanURI())
    } else {
      cursor.skip()
      spelling = TagSpelling(handle: shortHandle, suffix: try scanURI())
    }
    guard isAtSpaceOrBreak else { throw failure("expected a space after a tag") }
    tags.append(spelling)
    return Token(
      kind: .tag, start: start, end: cursor.mark, index: Int32(truncatingIfNeeded: tags.count - 1))
  }

  /// Whether another `!` follows before the next space or line break.
  private var hasNamedHandle: Bool {
    var position = cursor.offset + 1
    while cursor.bytes[position] != 0x20, !cursor.isBreakOrEnd(at: position) {
      if cursor.bytes[position] == UInt8(ascii: "!") { return true }
      position += 1
    }
    return false
  }

  private var isAtSpaceOrBreak: Bool { cursor.current == 0x20 || cursor.isBreakOrEnd(at: cursor.offset) }

  /// `!`, `!!` or `!name!`.
  private mutating func scanHandle() throws(YAMLError) -> [UInt8] {
    guard cursor.current == UInt8(ascii: "!") else { throw failure("expected '!'") }
    var count = 1
    if cursor.peek(1) != 0x20 {
      while Self.isWordByte(cursor.peek(count)) { count += 1 }
      guard cursor.peek(count) == UInt8(ascii: "!") else {
        throw failure("expected '!' after the name of a tag")
      }
      count += 1
    }
    let handle = Array(cursor.bytes[cursor.offset..<cursor.offset + count])
    cursor.skip(count)
    return handle
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The characters of a URI, `%` escapes decoded.
  private mutating func scanURI() throws(YAMLError) -> [UInt8] {
    var uri: [UInt8] = []
    while true {
      let byte = cursor.current
      if byte == UInt8(ascii: "%") {
        uri += try scanURIEscapes()
      } else if isURIByte(byte) {
        uri.append(byte)
        cursor.skip()
      } else {
        break
      }
    }
    guard !uri.isEmpty else { throw failure("expected the name of a tag") }
    return uri
  }

  private func isURIByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "#"): !isVersion11
    case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ";"), UInt8(ascii: "="),
      UInt8(ascii: "?")...UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private mutating func scanURIEscapes() throws(YAMLError) -> [UInt8] {
    let start = cursor.mark
    var bytes: [UInt8] = []
    while cursor.current == UInt8(ascii: "%") {
      cursor.skip()
      guard let high = cursor.current.hexadecimalValue, let low = cursor.peek(1).hexadecimalValue else {
        throw failure("expected two hexadecimal digits after '%'")
      }
      bytes.append(high << 4 | low)
      cursor.skip(2)
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw failure("the escapes of a tag are not UTF-8", at: start)
    }
    return bytes
  }
}

// MARK: - Directives

extension Scanner {
  /// A line that begins with `%`. One of an unknown name means nothing.
  mutating func scanDirective() throws(YAMLError) {
    let start = cursor.mark
    cursor.skip()
    let name = try scanDirectiveName()
    let directive: Directive
    var end = cursor.mark
    switch name {
    case "YAML":
      directive = try scanVersion()
      end = cursor.mark
    case "TAG":
      cursor.skipSpaces()
      let handle = try scanHandle()
      guard cursor.current == 0x20 else { throw failure("expected a space in a %TAG line") }
      cursor.skipSpaces()
      directive = .tag(handle: handle, prefix: try scanURI())
      guard isAtSpaceOrBreak else { throw failure("expected a space after the prefix of a %TAG line") }
      end = cursor.mark
    default:
      cursor.skipToLineEnd()
      directive = .unknown
    }
    try skipRestOfLine(after: "a directive")
    directives.append(directive)
    append(
      Token(kind: .directive, start: start, end: end, index: Int32(truncatingIfNeeded: directives.count - 1)))
  }

  private mutating func scanDirectiveName() throws(YAMLError) -> String {
    var stop = cursor.offset
    while Self.isWordByte(cursor.bytes[stop]) || cursor.bytes[stop] == UInt8(ascii: ":")
      || cursor.bytes[stop] == UInt8(ascii: ".")
    {
      stop += 1
    }
    guard stop > cursor.offset else { throw failure("expected the name of a directive after '%'") }
    let name = String(decoding: cursor.bytes[cursor.offset..<stop], as: UTF8.self)
    cursor.advance(to: stop)
    guard isAtSpaceOrBreak else { throw failure("unexpected character in the name of a directive") }
    return name
  }

  /// `%YAML 1.1` or `%YAML 1.2`: on any other the loader ends with an assertion, or refuses it.
  private mutating func scanVersion() throws(YAMLError) -> Directive {
    let start = cursor.mark
    cursor.skipSpaces()
    let major = try scanVersionNumber()
    guard cursor.current == UInt8(ascii: ".") else { throw failure("expected '.' in the version") }
    cursor.skip()
    let minor = try scanVersionNumber()
    guard isAtSpaceOrBreak else { throw failure("unexpected character after the version") }
    guard major == 1, minor == 1 || minor == 2 else {
      throw YAMLError(.unsupported, "YAML versions are 1.1 and 1.2", at: start.position)
    }
    isVersion11 = minor == 1
    return .version
  }

  private mutating func scanVersionNumber() throws(YAMLError) -> Int {
    var number = 0
    let start = cursor.offset
    while case UInt8(ascii: "0")...UInt8(ascii: "9") = cursor.current {
      number = min(number * 10 + Int(cursor.current - UInt8(ascii: "0")), 1_000_000)
      cursor.skip()
    }
    guard cursor.offset > start else { throw failure("expected a digit in the version") }
    return number
  }
}
