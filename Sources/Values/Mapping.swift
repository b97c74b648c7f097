/// A Python `dict`: in order of first insertion, keys compared as Python compares them
/// (`1`, `1.0` and `True` are one key).
public struct Mapping: Sendable {
  /// One key with its value.
  public struct Entry: Sendable {
    /// The key and where it stands.
    public let key: Node
    /// The value and where it stands.
    public var value: Node
  }

  /// The entries, in order of first insertion.
  public private(set) var entries: [Entry] = []
  /// Where the entries are, by key. Most maps are so small that looking at every entry is quicker: those
  /// have no index.
  private var index: [HashableKey: Int] = [:]
  private static let mostWithoutIndex = 8

  /// An empty map.
  public init() {}

  /// An empty map with room for `capacity` entries.
  public init(capacity: Int) {
    entries.reserveCapacity(capacity)
    if capacity > Self.mostWithoutIndex { index.reserveCapacity(capacity) }
  }

  /// Whether there is no entry.
  public var isEmpty: Bool { entries.isEmpty }
  /// The number of entries.
  public var count: Int { entries.count }

  /// The value of a text key.
  public subscript(_ key: Text) -> Node? { self[.string(key)] }

  /// The value of a key.
  public subscript(_ key: Value) -> Node? {
    HashableKey(key).flatMap(place).map { entries[$0].value }
  }

  /// The entry of a text key, for its position.
  public func entry(_ key: Text) -> Entry? { place(of: .text(key)).map { entries[$0] } }

  /// Sets a key as Python does: an existing one keeps its place and its spelling, and takes the new value.
  /// - Returns: the entry that was replaced, or `nil` when the key is new.
  /// - Throws: ``UnhashableKey`` when the key is a list, a map or a set.
  @discardableResult
  public mutating func set(_ key: Node, _ value: Node) throws(UnhashableKey) -> Entry? {
    guard let hashable = HashableKey(key.value) else { throw UnhashableKey(position: key.position) }
    if let existing = place(of: hashable) {
      let old = entries[existing]
      entries[existing].value = value
      return old
    }
    append(Entry(key: key, value: value), as: hashable)
    return nil
  }

  /// Sets a text key.
  public mutating func set(_ key: Text, _ value: Node, at position: Position? = nil) {
    if let existing = place(of: .text(key)) {
      entries[existing].value = value
    } else {
      append(Entry(key: Node(.string(key), at: position), value: value), as: .text(key))
    }
  }

  private func place(of key: HashableKey) -> Int? {
    if entries.count > Self.mostWithoutIndex { return index[key] }
    if case .text(let text) = key { return entries.firstIndex { $0.key.isText(text) } }
    return entries.firstIndex { HashableKey($0.key.value) == key }
  }

  private mutating func append(_ entry: Entry, as key: HashableKey) {
    if entries.count == Self.mostWithoutIndex {
      for (place, entry) in entries.enumerated() {
        if let known = HashableKey(entry.key.value) { index[known] = place }
      }
    }
    if entries.count >= Self.mostWithoutIndex { index[key] = entries.count }
    entries.append(entry)
  }
}

extension Node {
  fileprivate func isText(_ text: Text) -> Bool {
    if case .string(let own) = value { own == text } else { false }
  }
}

/// A list, map or set used as a key: Python's `TypeError: unhashable type`.
public struct UnhashableKey: Error {
  /// Where the key stands.
  public let position: Position?
}

/// The keys of a Python `dict`, one case for each class of equal values.
private enum HashableKey: Hashable {
  case null
  case number(Integer)
  case float(UInt64)
  indirect case complex(UInt64, UInt64)
  case text(Text)
  case bytes([UInt8])
  indirect case temporal(Temporal)
  case ellipsis
  case tuple([HashableKey])

  init?(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let bool): self = .number(Integer(bool ? 1 : 0))
    case .integer(let integer): self = .number(integer)
    case .float(let double): self = Self.number(double)
    case .complex(let real, let imaginary):
      self = imaginary == 0 ? Self.number(real) : .complex((real + 0).bitPattern, (imaginary + 0).bitPattern)
    case .string(let text): self = .text(text)
    case .bytes(let bytes): self = .bytes(bytes)
    case .temporal(let temporal): self = .temporal(temporal)
    case .ellipsis: self = .ellipsis
    case .tuple(let nodes):
      var keys: [HashableKey] = []
      for node in nodes {
        guard let key = HashableKey(node.value) else { return nil }
        keys.append(key)
      }
      self = .tuple(keys)
    case .list, .set, .map: return nil
    }
  }

  private static func number(_ double: Double) -> HashableKey {
    Integer(exactly: double).map { .number($0) } ?? .float(double.bitPattern)
  }
}
