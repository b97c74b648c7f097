import Values

/// The value of a number that ``PythonTokenizer`` passed.
enum PythonNumber {
  /// - Throws: ``ParameterFileError`` when an integer has more digits than Python reads.
  static func value(of token: ArraySlice<UInt8>, at position: Position) throws(ParameterFileError) -> Value {
    let digits = token.filter { $0 != UInt8(ascii: "_") }.map(\.asciiLowercased)
    let radix: UInt32 =
      switch digits.dropFirst().first {
      case UInt8(ascii: "x"): 16
      case UInt8(ascii: "o"): 8
      case UInt8(ascii: "b"): 2
      default: 10
      }
    if radix != 10 { return try integer(digits.dropFirst(2), radix: radix, at: position) }
    if digits.last == UInt8(ascii: "j") {
      return .complex(real: 0, imaginary: float(digits.dropLast()))
    }
    guard digits.allSatisfy(\.isASCIIDigit) else { return .float(float(digits[...])) }
    return try integer(digits.drop { $0 == UInt8(ascii: "0") }, radix: 10, at: position)
  }

  private static func integer(
    _ digits: ArraySlice<UInt8>, radix: UInt32, at position: Position
  ) throws(ParameterFileError) -> Value {
    // Python reads a power of two of any length, but then cannot print it, nor can DVC lock it.
    guard digits.count <= maximumIntegerDigits else {
      throw ParameterFileError(
        radix == 10 ? .syntax : .bound, "an integer has more than \(maximumIntegerDigits) digits",
        at: position)
    }
    return .integer(Integer(digits: digits, radix: radix) ?? Integer(0))
  }

  private static func float(_ digits: ArraySlice<UInt8>) -> Double {
    Double(String(decoding: digits, as: UTF8.self)) ?? .nan
  }
}
