import Values

/// The turns of a `foreach` or a `matrix`: the end of the generated stage's name, and the values for it
/// (DVC 3.67, `ForeachDefinition` and `MatrixDefinition` in `dvc/parsing/__init__.py`).
struct Iteration {
  /// One generated stage.
  struct Turn {
    /// What stands after the `@`.
    let key: Text
    /// `${item}`.
    let item: Node
    /// Whether `${key}` exists.
    let hasKey: Bool
  }

  /// The turns, in order; of turns with one key the last one counts, in the place of the first.
  let turns: [Turn]

  /// The turns of a `foreach` over this data.
  init(foreach data: Node, in context: TemplateContext, _ spelling: TemplateSpelling) throws(TemplateError) {
    let interpolation = Interpolation(context: context, spelling: spelling)
    switch try interpolation.resolve(data).value {
    case .map(let map):
      turns = Self.distinct(
        try map.entries.map { entry throws(TemplateError) in
          Turn(key: try spelling.text(of: entry.key.value), item: entry.value, hasKey: true)
        })
    case .list(let list):
      let named =
        Self.isNamed(data) ? Array(repeating: true, count: list.count) : (data.list ?? []).map(Self.isNamed)
      let isComposite = list.contains { Self.isComposite($0.value) }
      var turns: [Turn] = []
      for (index, element) in list.enumerated() {
        let key =
          isComposite
          ? Text(String(index)) : try Self.key(of: element.value, isNamed: named[index], spelling)
        turns.append(Turn(key: key, item: element, hasKey: false))
      }
      self.turns = Self.distinct(turns)
    case let other:
      throw TemplateError("expected a list or a map, got \(other.typeName)", at: data.position)
    }
  }

  /// The turns of a `matrix`: every combination, the last axis fastest.
  init(matrix data: Node, in context: TemplateContext, _ spelling: TemplateSpelling) throws(TemplateError) {
    guard let axes = data.map else { throw TemplateError("expected a map", at: data.position) }
    let interpolation = Interpolation(context: context, spelling: spelling)
    var combinations: [(key: [Text], item: Mapping)] = [([], Mapping())]
    for axis in axes.entries {
      let name = try interpolation.resolve(axis.key)
      guard let label = name.text else {
        throw TemplateError("the name of an axis must be a string", at: axis.key.position)
      }
      let values = try Self.values(of: axis.value, label, interpolation)
      guard combinations.count <= Self.limit / max(1, values.count) else {
        throw TemplateError("the matrix has more than \(Self.limit) combinations", at: data.position)
      }
      combinations = combinations.flatMap { combination in
        values.map { value in
          var item = combination.item
          item.set(label, value.node)
          return (combination.key + [value.key], item)
        }
      }
    }
    turns = Self.distinct(
      combinations.map { Turn(key: $0.key.joined(separator: "-"), item: Node(.map($0.item)), hasKey: true) })
  }

  private static let limit = 100_000

  private static func values(
    of axis: Node, _ label: Text, _ interpolation: Interpolation
  ) throws(TemplateError) -> [(key: Text, node: Node)] {
    let isNamed = isNamed(axis)
    switch try interpolation.resolve(axis).value {
    case .string(let text) where !isNamed:
      return text.scalars.map { (Text(String($0)), Node(.string(Text(String($0))))) }
    case .map(let map): return map.entries.map { ($0.key.value.pythonString, $0.key) }
    case .list(let list):
      let elementNamed =
        isNamed ? Array(repeating: true, count: list.count) : (axis.list ?? []).map(Self.isNamed)
      var values: [(key: Text, node: Node)] = []
      for (index, element) in list.enumerated() {
        let key =
          isComposite(element.value)
          ? label + Text(String(index))
          : try key(of: element.value, isNamed: elementNamed[index], interpolation.spelling)
        values.append((key, element))
      }
      return values
    case let other:
      throw TemplateError("the axis '\(label)' is \(other.typeName), not a list", at: axis.position)
    }
  }

  /// A value that a token named is still wrapped when DVC prints it, so a bool there is `True`, not `true`.
  private static func key(of value: Value, isNamed: Bool, _ spelling: TemplateSpelling) throws(TemplateError)
    -> Text
  {
    isNamed ? value.pythonString : try spelling.text(of: value)
  }

  /// Whether the value is exactly one token.
  private static func isNamed(_ node: Node) -> Bool {
    guard let text = node.text, let token = Token.all(in: text).first else { return false }
    return token.range == 0..<text.utf8.count
  }

  private static func isComposite(_ value: Value) -> Bool {
    switch value {
    case .map, .list, .tuple: true
    default: false
    }
  }

  private static func distinct(_ turns: [Turn]) -> [Turn] {
    var index: [Text: Int] = [:]
    var result: [Turn] = []
    for turn in turns {
      if let known = index[turn.key] {
        result[known] = turn
      } else {
        index[turn.key] = result.count
        result.append(turn)
      }
    }
    return result
  }
}
