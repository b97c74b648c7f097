import Values

extension Constructor {
  func makeScalar(_ tag: Tag, at index: Int) throws(YAMLError) -> Value {
    if tag == .timestamp { return try makeTimestamp(at: index) }
    let text = try scalarText(at: index)
    switch tag {
    case .null: return .null
    case .bool: return try makeBool(text, at: index)
    case .int: return .integer(try makeInteger(text, at: index))
    case .float: return try makeFloat(text, at: index)
    case .binary: return .bytes(try makeBytes(text, at: index))
    default: return .string(Text(utf8: Array(text)))
    }
  }

  private func makeBool(_ text: ArraySlice<UInt8>, at index: Int) throws(YAMLError) -> Value {
    let word = Pattern(text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }[...])
    if word.isOne(of: "true", "yes", "y", "on") { return .bool(true) }
    if word.isOne(of: "false", "no", "n", "off") { return .bool(false) }
    throw failure(.invalidValue, "not a bool", at: index)
  }

  private func makeInteger(_ text: ArraySlice<UInt8>, at index: Int) throws(YAMLError) -> Integer {
    var rest = text.contains(UInt8(ascii: "_")) ? text.filter { $0 != UInt8(ascii: "_") }[...] : text
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let isVersion11 = composition.isVersion11
    let number: Integer?
    switch (rest.first, rest.dropFirst().first) {
    case (UInt8(ascii: "0"), UInt8(ascii: "b")):
      number = PythonNumber.integer(rest.dropFirst(2), radix: 2, isNegated: isNegative)
    case (UInt8(ascii: "0"), UInt8(ascii: "x")):
      number = PythonNumber.integer(rest.dropFirst(2), radix: 16, isNegated: isNegative)
    case (UInt8(ascii: "0"), UInt8(ascii: "o")):
      number = PythonNumber.integer(rest.dropFirst(2), radix: 8, isNegated: isNegative)
    case (UInt8(ascii: "0"), _) where isVersion11:
      number = PythonNumber.integer(rest, radix: 8, isNegated: isNegative)
    case _ where isVersion11 && rest.contains(UInt8(ascii: ":")):
      number = try makeSexagesimal(rest, at: index).map { Integer(isNegative ? -$0 : $0) }
    default: number = PythonNumber.integer(rest, radix: 10, isNegated: isNegative)
    }
    guard let number else {
      let reason = rest.count > PythonNumber.mostDigits ? "an int of too many digits" : "not an int"
      throw failure(.invalidValue, reason, at: index)
    }
    return number
  }

  /// `1:30` in YAML 1.1. One that does not fit a machine word is refused, where Python has no bound.
  private func makeSexagesimal(_ text: ArraySlice<UInt8>, at index: Int) throws(YAMLError) -> Int? {
    var value = 0
    for part in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      guard let digits = PythonNumber.integer(part, radix: 10, isNegated: false) else { return nil }
      let (product, overflows) = value.multipliedReportingOverflow(by: 60)
      guard let digit = digits.int, !overflows else {
        throw failure(.limit, "an int of base 60 too large", at: index)
      }
      let (sum, carries) = product.addingReportingOverflow(digit)
      guard !carries, sum != .min else { throw failure(.limit, "an int of base 60 too large", at: index) }
      value = sum
    }
    return value
  }

  private func makeFloat(_ text: ArraySlice<UInt8>, at index: Int) throws(YAMLError) -> Value {
    var rest = text.filter { $0 != UInt8(ascii: "_") }.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }[
      ...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let word = Pattern(rest)
    if word.isOne(of: ".inf") { return .float(isNegative ? -.infinity : .infinity) }
    if word.isOne(of: ".nan") { return .yamlNaN }
    let number =
      composition.isVersion11 && rest.contains(UInt8(ascii: ":"))
      ? makeSexagesimalFloat(rest) : PythonNumber.float(rest)
    guard let number else { throw failure(.invalidValue, "not a float", at: index) }
    return .float(isNegative ? -number : number)
  }

  private func makeSexagesimalFloat(_ text: ArraySlice<UInt8>) -> Double? {
    var value = 0.0
    var base = 1.0
    for part in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).reversed() {
      guard let digits = PythonNumber.float(part) else { return nil }
      value += digits * base
      base *= 60
    }
    return value
  }

  private func makeTimestamp(at index: Int) throws(YAMLError) -> Value {
    let element = composition.elements[index]
    guard element.kind == .scalar else { throw failure(.syntax, "expected a date after this tag", at: index) }
    let text = composition.text(of: element)
    guard let parts = Pattern(text.last == 0x0A ? text.dropLast() : text).timestamp else {
      throw failure(.syntax, "not a date", at: index)
    }
    guard let temporal = Temporal(parts) else {
      throw failure(
        .invalidDate, "'\(String(decoding: text, as: UTF8.self))' is not a date or time", at: index)
    }
    return .temporal(temporal)
  }

  /// Base64 as Python's `binascii.a2b_base64` reads it: other characters are passed over.
  private func makeBytes(_ text: ArraySlice<UInt8>, at index: Int) throws(YAMLError) -> [UInt8] {
    guard text.allSatisfy({ $0 < 0x80 }) else { throw failure(.syntax, "base64 has to be ASCII", at: index) }
    var bytes: [UInt8] = []
    var buffer: UInt32 = 0
    var place = 0
    var padding = 0
    for byte in text {
      if byte == UInt8(ascii: "=") {
        guard place >= 2 else { continue }
        padding += 1
        if place + padding >= 4 { return bytes }
        continue
      }
      guard let digit = Self.base64Digit(byte) else { continue }
      padding = 0
      buffer = buffer << 6 | digit
      if place > 0 { bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(6 - 2 * place))) }
      place = (place + 1) % 4
    }
    guard place == 0 else { throw failure(.syntax, "base64 that is cut off", at: index) }
    return bytes
  }

  private static func base64Digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
