import Trees
import Values

/// The values that templates of one `dvc.yaml` can name (DVC 3.67, `dvc/parsing/context.py`).
struct TemplateContext {
  private(set) var values = Mapping()
  /// Which files were loaded: wholly (`nil`), or these keys of them.
  private var imports: [Text: [Text]?] = [:]
  /// `item` and `key` of a `foreach` or `matrix`, above all other values and not to be redefined.
  private var iteration = Mapping()
  /// What was merged, in order, with what it is called.
  private var merged: [(name: Text, values: Mapping)] = []
  /// The files that were asked for, also those that are not there.
  private(set) var files: [RepositoryPath] = []

  /// Notes that a file was asked for.
  mutating func ask(for file: RepositoryPath) { if !files.contains(file) { files.append(file) } }

  /// A value of a `vars` item: an inline map.
  mutating func merge(inline map: Mapping) throws(TemplateError) {
    try merge(Self.templated(map, []), of: "vars")
  }

  /// A file named by a `vars` item `path[:key,…]`.
  /// - Parameters:
  ///   - path: the normalised path, by which DVC tells files apart: from the root of the repository, or absolute.
  ///   - place: the same as a path of the repository.
  ///   - keys: the keys to take, or `nil` for all.
  ///   - load: reads the file.
  mutating func merge(
    file path: Text, at place: RepositoryPath?, keys: [Text]?, load: () throws(TemplateError) -> Node
  ) throws(TemplateError) {
    if let loaded = imports[path] {
      if keys == nil, loaded == nil { return }
      guard let keys, let loaded, Set(keys).isDisjoint(with: loaded) else {
        throw TemplateError("cannot load '\(path)': it is loaded already, at least in part")
      }
    }
    let document = try load()
    guard var map = document.map else {
      throw TemplateError(
        "expected a map in '\(path)', got \(document.value.typeName)", at: document.position, in: place)
    }
    if let keys {
      var selected = Mapping()
      for key in keys {
        guard let value = map[key] else {
          throw TemplateError("could not find '\(key)' in '\(path)'", unfound: key)
        }
        selected.set(key, value)
      }
      map = selected
    }
    do { try merge(Self.templated(map, []), of: path) } catch {
      throw TemplateError(error.message, at: error.position, in: place)
    }
    if let loaded = imports[path], let before = loaded {
      imports[path] = .some(before + (keys ?? []))
    } else {
      imports[path] = .some(keys)
    }
  }

  /// The context with `item`, and `key` where there is one, for one turn of a `foreach` or `matrix`.
  func iterating(item: Node, key: Text?) throws(TemplateError) -> TemplateContext {
    var context = self
    context.iteration.set("item", try Self.templated(item, ["item"]))
    if let key { context.iteration.set("key", Node(.string(key))) }
    return context
  }

  /// The value that an expression names: `a.b[0]`, every part stripped, lists by Python's `int()`.
  func select(_ expression: Text) throws(TemplateError) -> Node {
    let notFound = TemplateError("could not find '\(expression)'", unfound: expression)
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

  private mutating func merge(_ update: Mapping, of name: Text) throws(TemplateError) {
    for entry in iteration.entries {
      if let key = entry.key.text, update[key] != nil {
        throw TemplateError(
          "attempted to modify the reserved key '\(key)'", at: update.entry(key)?.key.position)
      }
    }
    do { try Self.merge(update, into: &values, path: []) } catch {
      let owner = merged.last { $0.values.holds(error.path) }
      throw TemplateError(
        "cannot redefine '\(error.path.joined(separator: "."))'"
          + (owner.map { ": it is in '\($0.name)' already" } ?? ""), at: error.position)
    }
    merged.append((name, update))
  }

  /// A name that has a value already.
  private struct Redefinition: Error {
    let path: [Text]
    let position: Position?
  }

  private static func merge(
    _ update: Mapping, into target: inout Mapping, path: [Text]
  ) throws(Redefinition) {
    for entry in update.entries {
      guard let key = entry.key.text else { continue }
      if var old = target[key]?.map, let new = entry.value.map {
        let position = target[key]?.position
        try merge(new, into: &old, path: path + [key])
        target.set(key, Node(.map(old), at: position))
      } else if target[key] != nil {
        throw Redefinition(path: path + [key], position: entry.key.position)
      } else {
        target.set(key, entry.value, at: entry.key.position)
      }
    }
  }

  /// A map as templates see it: without the keys that are not texts.
  private static func templated(_ map: Mapping, _ path: [Text]) throws(TemplateError) -> Mapping {
    var result = Mapping()
    for entry in map.entries {
      guard let key = entry.key.text else { continue }
      result.set(key, try templated(entry.value, path + [key]), at: entry.key.position)
    }
    return result
  }

  private static func templated(_ node: Node, _ path: [Text]) throws(TemplateError) -> Node {
    switch node.value {
    case .null, .bool, .integer, .float, .string, .bytes: return node
    case .map(let map): return Node(.map(try templated(map, path)), at: node.position)
    case .list(let list):
      var elements: [Node] = []
      for (index, element) in list.enumerated() {
        elements.append(try templated(element, path + [Text(String(index))]))
      }
      return Node(.list(elements), at: node.position)
    case .complex, .temporal, .ellipsis, .tuple, .set:
      var hint = ""
      if case .temporal = node.value { hint = "; in quotes it is a text" }
      throw TemplateError(
        "the value of '\(path.joined(separator: "."))' is of type '\(node.value.typeName)', "
          + "which templates cannot use\(hint)", at: node.position)
    }
  }
}

extension Mapping {
  /// Whether there is a value under these keys, one in the other.
  fileprivate func holds(_ path: [Text]) -> Bool {
    guard let key = path.first, let value = self[key] else { return false }
    return path.count == 1 || value.map?.holds(Array(path.dropFirst())) ?? false
  }
}
