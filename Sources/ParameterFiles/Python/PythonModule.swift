import Values

/// What DVC reads of a Python file (3.67, `dvc/utils/serialize/_py.py`): the literals that a module and its
/// classes assign to names, and those that a function called `__init__` assigns to attributes of `self`.
enum PythonModule {
  /// - Throws: ``ParameterFileError`` where Python refuses the file, or DVC crashes on a value.
  static func read(_ text: SourceText) throws(ParameterFileError) -> Node {
    let tokens = try PythonTokenizer.tokens(of: text.bytes)
    var parser = PythonParser(bytes: text.bytes, tokens: tokens)
    let map = try map(of: try parser.module(), onlySelf: false)
    return Node(.map(map), at: Position(line: 1, column: 1))
  }

  private static func map(
    of statements: [PythonStatement], onlySelf: Bool
  ) throws(ParameterFileError) -> Mapping {
    var map = Mapping()
    for statement in statements {
      switch statement {
      case .assignment(let target, let value):
        guard let name = name(of: target, onlySelf: onlySelf), let value,
          let node = try literal(value, isOutermost: true)
        else { continue }
        map.set(name, node, at: target.position)
      case .classDefinition(let name, let nameAt, let body, let position):
        map.set(name, Node(.map(try Self.map(of: body, onlySelf: false)), at: position), at: nameAt)
      case .initializer(let body):
        for entry in try Self.map(of: body, onlySelf: true).entries {
          guard let name = entry.key.text else { continue }
          map.set(name, entry.value, at: entry.key.position)
        }
      }
    }
    return map
  }

  private static func name(of target: PythonExpression, onlySelf: Bool) -> Text? {
    switch target.kind {
    case .name(let name): onlySelf ? nil : name
    case .attribute(of: "self", let name): name
    default: nil
    }
  }

  // MARK: Literals

  /// The value of an expression as `ast.literal_eval` has it; `nil` when it is not a literal.
  ///
  /// - Parameter isOutermost: DVC takes the outermost container apart itself, and in another order than
  ///   `literal_eval`, which shows when one member is no literal and another cannot be hashed.
  private static func literal(
    _ expression: PythonExpression, isOutermost: Bool = false
  ) throws(ParameterFileError) -> Node? {
    let value: Value?
    switch expression.kind {
    case .constant(let constant): value = constant
    case .tuple(let elements): value = try literals(elements).map { .tuple($0) }
    case .list(let elements): value = try literals(elements).map { .list($0) }
    case .set(let elements): value = try set(elements, evaluatingFirst: isOutermost)
    case .dictionary(let entries): value = try dictionary(entries, valuesFirst: isOutermost)
    case .emptySet: value = .set([])
    case .sum(let left, let right): value = try complex(left, right, sign: 1)
    case .difference(let left, let right): value = try complex(left, right, sign: -1)
    default: value = signedNumber(expression)
    }
    return value.map { Node($0, at: expression.position) }
  }

  private static func literals(_ elements: [PythonExpression]) throws(ParameterFileError) -> [Node]? {
    var nodes: [Node] = []
    for element in elements {
      guard let node = try literal(element) else { return nil }
      nodes.append(node)
    }
    return nodes
  }

  private static func set(
    _ elements: [PythonExpression], evaluatingFirst: Bool
  ) throws(ParameterFileError) -> Value? {
    if evaluatingFirst, try literals(elements) == nil { return nil }
    var members = Mapping()
    for element in elements {
      guard let node = try literal(element) else { return nil }
      try insert(node, node, into: &members)
    }
    return .set(members.entries.map(\.key))
  }

  private static func dictionary(
    _ entries: [(key: PythonExpression?, value: PythonExpression)], valuesFirst: Bool
  ) throws(ParameterFileError) -> Value? {
    var map = Mapping()
    for entry in entries {
      let early = valuesFirst ? try literal(entry.value) : nil
      if valuesFirst, early == nil { return nil }
      guard let keyExpression = entry.key, let key = try literal(keyExpression) else { return nil }
      guard let value = valuesFirst ? early : try literal(entry.value) else { return nil }
      try insert(key, value, into: &map)
    }
    return .map(map)
  }

  private static func insert(_ key: Node, _ value: Node, into map: inout Mapping) throws(ParameterFileError) {
    do throws(UnhashableKey) {
      try map.set(key, value)
    } catch {
      throw ParameterFileError(
        .value, "a \(key.value.typeName) cannot be a key or a member of a set", at: key.position)
    }
  }

  private static func signedNumber(_ expression: PythonExpression) -> Value? {
    switch expression.kind {
    case .positive(let number): return number
    case .negative(.integer(let integer)): return .integer(integer.negated)
    case .negative(.float(let double)): return .float(-double)
    case .negative(.complex(let real, let imaginary)): return .complex(real: -real, imaginary: -imaginary)
    default: return expression.number
    }
  }

  /// A real number and an imaginary one.
  private static func complex(
    _ left: PythonExpression, _ right: Value, sign: Double
  ) throws(ParameterFileError) -> Value? {
    guard let signed = signedNumber(left), case .complex(let rightReal, let rightImaginary) = right else {
      return nil
    }
    let real: Double
    switch signed {
    case .float(let double): real = double
    case .integer(let integer):
      real = Double(integer.description) ?? .infinity
      guard real.isFinite else {
        throw ParameterFileError(.value, "an integer is too large for a complex number", at: left.position)
      }
    default: return nil
    }
    return .complex(real: real + sign * rightReal, imaginary: 0 + sign * rightImaginary)
  }
}
