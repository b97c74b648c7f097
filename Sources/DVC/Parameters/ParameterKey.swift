import Values

/// Looks parameters up as DVC does: a key of `params:` is a pattern for a path through the document
/// (DVC 3.67, dvc/dependency/param.py; dpath 2.2.0).
public enum ParameterKey {
  /// The value of a key: leading dots are dropped, the rest is split at dots, and each segment is matched
  /// with the names of its level. `**` stands for any number of levels; `/` and an empty key for the document.
  ///
  /// A segment that Python's `int()` takes is a number for integer keys and list indices, which may be
  /// negative. Keys that are neither text nor integer are reached by `**` only when they are bytes.
  /// - Returns: `nil` when nothing matches.
  /// - Throws: ``ParameterKeyError`` where DVC stops with a traceback.
  public static func lookUp(_ key: Text, in document: Node) throws(ParameterKeyError) -> Node? {
    if key.isEmpty || key == "/" { return document }
    let path = Text(utf8: key.utf8.drop { $0 == UInt8(ascii: ".") })
    let names = path.split(separator: UInt8(ascii: "."))
    if names.allSatisfy(\.isPlainName) { return plainLookUp(names, in: document) }
    let segments = names.map(Segment.init)
    if segments.filter(\.isAnyLevels).count > 1 {
      guard children(of: document).isEmpty else { throw .twoDoubleStars(key) }
      return nil
    }
    var found: Node?
    var pending = [(node: document, index: 0)]
    var isDocument = true
    while let (node, index) = pending.popLast() {
      if index == segments.count {
        guard found == nil else { throw .ambiguous(key) }
        found = node
        continue
      }
      let segment = segments[index]
      // The document itself is no match: `**` takes at least one level when it stands alone.
      if segment.isAnyLevels, !isDocument || segments.count > 1 { pending.append((node, index + 1)) }
      isDocument = false
      for child in children(of: node) where segment.matches(child.name) {
        pending.append((child.value, segment.isAnyLevels ? index : index + 1))
      }
    }
    return found
  }

  /// The value of a key whose segments are patterns for nothing but themselves, without a look at every name.
  private static func plainLookUp(_ names: [Text], in document: Node) -> Node? {
    var node = document
    for name in names {
      guard let next = node.map?[name] else { return nil }
      node = next
    }
    return node
  }

  private static func children(of node: Node) -> [(name: Name, value: Node)] {
    switch node.value {
    case .map(let map): return map.entries.map { (Name($0.key.value), $0.value) }
    case .list(let nodes), .tuple(let nodes), .set(let nodes):
      return nodes.enumerated().map { (.index($0.offset, count: nodes.count), $0.element) }
    default: return []
    }
  }
}

extension Text {
  /// Whether it matches the text key of the same letters and no other key: it begins with a letter, so that
  /// `int()` does not take it, it is not the name of a `bool`, and holds no sign of a pattern.
  fileprivate var isPlainName: Bool {
    guard let first = utf8.first, (0x41...0x5A).contains(first & 0xDF), self != "True", self != "False" else {
      return false
    }
    return !utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
  }
}

/// A key on which DVC stops with a traceback.
public enum ParameterKeyError: Error, Hashable, Sendable {
  /// More than one value matches: name it exactly. (`dpath.get() globs must match only one leaf`)
  case ambiguous(Text)
  /// `**` stands in the key more than once: it may do so once.
  case twoDoubleStars(Text)
}

extension ParameterKeyError: CustomStringConvertible {
  /// The error in a sentence without a full stop.
  public var description: String {
    switch self {
    case .ambiguous(let key): "the parameter key '\(key)' is a pattern that matches more than one value"
    case .twoDoubleStars(let key): "the parameter key '\(key)' holds '**' more than once"
    }
  }
}

/// What leads from a value to one inside it.
private enum Name {
  case text(Text)
  case number(Integer, spelling: Text)
  case index(Int, count: Int)
  case bytes
  case unreachable

  init(_ key: Value) {
    switch key {
    case .string(let text): self = .text(text)
    case .integer(let integer): self = .number(integer, spelling: Text(integer.description))
    case .bool(let bool): self = .number(Integer(bool ? 1 : 0), spelling: bool ? "True" : "False")
    case .bytes: self = .bytes
    default: self = .unreachable
    }
  }
}

/// A part of a key between dots.
private struct Segment {
  /// Whether it is `**`.
  let isAnyLevels: Bool
  private let glob: Glob
  private let number: Integer?

  init(_ text: Text) {
    isAnyLevels = text == "**"
    glob = Glob(text)
    number = text.parsedInteger
  }

  func matches(_ name: Name) -> Bool {
    switch name {
    case .text(let text): return glob.matches(text)
    case .number(let integer, let spelling): return number.map { $0 == integer } ?? glob.matches(spelling)
    case .index(let index, let count):
      guard let number else { return glob.matches(Text(String(index))) }
      return number == Integer(index) || number == Integer(index - count)
    case .bytes: return isAnyLevels
    case .unreachable: return false
    }
  }
}
