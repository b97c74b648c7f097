import Values

/// A `${…}` in a text (DVC 3.67, `dvc/parsing/interpolate.py`).
struct Token {
  /// The bytes that the token takes in the text.
  let range: Range<Int>
  /// What stands between the braces.
  let expression: Text

  /// The tokens of a text: `${`, not after a backslash, to the next `}` on the same line.
  static func all(in text: Text) -> [Token] {
    let bytes = text.utf8
    var tokens: [Token] = []
    var index = 0
    while index + 1 < bytes.count {
      guard bytes[index] == UInt8(ascii: "$"), bytes[index + 1] == UInt8(ascii: "{"),
        index == 0 || bytes[index - 1] != UInt8(ascii: "\\")
      else {
        index += 1
        continue
      }
      let inner = index + 2
      let stops: Set<UInt8> = [UInt8(ascii: "}"), UInt8(ascii: "\n")]
      guard let end = bytes[inner...].firstIndex(where: stops.contains) else { return tokens }
      guard bytes[end] == UInt8(ascii: "}") else {
        index += 1
        continue
      }
      tokens.append(Token(range: index..<end + 1, expression: Text(utf8: bytes[inner..<end])))
      index = end + 1
    }
    return tokens
  }

  /// Checks the grammar of the expression: a word, then any of `.word` and `[word]`.
  func check() throws(TemplateError) {
    var rest = expression.utf8[...]
    guard Self.takeWord(&rest) else {
      throw TemplateError("'${\(expression)}' does not name a value")
    }
    while !rest.isEmpty {
      rest = rest.drop(while: Self.isSpace)
      switch rest.first {
      case nil: return
      case UInt8(ascii: "."):
        rest = rest.dropFirst()
        if Self.takeWord(&rest) { continue }
      case UInt8(ascii: "["):
        rest = rest.dropFirst()
        if Self.takeWord(&rest) {
          rest = rest.drop(while: Self.isSpace)
          if rest.first == UInt8(ascii: "]") {
            rest = rest.dropFirst()
            continue
          }
        }
      default: break
      }
      throw TemplateError("'${\(expression)}' is not a name, followed by any of '.name' and '[index]'")
    }
  }

  /// Checks every text in a value, keys included.
  static func check(_ node: Node) throws(TemplateError) {
    switch node.value {
    case .string(let text):
      for token in all(in: text) {
        do { try token.check() } catch { throw TemplateError(error.message, at: node.position) }
      }
    case .list(let nodes), .tuple(let nodes), .set(let nodes):
      for element in nodes { try check(element) }
    case .map(let map):
      for entry in map.entries {
        try check(entry.key)
        try check(entry.value)
      }
    default: return
    }
  }

  /// Whether any text in the value holds a token.
  static func first(in node: Node) -> Node? {
    switch node.value {
    case .string(let text): all(in: text).isEmpty ? nil : node
    case .list(let nodes), .tuple(let nodes), .set(let nodes): nodes.lazy.compactMap(first).first
    case .map(let map): map.entries.lazy.compactMap { first(in: $0.key) ?? first(in: $0.value) }.first
    default: nil
    }
  }

  private static func takeWord(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let before = rest.count
    rest = rest.drop { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
    return rest.count < before
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
