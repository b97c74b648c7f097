import Values

/// The values that templates of one `dvc.yaml` can name (DVC 3.67, `dvc/parsing/context.py`).
struct TemplateContext {
  private(set) var values = Mapping()
  /// Which files were loaded: wholly (`nil`), or these keys of them.
  private var imports: [Text: [Text]?] = [:]
  /// `item` and `key` of a `foreach` or `matrix`, above all other values and not to be redefined.
  private var iteration = Mapping()

  /// A value of a `vars` item: an inline map.
  mutating func merge(inline map: Mapping) throws(TemplateError) {
    try merge(Self.templated(map))
  }

  /// A file named by a `vars` item `path[:key,…]`.
  /// - Parameters:
  ///   - path: the normalised path, by which DVC tells files apart: from the root of the repository, or absolute.
  ///   - keys: the keys to take, or `nil` for all.
  ///   - load: reads the file.
  mutating func merge(
    file path: Text, keys: [Text]?, load: () throws(TemplateError) -> Node
  ) throws(TemplateError) {
    if let loaded = imports[path] {
      if keys == nil, loaded == nil { return }
      guard let keys, let loaded, Set(keys).isDisjoint(with: loaded) else {
        throw TemplateError("cannot load '\(path)': it is loaded already, at least in part")
      }
    }
    let document = try load()
    guard var map = document.map else {
      throw TemplateError("expected a map in '\(path)', got \(document.value.typeName)")
    }
    if let keys {
      var selected = Mapping()
      for key in keys {
        guard let value = map[key] else { throw TemplateError("could not find '\(key)' in '\(path)'") }
        selected.set(key, value)
      }
      map = selected
    }
    try merge(Self.templated(map))
    if let loaded = imports[path], let before = loaded {
      imports[path] = .some(before + (keys ?? []))
    } else {
      imports[path] = .some(keys)
    }
  }

  /// The context with `item`, and `key` where there is one, for one turn of a `foreach` or `matrix`.
  func iterating(item: Node, key: Text?) throws(TemplateError) -> TemplateContext {
    var context = self
    context.iteration.set("item", try Self.templated(item))
    if let key { context.iteration.set("key", Node(.string(key))) }
    return context
  }

  /// The value that an expression names: `a.b[0]`, every part stripped, lists by Python's `int()`.
  func select(_ expression: Text) throws(TemplateError) -> Node {
    let notFound = TemplateError("could not find '\(expression)'")
    let dotted = expression.utf8.compactMap { byte -> UInt8? in
      byte == UInt8(ascii: "]") ? nil : byte == UInt8(ascii: "[") ? UInt8(ascii: ".") : byte
    }
    var parts = Text(utf8: dotted).split(separator: UInt8(ascii: ".")).map(\.trimmed)
    let first = parts.removeFirst()
    guard var node = iteration[first] ?? values[first] else { throw notFound }
    for part in parts {
      switch node.value {
      case .map(let map):
        guard let next = map[part] else { throw notFound }
        node = next
      case .list(let list):
        guard let index = part.parsedInteger?.int, (-list.count..<list.count).contains(index) else {
          throw notFound
        }
        node = list[index < 0 ? list.count + index : index]
      default: throw notFound
      }
    }
    return node
  }

  private mutating func merge(_ update: Mapping) throws(TemplateError) {
    for entry in iteration.entries {
      if let key = entry.key.text, update[key] != nil {
        throw TemplateError(
          "attempted to modify the reserved key '\(key)'", at: update.entry(key)?.key.position)
      }
    }
    try Self.merge(update, into: &values, path: [])
  }

  private static func merge(
    _ update: Mapping, into target: inout Mapping, path: [Text]
  ) throws(TemplateError) {
    for entry in update.entries {
      guard let key = entry.key.text else { continue }
      if var old = target[key]?.map, let new = entry.value.map {
        let position = target[key]?.position
        try merge(new, into: &old, path: path + [key])
        target.set(key, Node(.map(old), at: position))
      } else if target[key] != nil {
        let name = (path + [key]).joined(separator: ".")
        throw TemplateError("cannot redefine '\(name)'", at: entry.key.position)
      } else {
        target.set(key, entry.value, at: entry.key.position)
      }
    }
  }

  /// A map as templates see it: without the keys that are not texts.
  private static func templated(_ map: Mapping) throws(TemplateError) -> Mapping {
    var result = Mapping()
    for entry in map.entries {
      guard let key = entry.key.text else { continue }
      result.set(key, try templated(entry.value), at: entry.key.position)
    }
    return result
  }

  private static func templated(_ node: Node) throws(TemplateError) -> Node {
    switch node.value {
    case .null, .bool, .integer, .float, .string, .bytes: return node
    case .map(let map): return Node(.map(try templated(map)), at: node.position)
    case .list(let list):
      var elements: [Node] = []
      for element in list { elements.append(try templated(element)) }
      return Node(.list(elements), at: node.position)
    case .complex, .temporal, .ellipsis, .tuple, .set:
      throw TemplateError("DVC cannot use a value of type '\(node.value.typeName)' here", at: node.position)
    }
  }
}
