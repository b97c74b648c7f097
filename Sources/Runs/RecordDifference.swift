import Values

/// A place where two documents differ.
public struct RecordDifference: Sendable {
  /// The keys and positions on the way to it: `params.train.lr`, `stages.train.deps[0].digest.md5`.
  public let path: Text
  /// What the first one has; `nil` when it has nothing there.
  public let first: JSON?
  /// What the second one has; `nil` when it has nothing there.
  public let second: JSON?

  /// The places where two values differ, as deep as both are objects, or lists of one length.
  static func between(_ first: JSON?, _ second: JSON?, at path: Text = "") -> [RecordDifference] {
    guard first != second else { return [] }
    switch (first, second) {
    case (.object(let one)?, .object(let other)?):
      let keys = Set(one.map(\.key)).union(other.map(\.key)).sorted()
      return keys.flatMap { key in
        between(first?[key], second?[key], at: path.isEmpty ? key : path + "." + key)
      }
    case (.array(let one)?, .array(let other)?) where one.count == other.count:
      return one.indices.flatMap { between(one[$0], other[$0], at: path + "[" + Text(String($0)) + "]") }
    default: return [RecordDifference(path: path, first: first, second: second)]
    }
  }
}
