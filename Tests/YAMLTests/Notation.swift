import Values

extension Value {
  /// The value as the tables of answers write it: types are told apart, all that is not printable ASCII is
  /// escaped.
  var notation: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .integer(let integer): integer.description
    case .float(let double): double.isNaN ? (isSharedNaN ? "NaN" : "other NaN") : double.pythonRepr
    case .string(let text): text.utf8.quoted
    case .bytes(let bytes): "b" + bytes.quoted
    case .temporal(let temporal):
      switch temporal.kind {
      case .date: "date \(temporal.display)"
      case .time: "time \(temporal.display)"
      case .naiveDateTime: "naive \(temporal.display)"
      case .awareDateTime: "aware \(temporal.display)"
      }
    case .list(let nodes): "[" + nodes.notations + "]"
    case .tuple(let nodes): "(" + nodes.notations + ")"
    case .set(let nodes): "set(" + nodes.map(\.value.notation).sorted().joined(separator: ", ") + ")"
    case .map(let map):
      "{" + map.entries.map { "\($0.key.value.notation): \($0.value.value.notation)" }.joined(separator: ", ")
        + "}"
    case .complex, .ellipsis: "not in YAML"
    }
  }

  private var isSharedNaN: Bool {
    Value.list([Node(self)]).equals(.list([Node(.yamlNaN)]))
  }
}

extension [Node] {
  fileprivate var notations: String { map(\.value.notation).joined(separator: ", ") }
}

extension [UInt8] {
  /// The text in quotes. Surrogates, which UTF-8 has no place for, are decoded from their three bytes.
  fileprivate var quoted: String {
    var result = "\""
    var rest = self[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += "\\" + String(Unicode.Scalar(byte))
      case 0x20..<0x7F: result += String(Unicode.Scalar(byte))
      case 0x0A: result += "\\n"
      default:
        let length = byte < 0xC0 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3
        var code = length == 0 ? UInt32(byte) : UInt32(byte) & (0x3F >> UInt32(length))
        for next in rest.prefix(length) { code = code << 6 | UInt32(next & 0x3F) }
        rest = rest.dropFirst(length)
        result += "\\u{" + String(code, radix: 16, uppercase: true) + "}"
      }
    }
    return result + "\""
  }
}
