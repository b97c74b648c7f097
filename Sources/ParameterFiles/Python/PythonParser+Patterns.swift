import Values

extension PythonParser {
  /// Reads a `match` statement, if the line begins one: `match` is a name as well.
  mutating func matchStatement() throws(ParameterFileError) -> Bool {
    let isMatch: Bool? = attempt { parser throws(ParameterFileError) in
      parser.advance()
      _ = try parser.subject()
      return parser.take(.colon) && parser.take(.newline) ? true : nil
    }
    guard isMatch != nil else { return false }
    try expect(.indent)
    repeat {
      guard isName("case") else { throw unexpected() }
      advance()
      try patterns()
      if take(.if) { _ = try namedExpression() }
      try block()
    } while !take(.dedent)
    return true
  }

  private mutating func subject() throws(ParameterFileError) {
    let (elements, endsWithComma) = try list(endingBefore: [.colon]) { parser throws(ParameterFileError) in
      try parser.element()
    }
    if elements.count == 1, !endsWithComma, case .starred = elements[0].kind { throw unexpected() }
  }

  /// `patterns`: a pattern, or several that make a sequence.
  private mutating func patterns() throws(ParameterFileError) {
    let (stars, endsWithComma) = try list(endingBefore: [.colon, .if]) { parser throws(ParameterFileError) in
      try parser.sequenceElement()
    }
    if stars == [true], !endsWithComma { throw unexpected() }
  }

  /// - Returns: whether it is a starred name.
  private mutating func sequenceElement() throws(ParameterFileError) -> Bool {
    guard take(.star) else {
      try pattern()
      return false
    }
    _ = try name()
    try endCapture()
    return true
  }

  private mutating func pattern() throws(ParameterFileError) {
    repeat { try closedPattern() } while take(.bar)
    if take(.as) { try capture() }
  }

  /// A name that a pattern binds, which `_` is not.
  private mutating func capture() throws(ParameterFileError) {
    guard try name() != "_" else { throw error("'_' cannot be a target here") }
    try endCapture()
  }

  private mutating func endCapture() throws(ParameterFileError) {
    switch kind {
    case .dot, .leftParenthesis, .assign: throw unexpected()
    default: break
    }
  }

  private mutating func closedPattern() throws(ParameterFileError) {
    switch kind {
    case .leftParenthesis: try sequencePattern(to: .rightParenthesis)
    case .leftBracket: try sequencePattern(to: .rightBracket)
    case .leftBrace: try mappingPattern()
    case .name:
      repeat { _ = try name() } while take(.dot)
      if take(.leftParenthesis) { try classArguments() }
      if kind == .assign { throw unexpected() }
    default: try literalPattern()
    }
  }

  private mutating func literalPattern() throws(ParameterFileError) {
    switch kind {
    case .none, .true, .false: advance()
    case .string: _ = try atom()
    default:
      _ = take(.minus)
      let isReal = try !number()
      guard kind == .plus || kind == .minus else { return }
      advance()
      guard try number(), isReal else { throw error("a complex pattern is a real and an imaginary number") }
    }
  }

  /// - Returns: whether the number is imaginary.
  private mutating func number() throws(ParameterFileError) -> Bool {
    guard kind == .number else { throw unexpected() }
    if case .constant(.complex) = try atom().kind { return true }
    return false
  }

  private mutating func sequencePattern(to end: PythonToken.Kind) throws(ParameterFileError) {
    advance()
    if take(end) { return }
    let (stars, endsWithComma) = try list(endingBefore: [end]) { parser throws(ParameterFileError) in
      try parser.sequenceElement()
    }
    if end == .rightParenthesis, stars == [true], !endsWithComma { throw unexpected() }
    try expect(end)
  }

  private mutating func mappingPattern() throws(ParameterFileError) {
    advance()
    while kind != .rightBrace {
      if take(.doubleStar) {
        try capture()
        _ = take(.comma)
        break
      }
      if kind == .name {
        guard nextKind == .dot else { throw unexpected() }
        repeat { _ = try name() } while take(.dot)
      } else {
        try literalPattern()
      }
      try expect(.colon)
      try pattern()
      guard take(.comma) else { break }
    }
    try expect(.rightBrace)
  }

  private mutating func classArguments() throws(ParameterFileError) {
    var hasKeyword = false
    while kind != .rightParenthesis {
      if kind == .name, nextKind == .assign {
        hasKeyword = true
        index += 2
      } else if hasKeyword {
        throw error("a positional pattern after a keyword")
      }
      try pattern()
      guard take(.comma) else { break }
    }
    try expect(.rightParenthesis)
  }
}
