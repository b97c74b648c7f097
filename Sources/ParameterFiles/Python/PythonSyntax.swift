import Values

/// As much of a Python expression as its value and its use as a target need; the rest is `other`.
struct PythonExpression {
  indirect enum Kind {
    case constant(Value)
    case name(Text)
    /// An attribute, with the name of the object when that is one.
    case attribute(of: Text?, Text)
    case element
    case tuple([PythonExpression])
    case list([PythonExpression])
    case set([PythonExpression])
    /// The key is `nil` where `**` unpacks a map.
    case dictionary([(key: PythonExpression?, value: PythonExpression)])
    case starred(PythonExpression)
    /// A sign before a number.
    case positive(Value)
    case negative(Value)
    /// A number, perhaps with a sign, and another after `+` or `-`: the only operations of a literal.
    case sum(PythonExpression, Value)
    case difference(PythonExpression, Value)
    /// The call `set()`.
    case emptySet
    /// `name := value`, which needs brackets in most places.
    case named
    case other
  }

  let kind: Kind
  let position: Position

  init(_ kind: Kind, at position: Position) {
    self.kind = kind
    self.position = position
  }

  /// The number, when the expression is one without a sign.
  var number: Value? {
    guard case .constant(let value) = kind else { return nil }
    switch value {
    case .integer, .float, .complex: return value
    default: return nil
    }
  }

  /// Whether the expression can stand alone before `:` or an augmented assignment.
  var isSingleTarget: Bool {
    switch kind {
    case .name, .attribute, .element: true
    default: false
    }
  }

  /// Whether `del` takes the expression.
  var isDeletable: Bool {
    switch kind {
    case .tuple(let elements), .list(let elements): elements.allSatisfy(\.isDeletable)
    default: isSingleTarget
    }
  }

  /// Whether the expression can be assigned to.
  var isTarget: Bool {
    switch kind {
    case .tuple(let elements), .list(let elements): elements.allSatisfy(\.isTarget)
    case .starred(let element):
      if case .starred = element.kind { false } else { element.isTarget }
    default: isSingleTarget
    }
  }
}

extension PythonExpression.Kind {
  static func combining(
    _ left: PythonExpression, _ right: PythonExpression, with sign: PythonToken.Kind
  ) -> PythonExpression.Kind {
    guard sign == .plus || sign == .minus, let number = right.number else { return .other }
    switch left.kind {
    case .constant, .positive, .negative:
      return sign == .plus ? .sum(left, number) : .difference(left, number)
    default: return .other
    }
  }
}

/// The statements that DVC looks at; all others are dropped by the parser.
indirect enum PythonStatement {
  /// `target = value`, or with an annotation, where the value may be missing.
  case assignment(target: PythonExpression, value: PythonExpression?)
  /// A class with the statements of its body.
  case classDefinition(name: Text, nameAt: Position, body: [PythonStatement], at: Position)
  /// A function called `__init__`.
  case initializer(body: [PythonStatement])
}
