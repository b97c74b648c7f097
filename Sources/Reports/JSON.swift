import Values

/// A JSON value whose keys keep their order.
indirect enum JSON {
  case null
  case bool(Bool)
  case number(Int)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  /// A text that may hold bytes that are not UTF-8, which become U+FFFD; or null.
  static func text(_ text: Text?) -> JSON { text.map { .string($0.string) } ?? .null }
  /// A string or null.
  static func optional(_ string: String?) -> JSON { string.map { .string($0) } ?? .null }
  /// A number or null.
  static func optional(_ number: Int?) -> JSON { number.map { .number($0) } ?? .null }

  /// The value as UTF-8, indented by two spaces, with a line end at its end.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, indent: 0)
    bytes.append(0x0A)
    return bytes
  }

  private func write(to bytes: inout [UInt8], indent: Int) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let bool): bytes += Array((bool ? "true" : "false").utf8)
    case .number(let number): bytes += Array(String(number).utf8)
    case .string(let string): Self.write(string, to: &bytes)
    case .array(let values):
      Self.write(values, "[", "]", to: &bytes, indent) { value, bytes in
        value.write(to: &bytes, indent: indent + 2)
      }
    case .object(let entries):
      Self.write(entries, "{", "}", to: &bytes, indent) { entry, bytes in
        Self.write(entry.key, to: &bytes)
        bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
        entry.value.write(to: &bytes, indent: indent + 2)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to bytes: inout [UInt8], _ indent: Int,
    _ body: (Element, inout [UInt8]) -> Void
  ) {
    bytes += Array(open.utf8)
    for (index, element) in elements.enumerated() {
      bytes += index == 0 ? [0x0A] : [UInt8(ascii: ","), 0x0A]
      bytes += [UInt8](repeating: 0x20, count: indent + 2)
      body(element, &bytes)
    }
    if !elements.isEmpty { bytes += [0x0A] + [UInt8](repeating: 0x20, count: indent) }
    bytes += Array(close.utf8)
  }

  private static func write(_ string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += Array("\\n".utf8)
      case 0x0D: bytes += Array("\\r".utf8)
      case 0x09: bytes += Array("\\t".utf8)
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
