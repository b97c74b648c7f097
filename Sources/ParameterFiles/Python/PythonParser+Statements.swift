import Values

extension PythonParser {
  /// The statements of a whole file.
  mutating func module() throws(ParameterFileError) -> [PythonStatement] {
    var statements: [PythonStatement] = []
    while kind != .end { statements += try statement() }
    return statements
  }

  /// A single expression in parentheses, from an f-string.
  mutating func formattedExpression() throws(ParameterFileError) {
    _ = try expressions()
    _ = take(.newline)
    guard kind == .end else { throw unexpected() }
  }

  private mutating func statement() throws(ParameterFileError) -> [PythonStatement] {
    switch kind {
    case .if, .while: try conditional()
    case .for: try forLoop()
    case .try: try tryStatement()
    case .with: try withStatement()
    case .def: return try functionDefinition()
    case .class: return try classDefinition()
    case .at: return try decorated()
    case .async: try asyncStatement()
    default:
      if isName("match"), try matchStatement() { return [] }
      return try simpleStatements()
    }
    return []
  }

  /// The block after a colon: an indented one, or simple statements on the same line.
  @discardableResult
  mutating func block() throws(ParameterFileError) -> [PythonStatement] {
    try expect(.colon)
    guard take(.newline) else { return try simpleStatements() }
    guard take(.indent) else { throw error("expected an indented block") }
    var statements: [PythonStatement] = []
    while !take(.dedent) {
      guard kind != .end else { throw unexpected() }
      statements += try statement()
    }
    return statements
  }

  // MARK: Compound statements

  private mutating func conditional() throws(ParameterFileError) {
    let isIf = kind == .if
    repeat {
      advance()
      _ = try namedExpression()
      try block()
    } while isIf && kind == .elif
    if take(.else) { try block() }
  }

  private mutating func forLoop() throws(ParameterFileError) {
    advance()
    _ = try targets()
    try expect(.in)
    _ = try expressions()
    try block()
    if take(.else) { try block() }
  }

  private mutating func tryStatement() throws(ParameterFileError) {
    advance()
    try block()
    var isGroup: Bool?
    while take(.except) {
      let hasStar = take(.star)
      guard isGroup ?? hasStar == hasStar else { throw error("'except' and 'except*' cannot be mixed") }
      isGroup = hasStar
      if hasStar || kind != .colon {
        _ = try expression()
        if take(.as) { _ = try name() }
      }
      try block()
    }
    if isGroup != nil, take(.else) { try block() }
    if take(.finally) {
      try block()
    } else if isGroup == nil {
      throw error("expected 'except' or 'finally'")
    }
  }

  private mutating func withStatement() throws(ParameterFileError) {
    advance()
    let isParenthesized: Bool? = attempt { parser throws(ParameterFileError) in
      guard parser.take(.leftParenthesis) else { return nil }
      _ = try parser.list(endingBefore: [.rightParenthesis]) { parser throws(ParameterFileError) in
        try parser.withItem()
      }
      return parser.take(.rightParenthesis) && parser.kind == .colon ? true : nil
    }
    if isParenthesized == nil {
      repeat { try withItem() } while take(.comma)
    }
    try block()
  }

  private mutating func withItem() throws(ParameterFileError) {
    _ = try expression()
    if take(.as) { try target() }
  }

  private mutating func asyncStatement() throws(ParameterFileError) {
    advance()
    switch kind {
    case .def: _ = try functionDefinition()
    case .with: try withStatement()
    case .for: try forLoop()
    default: throw unexpected()
    }
  }

  private mutating func decorated() throws(ParameterFileError) -> [PythonStatement] {
    while take(.at) {
      _ = try namedExpression()
      try expect(.newline)
    }
    switch kind {
    case .def, .class: return try statement()
    case .async where nextKind == .def: return try statement()
    default: throw unexpected()
    }
  }

  private mutating func functionDefinition() throws(ParameterFileError) -> [PythonStatement] {
    advance()
    let name = try name()
    try expect(.leftParenthesis)
    try parameters(endingAt: .rightParenthesis, annotated: true)
    try expect(.rightParenthesis)
    if take(.arrow) { _ = try expression() }
    let body = try block()
    return name == "__init__" ? [.initializer(body: body)] : []
  }

  private mutating func classDefinition() throws(ParameterFileError) -> [PythonStatement] {
    let position = position
    advance()
    let namePosition = self.position
    let name = try name()
    if take(.leftParenthesis) { try arguments(allowingGenerator: false) }
    return [.classDefinition(name: name, nameAt: namePosition, body: try block(), at: position)]
  }

  /// Reads the parameters of a function or, without annotations, of a `lambda`.
  mutating func parameters(endingAt end: PythonToken.Kind, annotated: Bool) throws(ParameterFileError) {
    var hasParameter = false
    var hasSlash = false
    var hasStar = false
    var hasDefault = false
    while kind != end {
      if take(.slash) {
        guard hasParameter, !hasSlash, !hasStar else { throw error("'/' is out of place") }
        hasSlash = true
      } else if take(.star) {
        guard !hasStar else { throw error("'*' may appear only once") }
        hasStar = true
        if kind == .name {
          advance()
          if annotated, take(.colon) { _ = try starredOrExpression() }
        } else {
          guard kind == .comma, nextKind == .name else {
            throw error("named parameters must follow a bare '*'")
          }
        }
      } else if take(.doubleStar) {
        _ = try name()
        if annotated, take(.colon) { _ = try expression() }
        _ = take(.comma)
        return
      } else {
        _ = try name()
        hasParameter = true
        if annotated, take(.colon) { _ = try expression() }
        if take(.assign) {
          _ = try expression()
          hasDefault = true
        } else if hasDefault, !hasStar {
          throw error("a parameter without a default after one with")
        }
      }
      guard take(.comma) else { return }
    }
  }
}
