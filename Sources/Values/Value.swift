/// A value as Python holds it after reading YAML, JSON, TOML or Python source.
public enum Value: Sendable {
  /// `None`.
  case null
  /// `bool`.
  case bool(Bool)
  /// `int`.
  case integer(Integer)
  /// `float`. A NaN that YAML read is ``yamlNaN``.
  case float(Double)
  /// `complex`, which only Python source can hold.
  indirect case complex(real: Double, imaginary: Double)
  /// `str`.
  case string(Text)
  /// `bytes`.
  case bytes([UInt8])
  /// `datetime.date`, `time` or `datetime`.
  indirect case temporal(Temporal)
  /// `...`, which only Python source can hold.
  case ellipsis
  /// `list`.
  case list([Node])
  /// `tuple`, which only Python source can hold.
  case tuple([Node])
  /// `set`.
  case set([Node])
  /// `dict`.
  case map(Mapping)

  /// The one NaN object that DVC's YAML loader hands out for every `.nan`. Python compares members of
  /// lists and maps by identity first, so it equals itself there, and no other NaN does
  /// (DVC 3.67, `dvc.md` section 4.5).
  public static let yamlNaN = Value.float(Double(nan: 1, signaling: false))

  /// A string literal.
  public static func text(_ string: String) -> Value { .string(Text(string)) }
}

/// A date or time in a canonical spelling, so that equal moments of one type have equal spellings.
public struct Temporal: Hashable, Sendable {
  /// Which Python type it is: a date never equals a datetime.
  public enum Kind: Sendable { case date, time, naiveDateTime, awareDateTime }
  /// Which Python type it is.
  public let kind: Kind
  /// ISO 8601 with microseconds; an aware datetime in UTC.
  public let canonical: Text
  /// Python's `str()` of the value, which templates print.
  public let display: Text

  /// A date or time of which the reader knows the canonical and the displayed form.
  public init(kind: Kind, canonical: Text, display: Text) {
    self.kind = kind
    self.canonical = canonical
    self.display = display
  }

  /// Whether both are the same moment, of the same type.
  public static func == (left: Temporal, right: Temporal) -> Bool {
    left.kind == right.kind && left.canonical == right.canonical
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(canonical)
  }
}

/// Where something stands in a file.
public struct Position: Hashable, Sendable {
  // Half words, because every node of a document has one.
  private let storedLine: Int32
  private let storedColumn: Int32

  /// The line, from 1.
  public var line: Int { Int(storedLine) }
  /// The column in code points, from 1.
  public var column: Int { Int(storedColumn) }

  /// A position; both numbers count from 1.
  public init(line: Int, column: Int) {
    storedLine = Int32(clamping: line)
    storedColumn = Int32(clamping: column)
  }
}

/// A value and where it was read.
public struct Node: Sendable {
  /// The value.
  public let value: Value
  /// Where it begins; `nil` when it was not read from a file (the result of a template, say).
  public let position: Position?

  /// A value read at a position.
  public init(_ value: Value, at position: Position? = nil) {
    self.value = value
    self.position = position
  }

  /// The text, when the value is one.
  public var text: Text? { if case .string(let text) = value { text } else { nil } }
  /// The map, when the value is one.
  public var map: Mapping? { if case .map(let map) = value { map } else { nil } }
  /// The elements, when the value is a list.
  public var list: [Node]? { if case .list(let list) = value { list } else { nil } }
  /// The truth value, when the value is a `bool`.
  public var bool: Bool? { if case .bool(let bool) = value { bool } else { nil } }
  /// Whether the value is `None`.
  public var isNull: Bool { if case .null = value { true } else { false } }
}
