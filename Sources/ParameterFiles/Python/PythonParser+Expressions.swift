import Values

/// How tightly a binary operator binds.
private enum Precedence {
  static let or = 0
  static let and = 1
  static let not = 2
  static let comparison = 3
  static let bitwiseOr = 4
  static let sum = 8
}

extension PythonParser {
  /// Where a list of expressions without brackets ends.
  static let expressionEnds: Set<PythonToken.Kind> = [
    .newline, .semicolon, .assign, .augmentedAssign, .colon, .rightParenthesis, .rightBracket, .rightBrace,
    .in,
    .end,
  ]

  /// `star_expressions`: expressions, starred ones too, that make a tuple when there is a comma.
  mutating func expressions() throws(ParameterFileError) -> PythonExpression {
    try tuple { parser throws(ParameterFileError) in try parser.starredOrExpression() }
  }

  /// `annotated_rhs`: what may stand to the right of `=`.
  mutating func assignedExpressions() throws(ParameterFileError) -> PythonExpression {
    if let yield = try yield() { return yield }
    return try expressions()
  }

  /// `star_expression`.
  mutating func starredOrExpression() throws(ParameterFileError) -> PythonExpression {
    if let starred = try starred() { return starred }
    return try expression()
  }

  /// `star_targets` before `in`.
  mutating func targets() throws(ParameterFileError) -> PythonExpression {
    let target = try tuple { parser throws(ParameterFileError) in try parser.unvalidatedTarget() }
    guard target.isTarget else { throw error("cannot assign to this expression", at: target.position) }
    return target
  }

  /// `star_target`: a single target, as after `as`.
  mutating func target() throws(ParameterFileError) {
    let target = try unvalidatedTarget()
    guard target.isTarget else { throw error("cannot assign to this expression", at: target.position) }
  }

  private mutating func unvalidatedTarget() throws(ParameterFileError) -> PythonExpression {
    if let starred = try starred() { return starred }
    return try operation(Precedence.bitwiseOr)
  }

  private mutating func tuple(
    _ read: (inout PythonParser) throws(ParameterFileError) -> PythonExpression
  ) throws(ParameterFileError) -> PythonExpression {
    let position = position
    let (elements, endsWithComma) = try list(endingBefore: Self.expressionEnds, read)
    if elements.count == 1, !endsWithComma { return elements[0] }
    return PythonExpression(.tuple(elements), at: position)
  }

  /// `*value`, when there is a star.
  mutating func starred() throws(ParameterFileError) -> PythonExpression? {
    let position = position
    guard take(.star) else { return nil }
    return PythonExpression(.starred(try operation(Precedence.bitwiseOr)), at: position)
  }

  /// `star_named_expression`: what stands between the commas of a display.
  mutating func element() throws(ParameterFileError) -> PythonExpression {
    if let starred = try starred() { return starred }
    return try namedExpression()
  }

  /// `named_expression`: an expression or `name := value`.
  mutating func namedExpression() throws(ParameterFileError) -> PythonExpression {
    guard kind == .name, nextKind == .walrus else { return try expression() }
    let position = position
    index += 2
    _ = try expression()
    return PythonExpression(.named, at: position)
  }

  /// `expression`: anything without a star, a comma, `:=` or `yield`.
  mutating func expression() throws(ParameterFileError) -> PythonExpression {
    try nested { parser throws(ParameterFileError) in
      let position = parser.position
      if parser.take(.lambda) {
        try parser.parameters(endingAt: .colon, annotated: false)
        try parser.expect(.colon)
        _ = try parser.expression()
        return PythonExpression(.other, at: position)
      }
      let value = try parser.operation(Precedence.or)
      guard parser.take(.if) else { return value }
      _ = try parser.operation(Precedence.or)
      try parser.expect(.else)
      _ = try parser.expression()
      return PythonExpression(.other, at: position)
    }
  }

  /// `disjunction`: an expression without `lambda` and `if`.
  mutating func disjunction() throws(ParameterFileError) { _ = try operation(Precedence.or) }

  /// `bitwise_or`: an expression without comparisons.
  mutating func bitwiseOr() throws(ParameterFileError) -> PythonExpression {
    try operation(Precedence.bitwiseOr)
  }

  /// Binary operators that bind at least as tightly as `minimum`.
  private mutating func operation(_ minimum: Int) throws(ParameterFileError) -> PythonExpression {
    let position = position
    var left: PythonExpression
    if minimum <= Precedence.not, take(.not) {
      _ = try nested { parser throws(ParameterFileError) in try parser.operation(Precedence.not) }
      left = PythonExpression(.other, at: position)
    } else {
      left = try unary()
    }
    while let precedence, precedence >= minimum {
      let `operator` = kind
      advance()
      if `operator` == .not { advance() }
      if `operator` == .is { _ = take(.not) }
      let right = try operation(precedence + 1)
      left = PythonExpression(.combining(left, right, with: `operator`), at: position)
    }
    return left
  }

  /// The precedence of the binary operator that comes next.
  private var precedence: Int? {
    switch kind {
    case .or: Precedence.or
    case .and: Precedence.and
    case .not: nextKind == .in ? Precedence.comparison : nil
    case .in, .is, .less, .greater, .lessEqual, .greaterEqual, .equal, .notEqual: Precedence.comparison
    case .bar: Precedence.bitwiseOr
    case .caret: 5
    case .ampersand: 6
    case .leftShift, .rightShift: 7
    case .plus, .minus: Precedence.sum
    case .star, .slash, .doubleSlash, .percent, .at: 9
    default: nil
    }
  }

  private mutating func unary() throws(ParameterFileError) -> PythonExpression {
    let position = position
    let sign = kind
    guard sign == .plus || sign == .minus || sign == .tilde else { return try power() }
    advance()
    let operand = try nested { parser throws(ParameterFileError) in try parser.unary() }
    guard let number = operand.number, sign != .tilde else { return PythonExpression(.other, at: position) }
    return PythonExpression(sign == .plus ? .positive(number) : .negative(number), at: position)
  }

  private mutating func power() throws(ParameterFileError) -> PythonExpression {
    let position = position
    let isAwaited = take(.await)
    let base = try primary()
    guard take(.doubleStar) else { return isAwaited ? PythonExpression(.other, at: position) : base }
    _ = try nested { parser throws(ParameterFileError) in try parser.unary() }
    return PythonExpression(.other, at: position)
  }

  /// `primary`: an atom with attributes, calls and subscripts.
  mutating func primary() throws(ParameterFileError) -> PythonExpression {
    var result = try atom()
    while true {
      let position = result.position
      var object: Text?
      if case .name(let name) = result.kind { object = name }
      switch kind {
      case .dot:
        advance()
        result = PythonExpression(.attribute(of: object, try name()), at: position)
      case .leftParenthesis:
        advance()
        let isEmpty = kind == .rightParenthesis
        try arguments(allowingGenerator: true)
        result = PythonExpression(isEmpty && object == "set" ? .emptySet : .other, at: position)
      case .leftBracket:
        advance()
        try slices()
        result = PythonExpression(.element, at: position)
      default: return result
      }
    }
  }

  /// `yield_expr`, when there is one.
  mutating func yield() throws(ParameterFileError) -> PythonExpression? {
    let position = position
    guard take(.yield) else { return nil }
    if take(.from) {
      _ = try expression()
    } else if !Self.expressionEnds.contains(kind) {
      _ = try expressions()
    }
    return PythonExpression(.other, at: position)
  }
}
