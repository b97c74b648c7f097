import Values

extension PythonTokenizer {
  /// Passes over a number as Python does, which looks at what follows it too.
  mutating func skipNumber() throws(ParameterFileError) {
    if current == UInt8(ascii: "0") {
      switch byte(after: 1).map(\.asciiLowercased) {
      case UInt8(ascii: "x"): return try skipDigits(radix: 16)
      case UInt8(ascii: "o"): return try skipDigits(radix: 8)
      case UInt8(ascii: "b"): return try skipDigits(radix: 2)
      default: break
      }
    }
    let start = index
    if current != UInt8(ascii: ".") { try skipDecimalDigits() }
    let hasLeadingZero =
      bytes[start] == UInt8(ascii: "0") && bytes[start..<index].contains { (0x31...0x39).contains($0) }
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      index += 1
      if current?.isASCIIDigit == true { try skipDecimalDigits() }
    }
    if current.map(\.asciiLowercased) == UInt8(ascii: "e") {
      guard try skipExponent() else {
        guard !(isInteger && hasLeadingZero) else { throw leadingZeros(at: start) }
        return
      }
      isInteger = false
    }
    if current.map(\.asciiLowercased) == UInt8(ascii: "j") {
      isInteger = false
      index += 1
    }
    guard !(isInteger && hasLeadingZero) else { throw leadingZeros(at: start) }
    try endNumber()
  }

  private mutating func leadingZeros(at start: Int) -> ParameterFileError {
    error("leading zeros in a decimal integer", at: start)
  }

  /// Passes over digits with single underscores between them.
  private mutating func skipDecimalDigits() throws(ParameterFileError) {
    while true {
      while current?.isASCIIDigit == true { index += 1 }
      guard current == UInt8(ascii: "_") else { return }
      index += 1
      guard current?.isASCIIDigit == true else { throw error("an invalid decimal number") }
    }
  }

  private mutating func skipDigits(radix: UInt32) throws(ParameterFileError) {
    index += 2
    repeat {
      if current == UInt8(ascii: "_") { index += 1 }
      guard let digit = current?.hexadecimalValue, digit < radix else { throw error("an invalid number") }
      while let digit = current?.hexadecimalValue, digit < radix { index += 1 }
    } while current == UInt8(ascii: "_")
    guard current?.isASCIIDigit != true else { throw error("an invalid digit in a number") }
    try endNumber()
  }

  /// - Returns: false when the `e` is not an exponent but begins a keyword, as in `1else`.
  private mutating func skipExponent() throws(ParameterFileError) -> Bool {
    let hasSign = byte(after: 1) == UInt8(ascii: "+") || byte(after: 1) == UInt8(ascii: "-")
    guard byte(after: hasSign ? 2 : 1)?.isASCIIDigit == true else {
      guard !hasSign else { throw error("an invalid decimal number") }
      try endNumber()
      return false
    }
    index += hasSign ? 2 : 1
    try skipDecimalDigits()
    return true
  }

  /// A number may touch one of a few keywords, and no other name.
  private mutating func endNumber() throws(ParameterFileError) {
    guard let byte = current, byte.continuesPythonName else { return }
    let keywords: [[UInt8]] = ["and", "else", "for", "if", "in", "is", "or", "not"].map { Array($0.utf8) }
    guard keywords.contains(where: { bytes[index...].starts(with: $0) }) else {
      throw error("an invalid number")
    }
  }
}
