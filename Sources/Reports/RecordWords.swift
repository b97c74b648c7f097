import Values

/// How a person reads what a run record says.
public enum RecordWords {
  /// Letters of a repository as a terminal may show them.
  public static func shown(_ text: String) -> String { TerminalText.printable(text) }

  /// A message of several lines as a terminal may show it.
  public static func shownLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { shown(String($0)) }.joined(
      separator: "\n")
  }

  /// Letters of a repository as a terminal may show them.
  static func shown(_ text: Text) -> String { shown(text.string) }

  /// A value in one line, cut where it is long.
  public static func value(_ value: JSON?) -> String {
    guard let value else { return "–" }
    if value["redacted"]?.bool == true { return "(left out)" }
    let text = value.text.map(\.string) ?? String(decoding: value.compact, as: UTF8.self)
    let shown = shown(text)
    return shown.unicodeScalars.count > 100 ? String(shown.unicodeScalars.prefix(99)) + "…" : shown
  }

  /// The first letters of a hash.
  static func hash(_ value: JSON?) -> String { value?.text.map { String($0.string.prefix(12)) } ?? "–" }

  /// How a value differs from the one before: a number by how much, anything else by what it was; nothing when it is
  /// the same.
  static func change(_ old: JSON?, _ new: JSON) -> String {
    guard let old else { return "new" }
    guard old != new else { return "" }
    return difference(old, new) ?? "was \(value(old))"
  }

  /// By how much a number differs from the one before, with its sign; `nil` where one of the two is none.
  static func difference(_ old: JSON?, _ new: JSON?) -> String? {
    guard let before = old?.double, let now = new?.double, before != now else { return nil }
    let difference = now - before
    return (difference < 0 ? "-" : "+") + rounded(difference.magnitude)
  }

  /// Six digits tell a change; all of them would tell what binary fractions are.
  private static func rounded(_ number: Double) -> String {
    guard number.isFinite, number > 0 else { return number.pythonRepr }
    var scale = 1.0
    while number * scale < 100_000, scale < 1e300 { scale *= 10 }
    let rounded = ((number * scale).rounded() / scale).pythonRepr
    return rounded.hasSuffix(".0") ? String(rounded.dropLast(2)) : rounded
  }

  /// Rows with their columns in line, each after four spaces.
  static func table(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      min(48, rows.map { column < $0.count ? $0[column].unicodeScalars.count : 0 }.max() ?? 0)
    }
    return rows.map { row in
      var line = "   "
      for (column, cell) in row.enumerated() {
        line += " " + cell
        guard column < row.count - 1 else { continue }
        line += String(repeating: " ", count: max(0, widths[column] - cell.unicodeScalars.count) + 1)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
