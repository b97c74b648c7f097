import Values

/// What a scalar without quotes becomes: the table of ruamel.yaml 0.19 (`resolver.py`), for YAML 1.2 or 1.1.
///
/// The patterns there end in `$`, which also holds before a line break at the end.
func implicitTag(of text: ArraySlice<UInt8>, isVersion11: Bool) -> Tag {
  guard let first = text.first else { return .null }
  var scalar = Pattern(text.last == 0x0A ? text.dropLast() : text)
  switch first {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
    if scalar.isFloat(isVersion11) { return .float }
    if first == UInt8(ascii: ".") { return .str }
    if scalar.isInteger(isVersion11) { return .int }
    return scalar.isTimestamp ? .timestamp : .str
  case UInt8(ascii: "~"): return scalar.isOne(of: "~") ? .null : .str
  case UInt8(ascii: "<"): return scalar.isOne(of: "<<") ? .merge : .str
  case UInt8(ascii: "="): return scalar.isOne(of: "=") ? .value : .str
  case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "*"):
    // Only a quoted scalar tagged `!` comes here; no constructor knows the tag it gets.
    return scalar.text.count == 1 ? .unknown : .str
  default:
    guard scalar.text.count <= 5 else { return .str }
    if scalar.isOne(of: "true", "True", "TRUE", "false", "False", "FALSE") { return .bool }
    if isVersion11,
      scalar.isOne(
        of: "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF")
    {
      return .bool
    }
    return scalar.isOne(of: "null", "Null", "NULL") ? .null : .str
  }
}

/// Reads a text from its beginning.
struct Pattern {
  let text: ArraySlice<UInt8>
  private var position: Int

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    position = text.startIndex
  }

  var isAtEnd: Bool { position == text.endIndex }
  var next: UInt8? { position < text.endIndex ? text[position] : nil }

  mutating func restart() { position = text.startIndex }

  /// Steps over one of `bytes`.
  mutating func take(_ bytes: StaticString) -> Bool {
    guard let next, bytes.withUTF8Buffer({ $0.contains(next) }) else { return false }
    position += 1
    return true
  }

  /// Steps over bytes that `matches` knows; how many.
  mutating func takeWhile(upTo limit: Int = .max, _ matches: (UInt8) -> Bool) -> Int {
    let start = position
    while position - start < limit, let next, matches(next) { position += 1 }
    return position - start
  }

  mutating func takeDigits(upTo limit: Int = .max) -> Int { takeWhile(upTo: limit, isDigit) }

  /// Steps over decimal digits and underscores; how many.
  mutating func takeSpacedDigits() -> Int { takeWhile { isDigit($0) || $0 == UInt8(ascii: "_") } }

  func isOne(of words: StaticString...) -> Bool {
    words.contains { word in word.withUTF8Buffer { text.elementsEqual($0) } }
  }

  func slice(from start: Int) -> ArraySlice<UInt8> { text[start..<position] }
  var mark: Int { position }
}

func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

// MARK: - Numbers

extension Pattern {
  fileprivate mutating func isFloat(_ isVersion11: Bool) -> Bool {
    restart()
    let isSigned = take("+-")
    if next == UInt8(ascii: ".") {
      position += 1
      let rest = text[position...]
      if Pattern(rest).isOne(of: "inf", "Inf", "INF") { return true }
      if !isSigned, Pattern(rest).isOne(of: "nan", "NaN", "NAN") { return true }
      if isSigned, isVersion11 { return false }
      guard takeSpacedDigits() > 0 else { return false }
      return isAtEnd || takeExponent(needsSign: true)
    }
    guard let digit = next, isDigit(digit) else { return false }
    _ = takeSpacedDigits()
    if take(".") {
      _ = takeSpacedDigits()
      return isAtEnd || takeExponent(needsSign: false)
    }
    if isVersion11, next == UInt8(ascii: ":") {
      guard takeSexagesimal(), take(".") else { return false }
      _ = takeSpacedDigits()
      return isAtEnd
    }
    return takeExponent(needsSign: false)
  }

  /// `e` and a number, up to the end.
  private mutating func takeExponent(needsSign: Bool) -> Bool {
    guard take("eE") else { return false }
    let isSigned = take("+-")
    return (isSigned || !needsSign) && takeDigits() > 0 && isAtEnd
  }

  /// `:59` once or more.
  private mutating func takeSexagesimal() -> Bool {
    var count = 0
    while take(":") {
      let start = position
      guard takeDigits(upTo: 2) > 0 else { return false }
      if position - start == 2, text[start] > UInt8(ascii: "5") { return false }
      count += 1
    }
    return count > 0
  }

  fileprivate mutating func isInteger(_ isVersion11: Bool) -> Bool {
    restart()
    _ = take("+-")
    let start = position
    if take("0"), take("bxo") {
      let radix = text[position - 1]
      if radix == UInt8(ascii: "o"), isVersion11 { return false }
      let matches: (UInt8) -> Bool =
        switch radix {
        case UInt8(ascii: "b"): { $0 & 0xFE == UInt8(ascii: "0") || $0 == UInt8(ascii: "_") }
        case UInt8(ascii: "o"): isOctalOrUnderscore
        default: { $0.hexadecimalValue != nil || $0 == UInt8(ascii: "_") }
        }
      return takeWhile(matches) > 0 && isAtEnd
    }
    position = start
    guard isVersion11 else { return takeSpacedDigits() > 0 && isAtEnd }
    if takeWhile(isOctalOrUnderscore) > 0, isAtEnd { return true }
    position = start
    guard let first = next, isDigit(first), first != UInt8(ascii: "0") else { return false }
    _ = takeSpacedDigits()
    return isAtEnd || takeSexagesimal() && isAtEnd
  }
}

private func isOctalOrUnderscore(_ byte: UInt8) -> Bool {
  byte & 0xF8 == UInt8(ascii: "0") || byte == UInt8(ascii: "_")
}
