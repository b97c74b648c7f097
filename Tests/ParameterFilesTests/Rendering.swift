import ParameterFiles
import Values

/// The document of a text.
func read(_ source: String, _ format: ParameterFormat) throws -> Node {
  try ParameterFile.read(Array(source.utf8), format: format)
}

/// The error that a text gives, if it gives one.
func failure(_ bytes: some Sequence<UInt8>, _ format: ParameterFormat) -> ParameterFileError? {
  do throws(ParameterFileError) {
    _ = try ParameterFile.read(Array(bytes), format: format)
    return nil
  } catch {
    return error
  }
}

/// A value as the tables of this folder have it: much like Python's `repr`, with every character of a text
/// that is not plain as its number in hexadecimal.
func render(_ value: Value) -> String {
  func list(_ nodes: [Node]) -> String { nodes.map { render($0.value) }.joined(separator: ", ") }
  switch value {
  case .null: return "None"
  case .bool(let bool): return bool ? "True" : "False"
  case .integer(let integer): return integer.description
  case .float(let double): return double.pythonRepr
  case .complex(let real, let imaginary): return "complex(\(real.pythonRepr), \(imaginary.pythonRepr))"
  case .string(let text): return "'" + codePoints(text.utf8).map(plain).joined() + "'"
  case .bytes(let bytes): return "b" + bytes.map { hex(UInt32($0), 2) }.joined()
  case .temporal(let temporal): return "\(value.typeName)(\(temporal.display))"
  case .ellipsis: return "Ellipsis"
  case .list(let nodes): return "[\(list(nodes))]"
  case .tuple(let nodes): return nodes.count == 1 ? "(\(list(nodes)),)" : "(\(list(nodes)))"
  case .set(let nodes): return "set{" + nodes.map { render($0.value) }.sorted().joined(separator: ", ") + "}"
  case .map(let map):
    let entries = map.entries.map { "\(render($0.key.value)): \(render($0.value.value))" }
    return "{" + entries.joined(separator: ", ") + "}"
  }
}

private func plain(_ code: UInt32) -> String {
  let isPlain = (0x20...0x7E).contains(code) && code != 0x27 && code != 0x5C
  return isPlain ? String(decoding: [UInt8(code)], as: UTF8.self) : "<\(hex(code, 0).uppercased())>"
}

private func hex(_ number: UInt32, _ width: Int) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The code points of generalised UTF-8, lone surrogates among them.
private func codePoints(_ utf8: [UInt8]) -> [UInt32] {
  var codes: [UInt32] = []
  for byte in utf8 {
    if byte & 0xC0 == 0x80, let last = codes.popLast() {
      codes.append(last << 6 | UInt32(byte & 0x3F))
    } else {
      codes.append(
        UInt32(byte < 0x80 ? byte : byte < 0xE0 ? byte & 0x1F : byte < 0xF0 ? byte & 0x0F : byte & 7))
    }
  }
  return codes
}

extension Node {
  /// Where a path of keys (and, in lists, indices) leads.
  func at(_ path: String...) -> Node? {
    path.reduce(self) { node, step in
      switch node?.value {
      case .map(let map): map[Text(step)]
      case .list(let list), .tuple(let list): Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil }
      default: nil
      }
    }
  }
}
