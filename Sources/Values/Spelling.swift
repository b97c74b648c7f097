extension Double {
  /// Python's `repr` of a `float`: the shortest digits that read back, an exponent below 1e-4 and from 1e16.
  public var pythonRepr: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    let (isNegative, digits, exponent) = shortestDecimal
    let sign = isNegative ? "-" : ""
    guard (-4..<16).contains(exponent) else {
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let size = String(exponent.magnitude)
      return
        "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(size.count < 2 ? "0" + size : size)"
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let padding = String(repeating: "0", count: Swift.max(0, exponent + 1 - digits.count))
    let fraction = digits.dropFirst(exponent + 1)
    return "\(sign)\(whole)\(padding).\(fraction.isEmpty ? "0" : String(fraction))"
  }

  /// Sign, significant digits without trailing zeros, and the decimal exponent of the first digit.
  private var shortestDecimal: (isNegative: Bool, digits: String, exponent: Int) {
    // Swift prints the shortest digits that read back, as Python does; only the layout differs.
    var rest = Substring(description)
    let isNegative = rest.hasPrefix("-")
    if isNegative { rest = rest.dropFirst() }
    var exponent = 0
    if let mark = rest.firstIndex(of: "e") {
      exponent = Int(rest[rest.index(after: mark)...]) ?? 0
      rest = rest[..<mark]
    }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    let whole = parts[0]
    var digits = String(whole) + (parts.count > 1 ? String(parts[1]) : "")
    exponent += whole.count - 1
    while digits.hasPrefix("0"), digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
    return digits == "0" ? (isNegative, "0", 0) : (isNegative, digits, exponent)
  }
}

extension Value {
  /// Python's name of the type, for messages.
  public var typeName: String {
    switch self {
    case .null: "NoneType"
    case .bool: "bool"
    case .integer: "int"
    case .float: "float"
    case .complex: "complex"
    case .string: "str"
    case .bytes: "bytes"
    case .temporal(let temporal):
      switch temporal.kind {
      case .date: "date"
      case .time: "time"
      case .naiveDateTime, .awareDateTime: "datetime"
      }
    case .ellipsis: "ellipsis"
    case .list: "list"
    case .tuple: "tuple"
    case .set: "set"
    case .map: "dict"
    }
  }

  /// Python's truth of the value: false for `None`, `False`, zero and empty containers.
  public var isTruthy: Bool {
    switch self {
    case .null: false
    case .bool(let bool): bool
    case .integer(let integer): integer != Integer(0)
    case .float(let double): double != 0
    case .complex(let real, let imaginary): real != 0 || imaginary != 0
    case .string(let text): !text.isEmpty
    case .bytes(let bytes): !bytes.isEmpty
    case .temporal, .ellipsis: true
    case .list(let nodes), .tuple(let nodes), .set(let nodes): !nodes.isEmpty
    case .map(let map): !map.isEmpty
    }
  }
}

extension Value {
  /// Python's `str()` of the value.
  public var pythonString: Text {
    switch self {
    case .string(let text): text
    case .temporal(let temporal): temporal.display
    default: pythonRepr
    }
  }

  /// Python's `repr()` of the value.
  public var pythonRepr: Text {
    switch self {
    case .null: "None"
    case .bool(let bool): bool ? "True" : "False"
    case .integer(let integer): Text(integer.description)
    case .float(let double): Text(double.pythonRepr)
    case .complex(let real, let imaginary): Text("(\(real.pythonRepr)+\(imaginary.pythonRepr)j)")
    case .string(let text): text.pythonRepr
    case .bytes(let bytes): "b" + Text(utf8: bytes).pythonRepr
    case .temporal(let temporal): temporal.display
    case .ellipsis: "Ellipsis"
    case .list(let nodes): "[" + Self.reprs(nodes) + "]"
    case .tuple(let nodes): "(" + Self.reprs(nodes) + (nodes.count == 1 ? ",)" : ")")
    case .set(let nodes): nodes.isEmpty ? "set()" : "{" + Self.reprs(nodes) + "}"
    case .map(let map):
      "{"
        + map.entries.map { $0.key.value.pythonRepr + ": " + $0.value.value.pythonRepr }
        .joined(separator: ", ") + "}"
    }
  }

  private static func reprs(_ nodes: [Node]) -> Text {
    nodes.map(\.value.pythonRepr).joined(separator: ", ")
  }
}

extension Text {
  /// The text as a Python literal: single quotes unless it holds some and no double ones.
  fileprivate var pythonRepr: Text {
    let quote: UInt8 =
      utf8.contains(UInt8(ascii: "'")) && !utf8.contains(UInt8(ascii: "\""))
      ? UInt8(ascii: "\"") : UInt8(ascii: "'")
    var result: [UInt8] = [quote]
    for byte in utf8 {
      switch byte {
      case quote, UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case 0x0A: result += Array("\\n".utf8)
      case 0x0D: result += Array("\\r".utf8)
      case 0x09: result += Array("\\t".utf8)
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        result += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: result.append(byte)
      }
    }
    return Text(utf8: result + [quote])
  }
}
