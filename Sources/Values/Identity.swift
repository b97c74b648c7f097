extension Node {
  /// Whether the other was read from the same letters at the same place, with everything in it: what follows from one
  /// follows from the other. (Python's `==` is ``Value/equals(_:)``.)
  public func isIdentical(to other: Node) -> Bool {
    position == other.position && value.isIdentical(to: other.value)
  }
}

extension Value {
  fileprivate func isIdentical(to other: Value) -> Bool {
    switch (self, other) {
    case (.null, .null), (.ellipsis, .ellipsis): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
    case (.string(let left), .string(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)),
      (.set(let left), .set(let right)):
      left.isIdentical(to: right) { $0.isIdentical(to: $1) }
    case (.map(let left), .map(let right)): left.isIdentical(to: right)
    // Two moments may be equal in other letters, and nobody needs to know of complex numbers.
    default: false
    }
  }
}

extension Mapping {
  /// Whether the other was read from the same letters at the same place: see ``Node/isIdentical(to:)``.
  public func isIdentical(to other: Mapping) -> Bool {
    entries.isIdentical(to: other.entries) {
      $0.key.isIdentical(to: $1.key) && $0.value.isIdentical(to: $1.value)
    }
  }
}

extension Array {
  /// What was read once, and is shared, is not compared again.
  fileprivate func isIdentical(to other: [Element], _ areIdentical: (Element, Element) -> Bool) -> Bool {
    guard count == other.count else { return false }
    let isShared = withUnsafeBufferPointer { mine in
      other.withUnsafeBufferPointer { mine.baseAddress == $0.baseAddress }
    }
    return isShared || zip(self, other).allSatisfy(areIdentical)
  }
}
