import Policy
import Values

/// Letters as a terminal may show them.
enum TerminalText {
  /// The text on one line, without what could move a cursor or turn the direction of writing.
  static func printable(_ string: String) -> String {
    guard string.unicodeScalars.contains(where: isControl) else { return string }
    var result = ""
    for scalar in string.unicodeScalars {
      if isControl(scalar) {
        result += scalar == "\n" ? "\\n" : scalar == "\t" ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// `path:line`.
  static func place(_ place: Place) -> String {
    let path = printable(place.path.isRoot ? "." : "\(place.path)")
    return place.position.map { "\(path):\($0.line)" } ?? path
  }

  /// `1 error`, `2 errors`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  /// `1,234,567`.
  static func number(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, digit.isNumber, digits[index - 1].isNumber, (digits.count - index).isMultiple(of: 3) {
        text += ","
      }
      text.append(digit)
    }
    return text
  }

  /// The first letters of a commit's name.
  static func short(_ id: Text) -> String { printable(String(decoding: id.utf8.prefix(10), as: UTF8.self)) }
}
