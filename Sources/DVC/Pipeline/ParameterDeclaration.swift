import Trees
import Values

/// The parameters that a stage declares of one file (DVC 3.67, `_merge_params` in `dvc/dependency/__init__.py`).
struct ParameterDeclaration {
  /// The file as it is written.
  let file: Text
  /// Where the file is named first.
  let position: Position?
  /// The keys; none when the whole file counts.
  let keys: [Node]

  /// The declarations of a `params:` list, one a file, in the order in which the files are named.
  static func merged(_ items: [Node], in source: RepositoryPath) throws(DVCError) -> [ParameterDeclaration] {
    let whole = Set(
      items.flatMap { item in
        item.map?.entries.filter { !$0.value.value.isTruthy }.compactMap(\.key.text) ?? []
      })
    var order: [Text] = []
    var declared: [Text: ParameterDeclaration] = [:]
    func add(_ file: Text, _ position: Position?, _ keys: [Node]) {
      if declared[file] == nil { order.append(file) }
      let old = declared[file]
      declared[file] = ParameterDeclaration(
        file: file, position: old?.position ?? position, keys: (old?.keys ?? []) + keys)
    }
    for item in items {
      guard let map = item.map else {
        guard item.text != nil else {
          throw DVCError(source, at: item.position, .unsupported, "a parameter must be a string or a map")
        }
        if !whole.contains("params.yaml") { add("params.yaml", item.position, [item]) }
        continue
      }
      for entry in map.entries {
        guard let file = entry.key.text else {
          throw DVCError(
            source, at: entry.key.position, .unsupported, "the name of a parameters file must be a string")
        }
        if whole.contains(file) {
          add(file, entry.key.position, [])
        } else if let keys = entry.value.list {
          add(file, entry.key.position, keys)
        } else {
          throw DVCError(
            source, at: entry.value.position, .unsupported,
            "expected a list of parameters for '\(file)', got \(entry.value.value.typeName)")
        }
      }
    }
    return order.compactMap { declared[$0] }
  }
}
