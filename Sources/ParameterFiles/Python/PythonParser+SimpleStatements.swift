import Values

extension PythonParser {
  /// Statements between semicolons, up to the end of the line.
  mutating func simpleStatements() throws(ParameterFileError) -> [PythonStatement] {
    var statements: [PythonStatement] = []
    repeat {
      if let statement = try simpleStatement() { statements.append(statement) }
    } while take(.semicolon) && kind != .newline
    try expect(.newline)
    return statements
  }

  private var isStatementEnd: Bool { kind == .newline || kind == .semicolon }

  private mutating func simpleStatement() throws(ParameterFileError) -> PythonStatement? {
    switch kind {
    case .pass, .break, .continue: advance()
    case .return:
      advance()
      if !isStatementEnd { _ = try expressions() }
    case .raise:
      advance()
      if !isStatementEnd {
        _ = try expression()
        if take(.from) { _ = try expression() }
      }
    case .global, .nonlocal:
      advance()
      repeat { _ = try name() } while take(.comma)
    case .del:
      advance()
      repeat {
        let target = try primary()
        guard target.isDeletable else { throw error("cannot delete this expression", at: target.position) }
      } while take(.comma) && !isStatementEnd
    case .assert:
      advance()
      _ = try expression()
      if take(.comma) { _ = try expression() }
    case .import:
      advance()
      repeat {
        try dottedName()
        if take(.as) { _ = try name() }
      } while take(.comma)
    case .from: try importFrom()
    case .yield: _ = try yield()
    default: return try assignment()
    }
    return nil
  }

  private mutating func dottedName() throws(ParameterFileError) {
    repeat { _ = try name() } while take(.dot)
  }

  private mutating func importFrom() throws(ParameterFileError) {
    advance()
    var isRelative = false
    while take(.dot) || take(.ellipsis) { isRelative = true }
    if !isRelative || kind != .import { try dottedName() }
    try expect(.import)
    if take(.star) { return }
    let isParenthesized = take(.leftParenthesis)
    let ends: Set<PythonToken.Kind> = isParenthesized ? [.rightParenthesis] : []
    _ = try list(endingBefore: ends) { parser throws(ParameterFileError) in
      _ = try parser.name()
      if parser.take(.as) { _ = try parser.name() }
    }
    if isParenthesized { try expect(.rightParenthesis) }
  }

  /// An assignment of any kind, or an expression alone.
  private mutating func assignment() throws(ParameterFileError) -> PythonStatement? {
    let target = try expressions()
    switch kind {
    case .colon:
      guard target.isSingleTarget else {
        throw error("only a single name can be annotated", at: target.position)
      }
      advance()
      _ = try expression()
      let value = take(.assign) ? try assignedExpressions() : nil
      return .assignment(target: target, value: value)
    case .augmentedAssign:
      guard target.isSingleTarget else {
        throw error("cannot assign to this expression", at: target.position)
      }
      advance()
      _ = try assignedExpressions()
      return nil
    case .assign: return try assignment(to: target)
    default: return nil
    }
  }

  private mutating func assignment(to first: PythonExpression) throws(ParameterFileError) -> PythonStatement?
  {
    var target = first
    var count = 0
    while take(.assign) {
      guard target.isTarget else { throw error("cannot assign to this expression", at: target.position) }
      count += 1
      // Nothing can follow `yield`: its value is no target.
      target = try assignedExpressions()
    }
    return count == 1 ? .assignment(target: first, value: target) : nil
  }
}
