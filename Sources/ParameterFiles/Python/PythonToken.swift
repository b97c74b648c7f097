import Values

/// A token of Python source.
struct PythonToken {
  /// The tokens of Python 3.11. Keywords and operators are spelled in ``PythonToken/keywords`` and
  /// ``PythonToken/operators``.
  enum Kind: UInt8 {
    case end, newline, indent, dedent, name, number, string
    // Keywords.
    case `false`, none, `true`, and, `as`, assert, async, await, `break`, `class`, `continue`, def, del, elif,
      `else`, except, finally, `for`, from, global, `if`, `import`, `in`, `is`, lambda, nonlocal, not, or,
      pass, raise, `return`, `try`, `while`, with, yield
    // Brackets and separators.
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, colon, semicolon, dot, ellipsis, arrow, walrus, assign, augmentedAssign
    // Operators.
    case plus, minus, star, doubleStar, slash, doubleSlash, percent, at, tilde, ampersand, bar, caret
    case leftShift, rightShift, less, greater, lessEqual, greaterEqual, equal, notEqual
  }

  let kind: Kind
  /// The bytes of the token in the text.
  let start: UInt32
  let end: UInt32
  private let line: UInt32
  private let column: UInt32

  init(_ kind: Kind, start: Int, end: Int, at position: Position) {
    self.kind = kind
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    line = UInt32(truncatingIfNeeded: position.line)
    column = UInt32(truncatingIfNeeded: position.column)
  }

  var position: Position { Position(line: Int(line), column: Int(column)) }
  var range: Range<Int> { Int(start)..<Int(end) }

  static let keywords: [Text: Kind] = [
    "False": .false, "None": .none, "True": .true, "and": .and, "as": .as, "assert": .assert, "async": .async,
    "await": .await, "break": .break, "class": .class, "continue": .continue, "def": .def, "del": .del,
    "elif": .elif, "else": .else, "except": .except, "finally": .finally, "for": .for, "from": .from,
    "global": .global, "if": .if, "import": .import, "in": .in, "is": .is, "lambda": .lambda,
    "nonlocal": .nonlocal, "not": .not, "or": .or, "pass": .pass, "raise": .raise, "return": .return,
    "try": .try, "while": .while, "with": .with, "yield": .yield,
  ]

  /// Operators by spelling; the tokenizer takes the longest that fits.
  static let operators: [Text: Kind] = [
    "(": .leftParenthesis, ")": .rightParenthesis, "[": .leftBracket, "]": .rightBracket, "{": .leftBrace,
    "}": .rightBrace, ",": .comma, ":": .colon, ";": .semicolon, ".": .dot, "...": .ellipsis, "->": .arrow,
    ":=": .walrus, "=": .assign, "+": .plus, "-": .minus, "*": .star, "**": .doubleStar, "/": .slash,
    "//": .doubleSlash, "%": .percent, "@": .at, "~": .tilde, "&": .ampersand, "|": .bar, "^": .caret,
    "<<": .leftShift, ">>": .rightShift, "<": .less, ">": .greater, "<=": .lessEqual, ">=": .greaterEqual,
    "==": .equal, "!=": .notEqual,
    "+=": .augmentedAssign, "-=": .augmentedAssign, "*=": .augmentedAssign, "/=": .augmentedAssign,
    "//=": .augmentedAssign, "%=": .augmentedAssign, "@=": .augmentedAssign, "&=": .augmentedAssign,
    "|=": .augmentedAssign, "^=": .augmentedAssign, "<<=": .augmentedAssign, ">>=": .augmentedAssign,
    "**=": .augmentedAssign,
  ]
}
