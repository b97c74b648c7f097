import Values

/// What a document must look like: as much of DVC's schema language (voluptuous) as its files use.
indirect enum Schema: Sendable {
  /// Anything at all, `null` included.
  case anything
  /// `None`.
  case null
  /// A `str`.
  case string
  /// A `bool`.
  case bool
  /// An `int`, which a `bool` is too.
  case integer
  /// A `str` of exactly these letters.
  case literal(Text, orElse: String)
  /// A checksum: null, an empty text, or a text or integer of at least three characters.
  case checksum
  /// A list whose every element is one of these.
  case list([Schema])
  /// A map with these keys and no others.
  case keys([Text: Schema], required: Set<Text>)
  /// A map from any text to values of this kind.
  case mapping(Schema, minimum: Int, maximum: Int)
  /// A map of any kind.
  case anyMapping
  /// A list of any kind.
  case anyList
  /// One of these.
  case either([Schema])
  /// One schema for maps that have one of the keys, another for everything else.
  case byKeys(Set<Text>, then: Schema, otherwise: Schema)

  /// A map with these keys, none of them required.
  static func keys(_ keys: [Text: Schema]) -> Schema { .keys(keys, required: []) }
  /// A map from any text to values of this kind.
  static func mapping(_ value: Schema) -> Schema { .mapping(value, minimum: 0, maximum: .max) }

  /// Where and why a document does not fit.
  struct Mismatch: Error {
    /// The keys from the root to the value.
    var path: [Text]
    /// Where the value stands.
    let position: Position?
    /// What is wrong with it.
    let message: String

    /// `stages.train.deps`: the way to the value.
    var keyPath: String { path.map(\.string).joined(separator: ".") }
  }

  /// Checks a document.
  func validate(_ node: Node) throws(Mismatch) {
    switch self {
    case .anything: return
    case .null: try expect(node.isNull, node, "null")
    case .string: try expect(node.text != nil, node, "a string")
    case .bool: try expect(node.bool != nil, node, "true or false")
    case .integer:
      if case .integer = node.value { return }
      try expect(node.bool != nil, node, "a whole number")
    case .literal(let text, let message):
      guard node.text == text else { throw Mismatch(path: [], position: node.position, message: message) }
    case .checksum: try expect(Self.isChecksum(node.value), node, "a checksum")
    case .anyMapping: try expect(node.map != nil, node, "a map")
    case .anyList: try expect(node.list != nil, node, "a list")
    case .list(let elements): try Self.validate(list: node, elements)
    case .keys(let keys, let required): try Self.validate(map: node, keys, required)
    case .mapping(let value, let minimum, let maximum):
      try Self.validate(mapping: node, value, minimum...maximum)
    case .either(let options): try Self.validate(either: node, options)
    case .byKeys(let keys, let then, let otherwise):
      let matches = node.map.map { map in keys.contains { map[$0] != nil } } ?? false
      try (matches ? then : otherwise).validate(node)
    }
  }

  private func expect(_ condition: Bool, _ node: Node, _ what: String) throws(Mismatch) {
    guard condition else {
      let message = "expected \(what), got \(node.value.typeName)"
      throw Mismatch(path: [], position: node.position, message: message)
    }
  }

  private static func isChecksum(_ value: Value) -> Bool {
    switch value {
    case .null: true
    case .string(let text): text.isEmpty || text.scalars.count >= 3
    case .integer(let integer): integer.description.count >= 3
    default: false
    }
  }

  private static func validate(list node: Node, _ elements: [Schema]) throws(Mismatch) {
    guard let list = node.list else {
      throw Mismatch(
        path: [], position: node.position, message: "expected a list, got \(node.value.typeName)")
    }
    for (index, element) in list.enumerated() {
      try within(Text(String(index))) { () throws(Mismatch) in try validate(either: element, elements) }
    }
  }

  private static func validate(map node: Node, _ keys: [Text: Schema], _ required: Set<Text>) throws(Mismatch)
  {
    guard let map = node.map else {
      throw Mismatch(path: [], position: node.position, message: "expected a map, got \(node.value.typeName)")
    }
    for entry in map.entries {
      guard let key = entry.key.text, let schema = keys[key] else {
        let name = entry.key.text?.string ?? "a key of type \(entry.key.value.typeName)"
        throw Mismatch(
          path: [], position: entry.key.position, message: "'\(name)' is not a key that DVC knows here")
      }
      try within(key) { () throws(Mismatch) in try schema.validate(entry.value) }
    }
    for key in required.sorted() where map[key] == nil {
      throw Mismatch(path: [], position: node.position, message: "the key '\(key)' is missing")
    }
  }

  private static func validate(
    mapping node: Node, _ value: Schema, _ count: ClosedRange<Int>
  ) throws(Mismatch) {
    guard let map = node.map else {
      throw Mismatch(path: [], position: node.position, message: "expected a map, got \(node.value.typeName)")
    }
    guard count.contains(map.count) else {
      throw Mismatch(path: [], position: node.position, message: "the map has \(map.count) entries")
    }
    for entry in map.entries {
      guard let key = entry.key.text else {
        let message = "a key must be a string, this one is \(entry.key.value.typeName)"
        throw Mismatch(path: [], position: entry.key.position, message: message)
      }
      try within(key) { () throws(Mismatch) in try value.validate(entry.value) }
    }
  }

  private static func validate(either node: Node, _ options: [Schema]) throws(Mismatch) {
    var deepest: Mismatch?
    for option in options {
      do {
        try option.validate(node)
        return
      } catch {
        if error.path.count >= deepest?.path.count ?? 0 { deepest = error }
      }
    }
    if let deepest { throw deepest }
  }

  private static func within(_ key: Text, _ body: () throws(Mismatch) -> Void) throws(Mismatch) {
    do { try body() } catch {
      throw Mismatch(path: [key] + error.path, position: error.position, message: error.message)
    }
  }
}
