import Values

/// Recognises Python 3.11 and keeps what DVC reads of it.
///
/// A file is refused where `ast.parse` refuses it. What Python checks only when it compiles (`return` outside
/// of a function, a name both global and local, repeated arguments) is not looked at, nor is it by DVC. Python
/// fails as well where a syntax tree is deeper than about 2,990 nodes, as in a sum of 3,000 terms; here such a
/// chain is read, and only what lies in itself more than 800 times is refused.
struct PythonParser {
  /// Bounds the stack. Python's own bound on the depth of a syntax tree lies near 3,000 nodes.
  private static let maximumDepth = 800

  let bytes: [UInt8]
  private let tokens: [PythonToken]
  /// The next token.
  var index = 0
  /// How many expressions are being read inside one another.
  private(set) var depth: Int
  /// Where the text stands in the file, when it is an expression inside an f-string.
  private let origin: Position?

  init(
    bytes: [UInt8], tokens: [PythonToken], depth: Int = 0, origin: Position? = nil
  ) {
    self.bytes = bytes
    self.tokens = tokens
    self.depth = depth
    self.origin = origin
  }

  // The last token is `end`, which nothing consumes.
  var token: PythonToken { tokens[min(index, tokens.count - 1)] }
  var kind: PythonToken.Kind { token.kind }
  var nextKind: PythonToken.Kind { tokens[min(index + 1, tokens.count - 1)].kind }
  var position: Position { origin ?? token.position }
  var text: Text {
    Text(utf8: bytes[min(token.range.lowerBound, bytes.count)..<min(token.range.upperBound, bytes.count)])
  }

  func error(_ message: String, at place: Position? = nil) -> ParameterFileError {
    ParameterFileError(.syntax, message, at: place ?? position)
  }

  func unexpected() -> ParameterFileError {
    switch kind {
    case .end: error("unexpected end of the file")
    case .newline: error("unexpected end of the line")
    case .indent: error("unexpected indentation")
    case .dedent: error("unexpected end of the block")
    default: error("unexpected '\(text.string.prefix { $0 != "\n" }.prefix(40))'")
    }
  }

  mutating func advance() { index += 1 }

  mutating func take(_ kind: PythonToken.Kind) -> Bool {
    guard self.kind == kind else { return false }
    index += 1
    return true
  }

  mutating func expect(_ kind: PythonToken.Kind) throws(ParameterFileError) {
    guard take(kind) else { throw unexpected() }
  }

  /// Reads a name.
  mutating func name() throws(ParameterFileError) -> Text {
    guard kind == .name else { throw unexpected() }
    let name = PythonName.normalized(text)
    index += 1
    return name
  }

  func isName(_ spelling: Text) -> Bool { kind == .name && text == spelling }

  /// Reads something that may contain itself.
  mutating func nested<Result>(
    _ read: (inout PythonParser) throws(ParameterFileError) -> Result
  ) throws(ParameterFileError) -> Result {
    guard depth < Self.maximumDepth else {
      throw ParameterFileError(.bound, "nested too deeply", at: position)
    }
    depth += 1
    let result = try read(&self)
    depth -= 1
    return result
  }

  /// Reads `read` if the text allows it, and leaves everything as it was if not.
  mutating func attempt<Result>(
    _ read: (inout PythonParser) throws(ParameterFileError) -> Result?
  ) -> Result? {
    var copy = self
    do {
      guard let result = try read(&copy) else { return nil }
      self = copy
      return result
    } catch {
      return nil
    }
  }

  /// Reads one or more of something between commas.
  /// - Returns: what was read, and whether the list ends with a comma before one of `ends`.
  mutating func list<Element>(
    endingBefore ends: Set<PythonToken.Kind>,
    _ read: (inout PythonParser) throws(ParameterFileError) -> Element
  ) throws(ParameterFileError) -> (elements: [Element], endsWithComma: Bool) {
    var elements = [try read(&self)]
    while take(.comma) {
      if ends.contains(kind) { return (elements, true) }
      elements.append(try read(&self))
    }
    return (elements, false)
  }
}
