import Values

/// What a node is to become.
enum Tag: UInt8 {
  case null, bool, int, float, binary, timestamp, omap, pairs, set, str, seq, map
  case merge, value, unknown

  private static let names: [[UInt8]: Tag] = [
    "null": .null, "bool": .bool, "int": .int, "float": .float, "binary": .binary, "timestamp": .timestamp,
    "omap": .omap, "pairs": .pairs, "set": .set, "str": .str, "seq": .seq, "map": .map, "merge": .merge,
    "value": .value,
  ].reduce(into: [:]) { $0[Array("tag:yaml.org,2002:\($1.key)".utf8)] = $1.value }

  /// The tag of a full name.
  init(name: [UInt8]) { self = Self.names[name] ?? .unknown }
}

/// A document after parsing: its nodes in the order of the text, before any of them is a value.
///
/// Each collection is followed by its children (a map by keys and values in turn) up to `end`, so a
/// document is one array without references: quick to fill, and no depth of it can exhaust a stack.
struct Composition {
  struct Element {
    enum Kind: UInt8 { case scalar, sequence, mapping, alias }

    let kind: Kind
    var tag: Tag
    /// Whether the element is used in more than one place.
    var isShared = false
    let mark: Mark
    /// The text of a scalar.
    var text = Excerpt.empty
    /// The index after the last child; of an alias, the index of what it stands for.
    var end: Int32 = 0
  }

  var elements: [Element] = []
  /// The names of tags that are not known, by the elements that have them.
  var unknownTags: [Int: [UInt8]] = [:]
  var bytes: [UInt8] = []
  var assembled: [UInt8] = []
  var isVersion11 = false

  /// The text of a scalar.
  func text(of element: Element) -> ArraySlice<UInt8> {
    bytes(of: element)[Int(element.text.start)..<Int(element.text.end)]
  }

  /// The buffer that the text of a scalar is in.
  func bytes(of element: Element) -> [UInt8] { element.text.isAssembled ? assembled : bytes }

  /// What stands at `index`, seen through an alias.
  func target(of index: Int) -> Int {
    elements[index].kind == .alias ? Int(elements[index].end) : index
  }

  /// The index after the element at `index` and all that it holds.
  func end(of index: Int) -> Int {
    switch elements[index].kind {
    case .scalar, .alias: index + 1
    case .sequence, .mapping: Int(elements[index].end)
    }
  }

  /// How many children a collection has.
  func childCount(of index: Int) -> Int {
    var count = 0
    var child = index + 1
    let end = end(of: index)
    while child < end {
      count += 1
      child = self.end(of: child)
    }
    return count
  }

  /// The children of a collection.
  func children(of index: Int) -> [Int] {
    var children: [Int] = []
    var child = index + 1
    while child < elements[index].end {
      children.append(child)
      child = end(of: child)
    }
    return children
  }
}
