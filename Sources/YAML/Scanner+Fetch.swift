import Values

extension Scanner {
  /// Reads on until there is at least one token more.
  mutating func fetch() throws(YAMLError) {
    skipToToken()
    try dropStaleKeys()
    unwind(to: cursor.column)
    let byte = cursor.current
    if cursor.column == 0 {
      if byte == UInt8(ascii: "%") { return try fetchDirective() }
      if byte == UInt8(ascii: "-"), cursor.isAt(byte) { return try fetchDocumentIndicator(.documentStart) }
      if byte == UInt8(ascii: "."), cursor.isAt(byte) { return try fetchDocumentIndicator(.documentEnd) }
    }
    switch byte {
    case 0: return try finish()
    case UInt8(ascii: "["): return try fetchOpening(.flowSequenceStart)
    case UInt8(ascii: "{"): return try fetchOpening(.flowMappingStart)
    case UInt8(ascii: "]"): return try fetchClosing(.flowSequenceEnd)
    case UInt8(ascii: "}"): return try fetchClosing(.flowMappingEnd)
    case UInt8(ascii: ","): return try fetchFlowEntry()
    case UInt8(ascii: "-") where cursor.isSeparator(at: cursor.offset + 1): return try fetchBlockEntry()
    case UInt8(ascii: "?") where isInFlow || cursor.isSeparator(at: cursor.offset + 1): return try fetchKey()
    case UInt8(ascii: ":") where isValueIndicator: return try fetchValue()
    case UInt8(ascii: "*"): return try fetchName(.alias)
    case UInt8(ascii: "&"): return try fetchName(.anchor)
    case UInt8(ascii: "!"): return try fetchTag()
    case UInt8(ascii: "|") where !isInFlow, UInt8(ascii: ">") where !isInFlow: return try fetchBlockScalar()
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return try fetchQuoted()
    case _ where beginsPlain: return try fetchPlain()
    default:
      let character = byte == 0x09 ? "a tab" : "'\(Unicode.Scalar(byte))'"
      throw failure("\(character) cannot begin a value here")
    }
  }

  /// Steps over blanks, line breaks and comments. Tabs are blanks only inside brackets.
  mutating func skipToToken() {
    if cursor.offset == 0, cursor.current == 0xEF, cursor.peek(1) == 0xBB, cursor.peek(2) == 0xBF {
      cursor.advance(to: 3)
    }
    while true {
      if isInFlow { cursor.skipBlanks() } else { cursor.skipSpaces() }
      if cursor.current == UInt8(ascii: "#") { cursor.skipToLineEnd() }
      guard cursor.skipLineBreak() != .none else { return }
      if !isInFlow { allowsSimpleKey = true }
    }
  }

  /// Whether the `:` here is an indicator. Inside `{}` it is one even before text (`{"a":1}`), but not right
  /// after another one that still waits (`{a: :b}`).
  private var isValueIndicator: Bool {
    if cursor.isSeparator(at: cursor.offset + 1) { return true }
    guard let bracket = brackets.last else { return false }
    return isVersion11 || bracket == UInt8(ascii: "{") && !followsWaitingValue
  }

  /// Whether a scalar without quotes may begin here.
  private var beginsPlain: Bool {
    let byte = cursor.current
    switch byte {
    case 0, 0x09, 0x20, UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"),
      UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"),
      UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"):
      return false
    case UInt8(ascii: "-"): return !cursor.isSeparator(at: cursor.offset + 1)
    case UInt8(ascii: "?"): return !isInFlow && !cursor.isSeparator(at: cursor.offset + 1)
    case UInt8(ascii: ":"):
      guard isInFlow else { return !cursor.isSeparator(at: cursor.offset + 1) }
      return !isVersion11 && cursor.peek(1) != 0x20 && cursor.peek(1) != 0x09
    default: return !cursor.isBreakOrEnd(at: cursor.offset)
    }
  }
}

// MARK: - Indicators

extension Scanner {
  private mutating func fetchDirective() throws(YAMLError) {
    unwind(to: -1)
    try forgetSimpleKey()
    allowsSimpleKey = false
    try scanDirective()
  }

  private mutating func fetchDocumentIndicator(_ kind: Token.Kind) throws(YAMLError) {
    unwind(to: -1)
    try forgetSimpleKey()
    allowsSimpleKey = false
    appendIndicator(kind, length: 3)
  }

  private mutating func fetchOpening(_ kind: Token.Kind) throws(YAMLError) {
    try noteSimpleKey()
    open(cursor.current)
    allowsSimpleKey = true
    appendIndicator(kind)
  }

  private mutating func fetchClosing(_ kind: Token.Kind) throws(YAMLError) {
    try forgetSimpleKey()
    close()
    allowsSimpleKey = false
    appendIndicator(kind)
  }

  private mutating func fetchFlowEntry() throws(YAMLError) {
    allowsSimpleKey = true
    try forgetSimpleKey()
    appendIndicator(.flowEntry)
  }

  private mutating func fetchBlockEntry() throws(YAMLError) {
    if !isInFlow {
      guard allowsSimpleKey else { throw failure("a list item cannot stand here") }
      if indent(to: cursor.column) { append(.blockSequenceStart, from: cursor.mark, to: cursor.mark) }
    }
    allowsSimpleKey = true
    try forgetSimpleKey()
    appendIndicator(.blockEntry)
  }

  private mutating func fetchKey() throws(YAMLError) {
    if !isInFlow {
      guard allowsSimpleKey else { throw failure("a key cannot stand here") }
      if indent(to: cursor.column) { append(.blockMappingStart, from: cursor.mark, to: cursor.mark) }
    }
    allowsSimpleKey = !isInFlow
    try forgetSimpleKey()
    appendIndicator(.key)
  }

  private mutating func fetchValue() throws(YAMLError) {
    if !resolveSimpleKey() {
      if !isInFlow {
        guard allowsSimpleKey else { throw failure("':' cannot stand here") }
        if indent(to: cursor.column) { append(.blockMappingStart, from: cursor.mark, to: cursor.mark) }
      }
      allowsSimpleKey = !isInFlow
      try forgetSimpleKey()
    }
    appendIndicator(.value)
  }
}

// MARK: - What may be a key

extension Scanner {
  private mutating func fetchName(_ kind: Token.Kind) throws(YAMLError) {
    try noteSimpleKey()
    allowsSimpleKey = false
    append(try scanName(kind))
  }

  private mutating func fetchTag() throws(YAMLError) {
    try noteSimpleKey()
    allowsSimpleKey = false
    append(try scanTag())
  }

  private mutating func fetchQuoted() throws(YAMLError) {
    try noteSimpleKey()
    allowsSimpleKey = false
    append(try scanQuoted())
  }

  private mutating func fetchPlain() throws(YAMLError) {
    try noteSimpleKey()
    allowsSimpleKey = false
    append(scanPlain())
  }

  private mutating func fetchBlockScalar() throws(YAMLError) {
    allowsSimpleKey = true
    try forgetSimpleKey()
    append(try scanBlockScalar())
  }
}
