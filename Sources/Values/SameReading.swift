extension Node {
  /// Whether the other was read from the same letters at the same place, with everything in it: what follows from one
  /// follows from the other. (Python's `==` is ``Value/equals(_:)``.)
  public func isSameReading(as other: Node) -> Bool {
    position == other.position && value.isSameReading(as: other.value)
  }
}

extension Value {
  fileprivate func isSameReading(as other: Value) -> Bool {
    switch (self, other) {
    case (.null, .null), (.ellipsis, .ellipsis): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
    case (.string(let left), .string(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)),
      (.set(let left), .set(let right)):
      left.isSameReading(as: right) { $0.isSameReading(as: $1) }
    case (.map(let left), .map(let right)): left.isSameReading(as: right)
    // Two moments may be equal in other letters, and nobody needs to know of complex numbers.
    default: false
    }
  }
}

extension Mapping {
  /// Whether the other was read from the same letters at the same place: see ``Node/isSameReading(as:)``.
  public func isSameReading(as other: Mapping) -> Bool {
    entries.isSameReading(as: other.entries) {
      $0.key.isSameReading(as: $1.key) && $0.value.isSameReading(as: $1.value)
    }
  }
}

extension Array {
  /// What was read once, and is shared, is not compared again.
  fileprivate func isSameReading(as other: [Element], _ areSame: (Element, Element) -> Bool) -> Bool {
    guard count == other.count else { return false }
    let isShared = withUnsafeBufferPointer { mine in
      other.withUnsafeBufferPointer { mine.baseAddress == $0.baseAddress }
    }
    return isShared || zip(self, other).allSatisfy(areSame)
  }
}
