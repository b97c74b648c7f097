import Values

/// The parameters of a file beside the ones that `dvc.lock` has of it (`dvc.md` section 4.4).
struct ParameterComparison {
  /// The parameters file.
  let document: Node
  /// What `dvc.lock` has of it.
  let recorded: Mapping

  /// What changed of the declared keys, in DVC's order; of every key when none is declared.
  func changes(declared: [Node]) throws(DVCError) -> [ParameterChange] {
    if declared.isEmpty { return wholeFileChanges() }
    var changes: [ParameterChange] = []
    for node in declared {
      guard let key = node.text else {
        throw DVCError(
          .root, at: node.position, .unsupported,
          "a parameter's key must be a string, got \(node.value.typeName)")
      }
      guard !changes.contains(where: { $0.key == key }) else { continue }
      let current = try lookUp(key, at: node.position)
      if let change = Self.change(current, recorded[key], key) { changes.append(change) }
    }
    return changes
  }

  private func lookUp(_ key: Text, at position: Position?) throws(DVCError) -> Node? {
    do { return try ParameterKey.lookUp(key, in: document) } catch {
      throw DVCError(.root, at: position, .unsupported, "\(error)")
    }
  }

  /// The file's own keys in its order, then those that only the lock has.
  private func wholeFileChanges() -> [ParameterChange] {
    let map = document.map ?? Mapping()
    var changes: [ParameterChange] = []
    for entry in map.entries {
      let key = entry.key.value
      let name = entry.key.text ?? key.pythonString
      if let change = Self.change(entry.value, recorded[key], name) { changes.append(change) }
    }
    for entry in recorded.entries where map[entry.key.value] == nil {
      if let change = Self.change(nil, entry.value, entry.key.text ?? entry.key.value.pythonString) {
        changes.append(change)
      }
    }
    return changes
  }

  private static func change(_ current: Node?, _ recorded: Node?, _ key: Text) -> ParameterChange? {
    let change: Change
    switch (current, recorded) {
    case (nil, _): change = .deleted
    case (.some, nil): change = .new
    case (let current?, let recorded?):
      if current.value.equals(recorded.value) { return nil }
      // DVC lets a tuple of a Python file equal the list in the lock, at the top only.
      if case .tuple(let elements) = current.value, Value.list(elements).equals(recorded.value) { return nil }
      change = .modified
    }
    return ParameterChange(key: key, change: change, recorded: recorded, current: current)
  }
}
