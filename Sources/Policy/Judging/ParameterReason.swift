import Values

/// How two values of a parameter differ: in what they say, or only in how it is written.
enum ParameterReason: Int, Comparable {
  case same, typeOnly, rounding, content

  static func < (left: ParameterReason, right: ParameterReason) -> Bool { left.rawValue < right.rawValue }

  /// The reason of a finding; `nil` when the values are the same.
  var reason: Reason? {
    switch self {
    case .same: nil
    case .typeOnly: .typeOnly
    case .rounding: .rounding
    case .content: .content
    }
  }

  /// Compares what was recorded with what is there. DVC has found them different already.
  static func between(_ recorded: Value, _ current: Value) -> ParameterReason {
    if recorded.equals(current) { return .same }
    switch (recorded, current) {
    case (.list(let left), .list(let right)), (.list(let left), .tuple(let right)),
      (.tuple(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      guard left.count == right.count else { return .content }
      let worst = zip(left, right).map { between($0.value, $1.value) }.max() ?? .same
      return max(worst, .typeOnly)
    case (.map(let left), .map(let right)): return between(left, right)
    case (.string(let text), let other), (let other, .string(let text)):
      if case .string = other { return .content }
      return other.isWritten(as: text) ? .typeOnly : .content
    default: return recorded.isRounded(current) ? .rounding : .content
    }
  }

  private static func between(_ left: Mapping, _ right: Mapping) -> ParameterReason {
    guard left.count == right.count else { return .content }
    var worst = ParameterReason.typeOnly
    for entry in left.entries {
      guard let other = right[entry.key.value] else { return .content }
      worst = max(worst, between(entry.value.value, other.value))
    }
    return worst
  }
}

extension Value {
  /// Whether a text spells this scalar: `"0.10"` spells 0.1, `"true"` spells true.
  fileprivate func isWritten(as text: Text) -> Bool {
    let written = text.string.lowercased()
    switch self {
    case .null: return ["", "null", "none", "~"].contains(written)
    case .bool(let bool): return written == (bool ? "true" : "false")
    case .integer(let integer):
      return written == integer.description || Double(written).map(Value.float)?.equals(self) == true
    case .float(let double): return Double(written) == double
    case .temporal(let temporal): return text == temporal.display || text == temporal.canonical
    default: return false
    }
  }

  /// Whether both are numbers, one of them with a fraction, that differ by less than a billionth.
  fileprivate func isRounded(_ other: Value) -> Bool {
    guard let left = double, let right = other.double, left.isFinite, right.isFinite else { return false }
    guard left != left.rounded() || right != right.rounded() else { return false }
    return (left - right).magnitude < 1e-9 * Swift.max(left.magnitude, right.magnitude)
  }

  private var double: Double? {
    switch self {
    case .float(let double): double
    case .integer(let integer): integer.int.map(Double.init)
    default: nil
    }
  }

  /// The value in the manner of JSON, so that a text and a number cannot be taken for each other; long ones
  /// are cut to where they begin to differ from another.
  func shown(beside other: Value?) -> Text {
    var bytes: [UInt8] = []
    write(to: &bytes, limit: Self.longestCompared)
    guard bytes.count > Self.longest else { return Text(utf8: bytes) }
    var others: [UInt8] = []
    other?.write(to: &others, limit: Self.longestCompared)
    let common = zip(bytes, others).prefix { $0 == $1 }.count
    var start = common < Self.longest / 2 || common == bytes.count ? 0 : common - Self.context
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    var end = min(bytes.count, start + Self.longest)
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return (start > 0 ? "…" : "") + Text(utf8: bytes[start..<end]) + (end < bytes.count ? "…" : "")
  }

  private static let longest = 200
  /// How much of what is the same is shown before a difference.
  private static let context = 40
  /// How far a difference is looked for.
  private static let longestCompared = 1 << 16

  private func write(to bytes: inout [UInt8], limit: Int) {
    guard bytes.count <= limit else { return }
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let bool): bytes += Array((bool ? "true" : "false").utf8)
    case .string(let text):
      bytes += [UInt8(ascii: "\"")] + text.utf8.prefix(limit) + [UInt8(ascii: "\"")]
    case .list(let nodes), .tuple(let nodes), .set(let nodes):
      bytes.append(UInt8(ascii: "["))
      for (index, node) in nodes.enumerated() {
        if index > 0 { bytes += Array(", ".utf8) }
        node.value.write(to: &bytes, limit: limit)
        guard bytes.count <= limit else { return }
      }
      bytes.append(UInt8(ascii: "]"))
    case .map(let map):
      bytes.append(UInt8(ascii: "{"))
      for (index, entry) in map.entries.enumerated() {
        if index > 0 { bytes += Array(", ".utf8) }
        bytes += (entry.key.text ?? entry.key.value.pythonString).utf8 + Array(": ".utf8)
        entry.value.value.write(to: &bytes, limit: limit)
        guard bytes.count <= limit else { return }
      }
      bytes.append(UInt8(ascii: "}"))
    default: bytes += pythonRepr.utf8
    }
  }
}
