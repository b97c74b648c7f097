import Values

extension PythonParser {
  /// `atom`: a name, a literal or something in brackets.
  mutating func atom() throws(ParameterFileError) -> PythonExpression {
    let position = position
    switch kind {
    case .name: return PythonExpression(.name(try name()), at: position)
    case .string: return try strings()
    case .leftParenthesis: return try parenthesized()
    case .leftBracket: return try bracketed()
    case .leftBrace: return try braced()
    default: break
    }
    let value: Value
    switch kind {
    case .none: value = .null
    case .true: value = .bool(true)
    case .false: value = .bool(false)
    case .ellipsis: value = .ellipsis
    case .number: value = try PythonNumber.value(of: bytes[token.range], at: position)
    default: throw unexpected()
    }
    advance()
    return PythonExpression(.constant(value), at: position)
  }

  /// Adjacent strings, which are one.
  private mutating func strings() throws(ParameterFileError) -> PythonExpression {
    let position = position
    var value: [UInt8] = []
    var isBytes: Bool?
    var isFormatted = false
    while kind == .string {
      let string = PythonString(token: bytes[token.range], at: self.position)
      guard isBytes ?? string.isBytes == string.isBytes else {
        throw error("bytes and text cannot be joined")
      }
      isBytes = string.isBytes
      if string.isFormatted {
        isFormatted = true
        try PythonFormattedString(string, depth: depth).check()
      } else {
        value += try string.value()
      }
      advance()
    }
    if isFormatted { return PythonExpression(.other, at: position) }
    let constant: Value = isBytes == true ? .bytes(value) : .string(Text(utf8: value))
    return PythonExpression(.constant(constant), at: position)
  }

  private mutating func parenthesized() throws(ParameterFileError) -> PythonExpression {
    let position = position
    advance()
    if take(.rightParenthesis) { return PythonExpression(.tuple([]), at: position) }
    if let yield = try yield() {
      try expect(.rightParenthesis)
      return yield
    }
    let first = try element()
    if try clauses(after: first) {
      try expect(.rightParenthesis)
      return PythonExpression(.other, at: position)
    }
    guard kind == .comma else {
      if case .starred = first.kind {
        throw error("a starred expression needs a comma here", at: first.position)
      }
      try expect(.rightParenthesis)
      if case .named = first.kind { return PythonExpression(.other, at: position) }
      return first
    }
    let elements = try elements(from: first, to: .rightParenthesis)
    return PythonExpression(.tuple(elements), at: position)
  }

  private mutating func bracketed() throws(ParameterFileError) -> PythonExpression {
    let position = position
    advance()
    if take(.rightBracket) { return PythonExpression(.list([]), at: position) }
    let first = try element()
    if try clauses(after: first) {
      try expect(.rightBracket)
      return PythonExpression(.other, at: position)
    }
    return PythonExpression(.list(try elements(from: first, to: .rightBracket)), at: position)
  }

  private mutating func elements(
    from first: PythonExpression, to end: PythonToken.Kind
  ) throws(ParameterFileError) -> [PythonExpression] {
    var elements = [first]
    while take(.comma), kind != end { elements.append(try element()) }
    try expect(end)
    return elements
  }

  private mutating func braced() throws(ParameterFileError) -> PythonExpression {
    let position = position
    advance()
    if take(.rightBrace) { return PythonExpression(.dictionary([]), at: position) }
    if kind == .doubleStar { return try dictionary(from: try entry(), at: position) }
    let first = try element()
    if kind == .colon {
      switch first.kind {
      case .starred, .named: throw unexpected()
      default: advance()
      }
      let value = try expression()
      if kind == .for || kind == .async {
        try clauses()
        try expect(.rightBrace)
        return PythonExpression(.other, at: position)
      }
      return try dictionary(from: (first, value), at: position)
    }
    if try clauses(after: first) {
      try expect(.rightBrace)
      return PythonExpression(.other, at: position)
    }
    return PythonExpression(.set(try elements(from: first, to: .rightBrace)), at: position)
  }

  private mutating func dictionary(
    from first: (key: PythonExpression?, value: PythonExpression), at position: Position
  ) throws(ParameterFileError) -> PythonExpression {
    var entries = [first]
    while take(.comma), kind != .rightBrace { entries.append(try entry()) }
    try expect(.rightBrace)
    return PythonExpression(.dictionary(entries), at: position)
  }

  private mutating func entry() throws(ParameterFileError) -> (
    key: PythonExpression?, value: PythonExpression
  ) {
    if take(.doubleStar) { return (nil, try bitwiseOr()) }
    let key = try expression()
    try expect(.colon)
    return (key, try expression())
  }

  // MARK: Comprehensions, calls, subscripts

  /// Reads the `for` clauses of a comprehension over `element`.
  /// - Returns: whether there are any.
  mutating func clauses(after element: PythonExpression) throws(ParameterFileError) -> Bool {
    guard kind == .for || kind == .async else { return false }
    if case .starred = element.kind {
      throw error("a starred expression in a comprehension", at: element.position)
    }
    try clauses()
    return true
  }

  private mutating func clauses() throws(ParameterFileError) {
    repeat {
      _ = take(.async)
      try expect(.for)
      _ = try targets()
      try expect(.in)
      try disjunction()
      while take(.if) { try disjunction() }
    } while kind == .for || kind == .async
  }

  /// Reads the arguments of a call or the bases of a class up to the closing parenthesis: positional ones,
  /// then keywords and `*`, then keywords and `**`.
  mutating func arguments(allowingGenerator: Bool) throws(ParameterFileError) {
    var hasKeyword = false
    var hasDoubleStar = false
    var isFirst = true
    while kind != .rightParenthesis {
      if take(.doubleStar) {
        hasDoubleStar = true
        _ = try expression()
      } else if kind == .name, nextKind == .assign {
        hasKeyword = true
        index += 2
        _ = try expression()
      } else if kind == .star {
        guard !hasDoubleStar else { throw error("'*' after '**' in a call") }
        advance()
        _ = try expression()
      } else {
        guard !hasKeyword, !hasDoubleStar else { throw error("a positional argument after a keyword") }
        let argument = try namedExpression()
        if isFirst, allowingGenerator, try clauses(after: argument) { break }
      }
      isFirst = false
      guard take(.comma) else { break }
    }
    try expect(.rightParenthesis)
  }

  /// Reads the inside of a subscript and its closing bracket.
  mutating func slices() throws(ParameterFileError) {
    repeat {
      if take(.star) {
        _ = try expression()
      } else {
        try slice()
      }
    } while take(.comma) && kind != .rightBracket
    try expect(.rightBracket)
  }

  private mutating func slice() throws(ParameterFileError) {
    if kind != .colon {
      let bound = try namedExpression()
      if case .named = bound.kind { return }
    }
    for _ in 0..<2 where take(.colon) {
      if kind != .colon, kind != .comma, kind != .rightBracket { _ = try expression() }
    }
  }
}
