import Values

/// Reads a configuration file as ConfigObj 5.0.9 does with its default options.
struct ConfigurationReader {
  /// Why a line cannot be read.
  struct Failure: Error {
    let line: Int
    let why: String
  }

  private let lines: [[UInt32]]
  private var index = -1
  private let file = ConfigurationSection()
  private var section: ConfigurationSection

  private init(_ text: Text) {
    lines = Self.split(text.codePoints)
    section = file
  }

  /// The sections of a text.
  static func read(_ text: Text) throws(Failure) -> ConfigurationSection {
    var reader = ConfigurationReader(text)
    while reader.index < reader.lines.count - 1 {
      reader.index += 1
      try reader.readLine()
    }
    return reader.file
  }

  /// The lines of Python's `str.splitlines`, after universal newlines.
  private static func split(_ points: [UInt32]) -> [[UInt32]] {
    var lines: [[UInt32]] = []
    var start = 0
    var index = 0
    while index < points.count {
      let point = points[index]
      let isPair = point == 0x0D && index + 1 < points.count && points[index + 1] == 0x0A
      switch point {
      case 0x0A, 0x0D: lines.append(Array(points[start..<index]))
      // These end a line and stay at its end.
      case 0x0B, 0x0C, 0x1C...0x1E, 0x85, 0x2028, 0x2029: lines.append(Array(points[start...index]))
      default:
        index += 1
        continue
      }
      index += isPair ? 2 : 1
      start = index
    }
    if start < points.count { lines.append(Array(points[start...])) }
    return lines
  }

  private func failure(_ why: String) -> Failure { Failure(line: index + 1, why: why) }

  private mutating func readLine() throws(Failure) {
    let line = lines[index]
    guard let first = line.first(where: { !CodePoint.isSpace($0) }), first != 0x23 else { return }
    if let heading = Self.heading.match(line)?.groups {
      try openSection(brackets: heading[0], name: heading[1], closing: heading[2])
    } else if let pair = Self.pair.match(line)?.groups, let key = pair[0], let value = pair[1] {
      try readPair(key, value)
    } else {
      throw failure("a line must be a [section] or 'key = value'")
    }
  }

  private mutating func openSection(brackets: Text?, name: Text?, closing: Text?) throws(Failure) {
    let depth = brackets?.utf8.count { $0 == UInt8(ascii: "[") } ?? 0
    guard let name, depth == closing?.utf8.count(where: { $0 == UInt8(ascii: "]") }) else {
      throw failure("a section's opening and closing brackets must be as many")
    }
    guard depth <= section.depth + 1 else { throw failure("a section stands too deep") }
    var parent = section
    while parent.depth >= depth, let next = parent.parent { parent = next }
    let unquoted = Self.unquote(name)
    guard !parent.contains(unquoted) else { throw failure("there are two sections of this name") }
    let opened = ConfigurationSection(name: unquoted, line: index + 1, in: parent)
    parent.append(opened)
    section = opened
  }

  private mutating func readPair(_ key: Text, _ text: Text) throws(Failure) {
    let line = index + 1
    let value: ConfigurationSection.Value
    if text.hasPrefix("\"\"\"") {
      value = .text(try readTripleQuoted(text, Self.tripleDouble))
    } else if text.hasPrefix("'''") {
      value = .text(try readTripleQuoted(text, Self.tripleSingle))
    } else {
      value = try readValue(text)
    }
    let key = Self.unquote(key)
    guard !section.contains(key) else {
      throw Failure(line: index + 1, why: "there are two values for '\(key)'")
    }
    section.append(ConfigurationSection.Scalar(key: key, value: value, line: line))
  }

  private func readValue(_ text: Text) throws(Failure) -> ConfigurationSection.Value {
    guard let groups = Self.value.match(text.codePoints)?.groups, let list = groups[0] ?? groups[2] else {
      throw failure("a value cannot be read: it has an open quote or is half a list")
    }
    if groups[2] != nil { return .list([]) }
    let last = groups[1]
    if list.isEmpty {
      guard let last else { throw failure("a value cannot be read") }
      return .text(Self.unquote(last))
    }
    var items: [Text] = []
    let points = list.codePoints
    var position = 0
    while let (groups, end) = Self.listItem.match(points, at: position), let item = groups[0] {
      guard !item.isEmpty else { throw failure("a list has an item without a value") }
      items.append(Self.unquote(item))
      position = end
    }
    if let last, !last.isEmpty { items.append(Self.unquote(last)) }
    return .list(items)
  }

  private mutating func readTripleQuoted(_ text: Text, _ quote: TripleQuote) throws(Failure) -> Text {
    if let groups = quote.whole.match(text.codePoints)?.groups, let value = groups[0] { return value }
    var value = Text(utf8: text.utf8.dropFirst(3))
    let open = failure("a value in triple quotes cannot be read")
    guard value.firstIndex(of: quote.mark) == nil else { throw open }
    while index < lines.count - 1 {
      index += 1
      value += "\n"
      let line = Text(codePoints: lines[index])
      guard line.firstIndex(of: quote.mark) != nil else {
        value += line
        continue
      }
      guard let groups = quote.tail.match(lines[index])?.groups, let rest = groups[0] else { throw open }
      return value + rest
    }
    throw open
  }

  private static func unquote(_ text: Text) -> Text {
    guard let first = text.utf8.first, first == text.utf8.last,
      first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    else { return text }
    return Text(utf8: text.utf8.dropFirst().dropLast())
  }

  // MARK: Patterns of ConfigObj

  private static let quoted: [[LinePattern.Piece]] = [
    [.one(.only("\"")), .fewest(.any), .one(.only("\""))],
    [.one(.only("'")), .fewest(.any), .one(.only("'"))],
  ]
  private static let spaces = LinePattern.Piece.many([.one(.space)])
  private static let comment = LinePattern.Piece.optional([.one(.only("#")), .many([.one(.any)])])

  private static let pair = LinePattern(
    groups: 2,
    [
      spaces, .group(0, [.choice(quoted + [[.one(.except(["'", "\"", "="])), .fewest(.any)]])]),
      spaces, .one(.only("=")), spaces, .group(1, [.many([.one(.any)])]), .end,
    ])

  private static func quotedName(_ quote: Unicode.Scalar) -> [LinePattern.Piece] {
    [.one(.only(quote)), spaces, .one(.notSpace), .fewest(.any), spaces, .one(.only(quote))]
  }

  private static let heading = LinePattern(
    groups: 3,
    [
      spaces, .group(0, [.some([.one(.only("[")), spaces])]),
      .group(
        1,
        [
          .choice([
            quotedName("\""), quotedName("'"), [.one(.exceptSpaceAnd(["'", "\""])), .fewest(.any)],
          ])
        ]),
      .group(2, [.some([spaces, .one(.only("]"))])]), spaces, comment, .end,
    ])

  private static let value = LinePattern(
    groups: 3,
    [
      .choice([
        [
          .group(
            0,
            [
              .many([
                .choice(
                  quoted + [[.one(.except(["'", "\"", ",", "#"])), .fewest(.except([",", "#"]))]]),
                spaces, .one(.only(",")), spaces,
              ])
            ]),
          .optional([
            .group(
              1,
              [
                .choice(
                  quoted + [
                    [.one(.exceptSpaceAnd(["'", "\"", ",", "#"])), .fewest(.except([","]))],
                    [.notAfter(",")],
                  ])
              ])
          ]),
        ],
        [.group(2, [.one(.only(","))])],
      ]),
      spaces, comment, .end,
    ])

  private static let listItem = LinePattern(
    groups: 1,
    [
      .group(
        0, [.choice(quoted + [[.optional([.one(.except(["'", "\"", ",", "#"]))]), .fewest(.any)]])]),
      spaces, .one(.only(",")), spaces,
    ])

  private struct TripleQuote {
    let mark: Text
    let whole: LinePattern
    let tail: LinePattern

    init(_ quote: Unicode.Scalar) {
      let marks: [LinePattern.Piece] = Array(repeating: .one(.only(quote)), count: 3)
      mark = Text(codePoints: Array(repeating: quote.value, count: 3))
      let rest = [.group(0, [.fewest(.any)])] + marks + [spaces, comment, .end]
      whole = LinePattern(groups: 1, marks + rest)
      tail = LinePattern(groups: 1, rest)
    }
  }

  private static let tripleDouble = TripleQuote("\"")
  private static let tripleSingle = TripleQuote("'")
}
