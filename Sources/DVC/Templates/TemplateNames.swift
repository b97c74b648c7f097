import Values

/// What the `${…}` of an entry of `dvc.yaml` name.
public enum TemplateNames {
  /// The names in all texts of a value, keys of maps included, as keys of parameters are written: `train.sizes.0`.
  public static func all(in node: Node) -> Set<Text> {
    switch node.value {
    case .string(let text): Set(Token.all(in: text).map { key(of: $0.expression) })
    case .list(let nodes), .tuple(let nodes), .set(let nodes):
      nodes.reduce(into: []) { $0.formUnion(all(in: $1)) }
    case .map(let map):
      map.entries.reduce(into: []) { $0.formUnion(all(in: $1.key).union(all(in: $1.value))) }
    default: []
    }
  }

  /// `train.sizes[0]` is what `train.sizes.0` is among parameters.
  private static func key(of expression: Text) -> Text {
    let dotted = expression.utf8.compactMap { byte -> UInt8? in
      byte == UInt8(ascii: "]") ? nil : byte == UInt8(ascii: "[") ? UInt8(ascii: ".") : byte
    }
    return Text(utf8: dotted.filter { $0 != 0x20 })
  }
}
