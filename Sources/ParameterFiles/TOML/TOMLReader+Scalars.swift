import Values

extension TOMLReader {
  /// Reads a number, a date or a time.
  mutating func readScalar() throws(ParameterFileError) -> Value {
    let token = bytes[index...].prefix { !" \t\n#,]}".utf8.contains($0) }
    guard let first = token.first,
      first.isASCIIDigit || first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        || token.elementsEqual("inf".utf8) || token.elementsEqual("nan".utf8)
    else { throw error("expected a value") }
    if let date = CalendarText(token).date { return try readDateOrDateTime(token, date) }
    if let temporal = CalendarText(token).dateTime ?? CalendarText(token).time {
      index = token.endIndex
      return .temporal(temporal)
    }
    guard let number = TOMLNumber.value(of: token) else { throw error("an invalid number, date or time") }
    index = token.endIndex
    return number
  }

  /// A space may stand between a date and its time, where a token ends.
  private mutating func readDateOrDateTime(
    _ token: ArraySlice<UInt8>, _ date: Temporal
  ) throws(ParameterFileError) -> Value {
    let tail = bytes[token.endIndex...].prefix { !"\t\n#,]}".utf8.contains($0) }
    let time = PythonSpace.trimmingEnd(tail)
    guard !time.isEmpty else {
      index = tail.endIndex
      return .temporal(date)
    }
    guard let dateTime = CalendarText(bytes[token.startIndex..<time.endIndex]).dateTime else {
      throw error("an invalid date or time")
    }
    index = tail.endIndex
    return .temporal(dateTime)
  }
}

/// Numbers as tomlkit has Python's `int` and `float` read them.
enum TOMLNumber {
  /// - Returns: `nil` when the token is no number.
  static func value(of token: ArraySlice<UInt8>) -> Value? {
    var body = token
    let hasSign = body.first == UInt8(ascii: "+") || body.first == UInt8(ascii: "-")
    let isNegative = body.first == UInt8(ascii: "-")
    if hasSign { body.removeFirst() }
    if body.elementsEqual("inf".utf8) { return .float(isNegative ? -.infinity : .infinity) }
    if body.elementsEqual("nan".utf8) { return .float(.nan) }
    guard body.first != UInt8(ascii: ".") else { return nil }

    let radix = radix(of: body)
    guard radix == 10 ? !hasLeadingZero(body) : !hasSign else { return nil }
    guard let clean = withoutUnderscores(radix == 10 ? body : body.dropFirst(2), radix: radix) else {
      return nil
    }
    let digits = withASCIIDigits(PythonSpace.trimmingEnd(clean[...])).map(\.asciiLowercased)
    guard digits.count <= maximumIntegerDigits || radix == 10 else { return nil }
    if radix != 10 || digits.allSatisfy(\.isASCIIDigit) {
      guard digits.count <= maximumIntegerDigits else { return nil }
      return Integer(digits: digits, radix: radix, isNegative: isNegative).map { .integer($0) }
    }
    let mantissa = clean.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
    guard clean.last != UInt8(ascii: "."), mantissa.last != UInt8(ascii: "."), isFloat(digits) else {
      return nil
    }
    let double = Double(String(decoding: digits, as: UTF8.self))
    return double.map { .float(isNegative ? -$0 : $0) }
  }

  private static func radix(of body: ArraySlice<UInt8>) -> UInt32 {
    if body.starts(with: "0x".utf8) { return 16 }
    if body.starts(with: "0o".utf8) { return 8 }
    if body.starts(with: "0b".utf8) { return 2 }
    return 10
  }

  private static func hasLeadingZero(_ body: ArraySlice<UInt8>) -> Bool {
    guard body.first == UInt8(ascii: "0"), let next = body.dropFirst().first else { return false }
    return next != UInt8(ascii: ".") && next | 0x20 != UInt8(ascii: "e")
  }

  /// The digits without underscores, each of which must stand between two digits.
  private static func withoutUnderscores(_ digits: ArraySlice<UInt8>, radix: UInt32) -> [UInt8]? {
    func isDigit(_ place: Int) -> Bool {
      digits.indices.contains(place) && digits[place].hexadecimalValue.map { $0 < radix } ?? false
    }
    var result: [UInt8] = []
    for (place, byte) in zip(digits.indices, digits) {
      if byte != UInt8(ascii: "_") {
        result.append(byte)
      } else if !isDigit(place - 1) || !isDigit(place + 1) {
        return nil
      }
    }
    return result
  }

  /// Python reads the decimal digits of every script.
  private static func withASCIIDigits(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard digits.contains(where: { $0 >= 0x80 }) else { return digits }
    var result: [UInt8] = []
    for scalar in Text(utf8: digits).scalars {
      let digit = scalar.properties.numericType == .decimal ? scalar.properties.numericValue : nil
      result.append(codePoint: digit.map { UInt32($0) + 0x30 } ?? scalar.value)
    }
    return result[...]
  }

  /// Whether Python's `float` takes the text: digits, a point, digits, and perhaps an exponent.
  private static func isFloat(_ digits: [UInt8]) -> Bool {
    let parts = digits.split(separator: UInt8(ascii: "e"), maxSplits: 1, omittingEmptySubsequences: false)
    let mantissa = parts[0].split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard mantissa[0].count + (mantissa.count > 1 ? mantissa[1].count : 0) > 0,
      mantissa.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) })
    else { return false }
    guard parts.count > 1 else { return true }
    let hasSign = parts[1].first == UInt8(ascii: "+") || parts[1].first == UInt8(ascii: "-")
    let exponent = parts[1].dropFirst(hasSign ? 1 : 0)
    return !exponent.isEmpty && exponent.allSatisfy(\.isASCIIDigit)
  }
}

/// White space as Python's `str.strip` has it, some of which TOML lets stand in a token.
enum PythonSpace {
  static func trimmingEnd(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = text.endIndex
    while let space = spaces.first(where: {
      text[..<end].count >= $0.count && text[..<end].suffix($0.count).elementsEqual($0)
    }) {
      end -= space.count
    }
    return text[..<end]
  }

  private static let spaces: [[UInt8]] = {
    let codes: [UInt32] =
      Array(0x09...0x0D) + Array(0x1C...0x20) + [0x85, 0xA0, 0x1680]
      + Array(0x2000...0x200A) + [0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
    return codes.map { code in
      var bytes: [UInt8] = []
      bytes.append(codePoint: code)
      return bytes
    }
  }()
}
