import Policy
import Values

/// Letters as a terminal may show them.
enum TerminalText {
  /// The text on one line, without what could move a cursor or turn the direction of writing, and without what CI
  /// systems take for a command wherever it stands in a line (`##[error]`, `##vso[task.complete …]`, `##teamcity[…]`).
  static func printable(_ string: String) -> String {
    guard string.unicodeScalars.contains(where: { $0.isUnshown || $0 == "#" }) else { return string }
    let scalars = Array(string.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      if scalar.isUnshown {
        result += scalar == "\n" ? "\\n" : scalar == "\t" ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}"
      } else if scalar == "#", index > 0, scalars[index - 1] == "#", opensCommand(scalars[(index + 1)...]) {
        result += "\\u{23}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether a command follows after `##`: a word, or none, and a bracket.
  private static func opensCommand(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    rest.first { !("a"..."z").contains($0) && !("A"..."Z").contains($0) } == "["
  }

  /// A line of output. One that begins with `::` is a command for GitHub's runner (actions/runner, `TryParseV2`).
  static func line(_ line: String) -> String {
    let scalars = line.unicodeScalars
    let start = scalars.drop { $0.properties.isWhitespace }
    guard start.starts(with: "::".unicodeScalars) else { return line }
    return String(scalars[..<start.startIndex]) + "\\u{3a}" + String(start.dropFirst())
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
