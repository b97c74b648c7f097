import Values

/// One string token of Python source: its prefix and what is between the quotes.
struct PythonString {
  let isRaw: Bool
  let isBytes: Bool
  let isFormatted: Bool
  /// What is between the quotes.
  let body: ArraySlice<UInt8>
  /// Where the token begins.
  let position: Position

  /// Whether a name directly before a quote belongs to the string.
  static func isPrefix(_ name: Text) -> Bool {
    switch name.utf8.map(\.asciiLowercased) {
    case Array("b".utf8), Array("r".utf8), Array("u".utf8), Array("f".utf8): true
    case Array("br".utf8), Array("rb".utf8), Array("fr".utf8), Array("rf".utf8): true
    default: false
    }
  }

  /// - Parameter token: a token that ``PythonTokenizer`` has found to be a string.
  init(token: ArraySlice<UInt8>, at position: Position) {
    let prefix = token.prefix { $0.isASCIILetter }.map(\.asciiLowercased)
    isRaw = prefix.contains(UInt8(ascii: "r"))
    isBytes = prefix.contains(UInt8(ascii: "b"))
    isFormatted = prefix.contains(UInt8(ascii: "f"))
    let quoted = token.dropFirst(prefix.count)
    let isTriple = quoted.count >= 6 && quoted.prefix(3).allSatisfy { $0 == quoted.first }
    body = quoted.dropFirst(isTriple ? 3 : 1).dropLast(isTriple ? 3 : 1)
    self.position = position
  }

  func error(_ message: String) -> ParameterFileError { ParameterFileError(.syntax, message, at: position) }

  /// The bytes, or the text as UTF-8, that the string stands for.
  func value() throws(ParameterFileError) -> [UInt8] {
    if isBytes, body.contains(where: { $0 >= 0x80 }) {
      throw error("bytes can only contain ASCII characters")
    }
    return try decode(body)
  }

  /// Replaces the escapes of a part of the body, unless the string is raw.
  func decode(_ part: ArraySlice<UInt8>) throws(ParameterFileError) -> [UInt8] {
    if isRaw { return Array(part) }
    var result: [UInt8] = []
    var rest = part
    while let escape = rest.firstIndex(of: UInt8(ascii: "\\")) {
      result += rest[..<escape]
      rest = rest[(escape + 1)...]
      try appendEscape(from: &rest, to: &result)
    }
    return result + rest
  }

  private func appendEscape(from rest: inout ArraySlice<UInt8>, to result: inout [UInt8])
    throws(ParameterFileError)
  {
    guard let letter = rest.popFirst() else {
      // Only before a brace in an f-string.
      result.append(UInt8(ascii: "\\"))
      return
    }
    switch letter {
    case UInt8(ascii: "\n"): break
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(letter)
    case UInt8(ascii: "a"): result.append(0x07)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "v"): result.append(0x0B)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      append(octal(letter, from: &rest), to: &result)
    case UInt8(ascii: "x"): append(try hexadecimal(2, from: &rest), to: &result)
    case UInt8(ascii: "u") where !isBytes: append(try hexadecimal(4, from: &rest), to: &result)
    case UInt8(ascii: "U") where !isBytes: append(try hexadecimal(8, from: &rest), to: &result)
    case UInt8(ascii: "N") where !isBytes: append(try named(from: &rest), to: &result)
    // Python keeps what it does not know, with a warning.
    default: result += [UInt8(ascii: "\\"), letter]
    }
  }

  private func append(_ code: UInt32, to result: inout [UInt8]) {
    if isBytes { result.append(UInt8(truncatingIfNeeded: code)) } else { result.append(codePoint: code) }
  }

  private func octal(_ first: UInt8, from rest: inout ArraySlice<UInt8>) -> UInt32 {
    var code = UInt32(first & 7)
    for _ in 0..<2 {
      guard let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { break }
      code = code << 3 | UInt32(digit & 7)
      rest.removeFirst()
    }
    return code
  }

  private func hexadecimal(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(ParameterFileError)
    -> UInt32
  {
    var code: UInt32 = 0
    for _ in 0..<count {
      guard let digit = rest.popFirst()?.hexadecimalValue else {
        throw error("an escape in a string has fewer than \(count) digits")
      }
      code = code << 4 | UInt32(digit)
    }
    guard code <= 0x10FFFF else { throw error("an escape in a string is beyond Unicode") }
    return code
  }

  private func named(from rest: inout ArraySlice<UInt8>) throws(ParameterFileError) -> UInt32 {
    guard rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")),
      let scalar = UnicodeNames.scalar(named: rest[(rest.startIndex + 1)..<end])
    else { throw error(#"'\N' without the name of a character"#) }
    rest = rest[(end + 1)...]
    return scalar.value
  }
}
