import Values

/// TOML as tomlkit 0.15.2 reads it: TOML 1.0, the escapes `\e` and `\x`, and line ends, comments and a last
/// comma in inline tables.
struct TOMLReader {
  /// tomlkit's bound on nested values and on the parts of a key.
  static let maximumDepth = 100

  let bytes: [UInt8]
  var index = 0
  private var depth = 0
  private var cursor = PositionCursor()
  private let budget = TOMLTable.Budget()
  /// The arrays of tables that are being read, outermost first.
  private var openArrays: [[Text]] = []

  init(_ text: SourceText) { bytes = text.bytes }

  var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func position() -> Position { cursor.position(of: index, in: bytes) }

  mutating func error(
    _ message: String, _ kind: ParameterFileError.Kind = .syntax
  ) -> ParameterFileError {
    ParameterFileError(kind, message, at: position())
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(ParameterFileError) {
    guard take(character) else { throw error("expected '\(character)'") }
  }

  mutating func readDocument() throws(ParameterFileError) -> Node {
    let root = TOMLTable(at: position(), budget: budget)
    while try skipToItem(), current != UInt8(ascii: "[") {
      let (key, value) = try readPair()
      try endLine()
      try root.append(key, value)
    }
    while current != nil {
      try root.append(try readTable(under: []))
    }
    return Node(.map(try root.mapping()), at: root.position)
  }

  // MARK: Lines

  mutating func skipSpaces() {
    while let byte = current, byte == 0x20 || byte == 0x09 { index += 1 }
  }

  /// Passes over blank lines and comments.
  /// - Returns: whether there is an item.
  private mutating func skipToItem() throws(ParameterFileError) -> Bool {
    while let byte = current {
      switch byte {
      case 0x20, 0x09, 0x0A: index += 1
      case UInt8(ascii: "#"): try skipComment()
      default: return true
      }
    }
    return false
  }

  private mutating func skipComment() throws(ParameterFileError) {
    while let byte = current, byte != 0x0A {
      guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
        throw error("a control character in a comment")
      }
      index += 1
    }
  }

  /// Passes over what may follow a value or a header on its line.
  private mutating func endLine() throws(ParameterFileError) {
    skipSpaces()
    if current == UInt8(ascii: "#") { try skipComment() }
    guard current == nil || take("\n") else { throw error("unexpected character at the end of the line") }
  }

  // MARK: Keys

  private mutating func readKey() throws(ParameterFileError) -> [TOMLKey] {
    var parts = [try readKeyPart()]
    while take(".") {
      guard parts.count < Self.maximumDepth else { throw error("a key of too many parts", .bound) }
      parts.append(try readKeyPart())
    }
    return parts
  }

  private mutating func readKeyPart() throws(ParameterFileError) -> TOMLKey {
    skipSpaces()
    let position = position()
    if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") {
      let (text, isMultiline) = try readString()
      guard !isMultiline else { throw error("a key cannot be a multi-line string") }
      skipSpaces()
      return TOMLKey(text: text, position: position)
    }
    let part = bytes[index...].prefix { $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2D || $0 == 0x5F }
    guard !part.isEmpty else { throw error("expected a key") }
    index = part.endIndex
    skipSpaces()
    return TOMLKey(text: Text(utf8: part), position: position)
  }

  private mutating func readPair() throws(ParameterFileError) -> (key: [TOMLKey], value: Node) {
    let key = try readKey()
    try expect("=")
    skipSpaces()
    return (key, try readValue())
  }

  // MARK: Values

  private mutating func readValue() throws(ParameterFileError) -> Node {
    let position = position()
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return Node(.string(try readString().text), at: position)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return Node(try readNested(), at: position)
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
      let isTrue = current == UInt8(ascii: "t")
      let word = Array((isTrue ? "true" : "false").utf8)
      guard bytes[index...].starts(with: word) else { throw error("expected a value") }
      index += word.count
      return Node(.bool(isTrue), at: position)
    default: return Node(try readScalar(), at: position)
    }
  }

  private mutating func readNested() throws(ParameterFileError) -> Value {
    guard depth < Self.maximumDepth else { throw error("nested too deeply", .bound) }
    depth += 1
    defer { depth -= 1 }
    return take("[") ? try readArray() : try readInlineTable()
  }

  private mutating func readArray() throws(ParameterFileError) -> Value {
    var nodes: [Node] = []
    while try skipToItem() {
      if take("]") { return .list(nodes) }
      nodes.append(try readValue())
      guard try skipToItem(), current == UInt8(ascii: "]") || take(",") else {
        throw error("expected ',' or ']' in an array")
      }
    }
    throw error("an array without an end")
  }

  private mutating func readInlineTable() throws(ParameterFileError) -> Value {
    index += 1
    let table = TOMLTable(at: position(), budget: budget)
    while try skipToItem() {
      if take("}") { return .map(try table.mapping()) }
      let (key, value) = try readPair()
      try table.append(key, value)
      guard try skipToItem(), current == UInt8(ascii: "}") || take(",") else {
        throw error("expected ',' or '}' in an inline table")
      }
    }
    throw error("an inline table without an end")
  }

  // MARK: Tables

  private struct Header {
    let isArray: Bool
    let key: [TOMLKey]
    var name: [Text] { key.map(\.text) }
  }

  private mutating func readHeader() throws(ParameterFileError) -> Header {
    try expect("[")
    let isArray = take("[")
    return Header(isArray: isArray, key: try readKey())
  }

  /// The header that comes next, which stays unread.
  private func peekHeader() throws(ParameterFileError) -> Header? {
    guard current != nil else { return nil }
    var copy = self
    return try copy.readHeader()
  }

  /// Reads a header, its entries, and the tables inside it that follow directly.
  /// - Parameter parent: the name of the table that this one is read into.
  /// - Returns: the entry for the parent.
  private mutating func readTable(under parent: [Text]) throws(ParameterFileError) -> TOMLTable.Slot {
    let header = try readHeader()
    try expect("]")
    if header.isArray { try expect("]") }
    try endLine()
    let path = Array(header.key.dropFirst(parent.count))
    guard let last = header.key.last else { throw error("expected a key") }
    let table = TOMLTable(isArrayElement: header.isArray, at: last.position, budget: budget)
    guard path.count > 1 else {
      try readEntries(of: table, named: header.name)
      let isElement = header.isArray && openArrays.last != header.name
      return TOMLTable.Slot(
        key: last, item: isElement ? .tables(try readArray(from: table, header.name)) : .table(table))
    }
    // tomlkit makes the missing parents, the outermost of which it takes for an element of an array
    // of tables when an array of just that name is open.
    let outermost = TOMLTable(
      isArrayElement: header.isArray && openArrays.contains([path[0].text]), isImplicit: true,
      at: path[0].position, budget: budget)
    var inner = outermost
    for (offset, key) in path.enumerated().dropFirst() {
      let isLast = offset == path.count - 1
      let child = isLast ? table : TOMLTable(isImplicit: true, at: key.position, budget: budget)
      let item: TOMLItem = isLast && header.isArray ? .tables(TOMLTableArray([child])) : .table(child)
      try inner.append(TOMLTable.Slot(key: key, item: item), checking: false)
      inner = child
    }
    try readEntries(of: table, named: header.name)
    return TOMLTable.Slot(key: path[0], item: .table(outermost))
  }

  private mutating func readEntries(of table: TOMLTable, named name: [Text]) throws(ParameterFileError) {
    while try skipToItem() {
      guard current == UInt8(ascii: "[") else {
        let (key, value) = try readPair()
        try endLine()
        try table.append(key, value)
        continue
      }
      while let next = try peekHeader()?.name, next.count > name.count, next.starts(with: name) {
        try table.append(try readTable(under: name), checking: false)
      }
      break
    }
    try table.checkFragments()
  }

  /// Reads the other elements of an array of tables that follow its first.
  private mutating func readArray(
    from first: TOMLTable, _ name: [Text]
  ) throws(ParameterFileError) -> TOMLTableArray {
    let array = TOMLTableArray([first])
    openArrays.append(name)
    while let next = try peekHeader(), next.isArray, next.name == name {
      guard case .table(let table) = try readTable(under: name).item else { break }
      array.tables.append(table)
    }
    openArrays.removeLast()
    return array
  }
}
