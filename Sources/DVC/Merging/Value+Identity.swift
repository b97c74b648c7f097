import Values

extension Value {
  /// Whether two values are written alike but for the order of keys: unlike for Python, 1, 1.0 and true are three.
  func isIdentical(to other: Value) -> Bool {
    switch (self, other) {
    case (.map(let left), .map(let right)):
      left.count == right.count
        && left.entries.allSatisfy { entry in
          guard let found = right[entry.key.value] else { return false }
          return entry.value.value.isIdentical(to: found.value)
        }
    case (.list(let left), .list(let right)):
      left.count == right.count
        && zip(left, right).allSatisfy { $0.value.isIdentical(to: $1.value) }
    case (.string(let left), .string(let right)): left == right
    default: typeName == other.typeName && pythonRepr == other.pythonRepr
    }
  }
}
