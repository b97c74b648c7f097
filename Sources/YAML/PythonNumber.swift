import Values

/// Numbers as Python's `int()` and `float()` read them from text.
enum PythonNumber {
  /// The most digits that Python turns into an `int` (3.11, `sys.int_info.default_max_str_digits`). Here it
  /// holds for every radix, where Python bounds only the decimal one.
  static let mostDigits = 4300

  /// `int(text, radix)`; `nil` where Python raises `ValueError`.
  static func integer(_ text: ArraySlice<UInt8>, radix: UInt32, isNegated: Bool) -> Integer? {
    guard let trimmed = asciiForm(text) else { return nil }
    var rest = trimmed[...]
    var isNegative = isNegated
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      if sign == UInt8(ascii: "-") { isNegative.toggle() }
      rest.removeFirst()
    }
    if rest.first == UInt8(ascii: "0"), let mark = rest.dropFirst().first,
      let prefixRadix = Self.radix(ofPrefix: mark), prefixRadix == radix
    {
      rest = rest.dropFirst(2)
    }
    guard rest.count <= mostDigits else { return nil }
    if radix == 10, rest.count <= 18, !rest.isEmpty, rest.allSatisfy(isDigit) {
      let value = rest.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
      return Integer(isNegative ? -value : value)
    }
    return Integer(digits: rest, radix: radix, isNegative: isNegative)
  }

  private static func radix(ofPrefix mark: UInt8) -> UInt32? {
    switch mark | 0x20 {
    case UInt8(ascii: "x"): 16
    case UInt8(ascii: "o"): 8
    case UInt8(ascii: "b"): 2
    default: nil
    }
  }

  /// `float(text)`; `nil` where Python raises `ValueError`.
  static func float(_ text: ArraySlice<UInt8>) -> Double? {
    guard let trimmed = asciiForm(text) else { return nil }
    var pattern = Pattern(trimmed[...])
    let isNegative = pattern.next == UInt8(ascii: "-")
    _ = pattern.take("+-")
    let unsigned = Pattern(trimmed[pattern.mark...])
    if unsigned.isOne(of: "inf", "infinity") { return isNegative ? -.infinity : .infinity }
    if unsigned.isOne(of: "nan") { return .nan }
    var digits = pattern.takeDigits()
    if pattern.take(".") { digits += pattern.takeDigits() }
    guard digits > 0 else { return nil }
    if pattern.take("eE") {
      _ = pattern.take("+-")
      guard pattern.takeDigits() > 0 else { return nil }
    }
    guard pattern.isAtEnd else { return nil }
    return Double(String(decoding: trimmed, as: UTF8.self))
  }

  /// The text without white space around it, decimal digits of every script as ASCII; `nil` when it holds
  /// anything else that is not ASCII.
  private static func asciiForm(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var ascii: [UInt8] = []
    if text.allSatisfy({ $0 < 0x80 }) {
      ascii = Array(text)
    } else {
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
        if scalar.isASCII {
          ascii.append(UInt8(truncatingIfNeeded: scalar.value))
        } else if scalar.properties.isWhitespace {
          ascii.append(0x20)
        } else if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
          ascii.append(UInt8(ascii: "0") + UInt8(value))
        } else {
          return nil
        }
      }
    }
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) || (0x1C...0x1F).contains($0) }
    guard let first = ascii.firstIndex(where: { !isSpace($0) }),
      let last = ascii.lastIndex(where: { !isSpace($0) })
    else { return [] }
    return Array(ascii[first...last])
  }
}
