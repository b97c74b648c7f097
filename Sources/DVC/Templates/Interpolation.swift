import Values

/// Resolves the templates of a value in a context.
struct Interpolation {
  /// The values that templates name.
  let context: TemplateContext
  /// How values are written into texts.
  let spelling: TemplateSpelling
  /// The key of the stage that is being resolved, which decides what may be a map; `nil` outside stages.
  var stageKey: Text?

  /// The value with every `${…}` in its texts, keys included, resolved.
  func resolve(_ node: Node) throws(TemplateError) -> Node {
    switch node.value {
    case .string(let text):
      do { return Node(try resolve(text).value, at: node.position) } catch {
        throw error.orAt(node.position)
      }
    case .list(let nodes): return Node(.list(try resolve(nodes)), at: node.position)
    case .tuple(let nodes): return Node(.tuple(try resolve(nodes)), at: node.position)
    case .set(let nodes): return Node(.set(try resolve(nodes)), at: node.position)
    case .map(let map):
      var result = Mapping()
      for entry in map.entries {
        let key = try resolve(entry.key)
        let value = try resolve(entry.value)
        do { try result.set(key, value) } catch {
          throw TemplateError(
            "a value of type '\(key.value.typeName)' cannot be a key", at: entry.key.position)
        }
      }
      return Node(.map(result), at: node.position)
    default: return node
    }
  }

  /// The value of a text: the named value itself when the text is exactly one token, else a text.
  func resolve(_ text: Text) throws(TemplateError) -> Node {
    let tokens = Token.all(in: text)
    if let token = tokens.first, tokens.count == 1, token.range == 0..<text.utf8.count {
      let node = try context.select(token.expression)
      try check(node.value)
      return node
    }
    var result = Text(utf8: [])
    var position = 0
    for token in tokens {
      let value = try context.select(token.expression).value
      try check(value)
      result += Text(utf8: text.utf8[position..<token.range.lowerBound])
      result += try spelling.text(of: value)
      position = token.range.upperBound
    }
    result += Text(utf8: text.utf8[position...])
    return Node(.string(result.replacing("\\${", with: "${")))
  }

  /// Inside a stage only `cmd` takes a map, and nothing takes a list.
  private func check(_ value: Value) throws(TemplateError) {
    guard let stageKey, stageKey.firstIndex(of: "foreach") == nil else { return }
    switch value {
    case .map where stageKey == "cmd": return
    case .map, .list: throw TemplateError("cannot interpolate data of type '\(value.typeName)'")
    default: return
    }
  }

  private func resolve(_ nodes: [Node]) throws(TemplateError) -> [Node] {
    var result: [Node] = []
    for node in nodes { result.append(try resolve(node)) }
    return result
  }
}
