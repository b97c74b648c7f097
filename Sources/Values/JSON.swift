/// A JSON value whose keys keep their order.
public indirect enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Integer)
  /// A number with a fraction or an exponent. JSON has no word for NaN and the infinities: they are written as
  /// the texts `"NaN"`, `"Infinity"` and `"-Infinity"`.
  case float(Double)
  /// A text; bytes in it that are not UTF-8 are written as U+FFFD.
  case text(Text)
  case array([JSON])
  case object([(key: Text, value: JSON)])

  /// A machine word.
  public static func number(_ number: Int) -> JSON { .integer(Integer(number)) }
  /// A text.
  public static func string(_ string: String) -> JSON { .text(Text(string)) }
  /// A text or null.
  public static func optional(_ text: Text?) -> JSON { text.map { .text($0) } ?? .null }
  /// A text or null.
  public static func optional(_ string: String?) -> JSON { string.map { .string($0) } ?? .null }
  /// A number or null.
  public static func optional(_ number: Int?) -> JSON { number.map { .number($0) } ?? .null }
}

/// How a document is laid out.
extension JSON {
  /// The value as UTF-8, indented by two spaces, keys in their order, with a line feed at its end.
  public var indented: [UInt8] {
    var writer = JSONWriter(indentation: 2)
    writer.write(self)
    return writer.bytes + [0x0A]
  }

  /// The value as UTF-8 in one line without spaces, keys in their order, no line feed at its end.
  public var compact: [UInt8] {
    var writer = JSONWriter(indentation: nil)
    writer.write(self)
    return writer.bytes
  }

  /// ``compact`` with the keys of every object in the order of their code points: equal values give equal bytes. It
  /// is what Python's `json.dumps(…, sort_keys=True, ensure_ascii=False, separators=(",", ":"))` writes.
  public var canonical: [UInt8] { sorted.compact }

  /// The value with the keys of every object in the order of their code points.
  public var sorted: JSON {
    switch self {
    case .null, .bool, .integer, .float, .text: self
    case .array(let values): .array(values.map(\.sorted))
    case .object(let entries):
      if zip(entries, entries.dropFirst()).allSatisfy({ $0.key < $1.key }) {
        .object(entries.map { ($0.key, $0.value.sorted) })
      } else {
        .object(entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted) })
      }
    }
  }
}

/// Reading what was written.
extension JSON {
  /// The value of a key; `nil` when this is no object or has no such key.
  public subscript(_ key: Text) -> JSON? {
    guard case .object(let entries) = self else { return nil }
    return entries.last { $0.key == key }?.value
  }

  /// The text, when the value is one.
  public var text: Text? { if case .text(let text) = self { text } else { nil } }
  /// The truth value, when the value is one.
  public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  /// The machine word, when the value is a whole number that fits one.
  public var int: Int? { if case .integer(let integer) = self { integer.int } else { nil } }
  /// The number, when the value is one, as near as a `Double` comes.
  public var double: Double? {
    switch self {
    case .integer(let integer): Double(integer.description)
    case .float(let double): double
    default: nil
    }
  }
  /// The elements, when the value is an array.
  public var array: [JSON]? { if case .array(let array) = self { array } else { nil } }
  /// The entries, when the value is an object.
  public var object: [(key: Text, value: JSON)]? {
    if case .object(let entries) = self { entries } else { nil }
  }

  /// A value that Python holds, as DVC's files give it: keys become texts as Python's `str` writes them, dates and what
  /// else JSON has no word for become the texts that Python prints.
  public init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let bool): self = .bool(bool)
    case .integer(let integer): self = .integer(integer)
    case .float(let double): self = .float(double)
    case .string(let text): self = .text(text)
    case .list(let nodes), .tuple(let nodes), .set(let nodes): self = .array(nodes.map { JSON($0.value) })
    case .map(let map):
      self = .object(map.entries.map { ($0.key.value.pythonString, JSON($0.value.value)) })
    case .temporal, .complex, .bytes, .ellipsis: self = .text(value.pythonString)
    }
  }
}

extension JSON: Equatable {
  /// Whether both are written the same in canonical form.
  public static func == (left: JSON, right: JSON) -> Bool { left.canonical == right.canonical }
}

/// Writes JSON (RFC 8259).
private struct JSONWriter {
  /// Spaces a level; `nil` for everything in one line.
  let indentation: Int?
  private(set) var bytes: [UInt8] = []
  private var level = 0

  init(indentation: Int?) { self.indentation = indentation }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let bool): bytes += (bool ? "true" : "false").utf8
    case .integer(let integer): bytes += integer.description.utf8
    case .float(let double):
      guard double.isFinite else {
        return write(double.isNaN ? "NaN" : double < 0 ? "-Infinity" : "Infinity")
      }
      bytes += double.pythonRepr.utf8
    case .text(let text): write(text)
    case .array(let values):
      write(values, "[", "]") { writer, value in writer.write(value) }
    case .object(let entries):
      write(entries, "{", "}") { writer, entry in
        writer.write(entry.key)
        writer.bytes.append(UInt8(ascii: ":"))
        if writer.indentation != nil { writer.bytes.append(0x20) }
        writer.write(entry.value)
      }
    }
  }

  private mutating func write<Element>(
    _ elements: [Element], _ open: Unicode.Scalar, _ close: Unicode.Scalar,
    _ body: (inout JSONWriter, Element) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    level += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      beginLine()
      body(&self, element)
    }
    level -= 1
    if !elements.isEmpty { beginLine() }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func beginLine() {
    guard let indentation else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: level * indentation))
  }

  private mutating func write(_ text: Text) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy(Self.isPlain) {
      bytes += text.utf8
    } else {
      let isUTF8 = String(validating: text.utf8, as: UTF8.self) != nil
      for byte in isUTF8 ? text.utf8 : Array(text.string.utf8) { write(byte) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Whether a byte stands for itself, whatever is around it.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x80).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func write(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case 0x08: bytes += #"\b"#.utf8
    case 0x09: bytes += #"\t"#.utf8
    case 0x0A: bytes += #"\n"#.utf8
    case 0x0C: bytes += #"\f"#.utf8
    case 0x0D: bytes += #"\r"#.utf8
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes += Array(#"\u00"#.utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: bytes.append(byte)
    }
  }
}
