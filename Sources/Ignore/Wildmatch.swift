/// Git's `wildmatch` as dulwich 1.2.21 has it (dulwich/wildmatch.py), in bytes.
enum Wildmatch {
  /// A pattern that Git gives up on; it matches nothing.
  struct Malformed: Error {}

  private typealias Pattern = ArraySlice<UInt32>

  /// What a pattern describes.
  static func pieces(
    _ pattern: ArraySlice<UInt32>, ignoreCase: Bool
  ) throws(Malformed) -> [Automaton.Piece] {
    let segments = collapse(try split(pattern))
    let isDoubleStar = segments.map { $0.elementsEqual([Unit.star, Unit.star]) }
    var pieces: [Automaton.Piece] = []
    for (index, segment) in segments.enumerated() {
      if index > 0, !isDoubleStar[index - 1] { pieces.append(.one(.slash)) }
      guard isDoubleStar[index] else {
        pieces += try glob(segment, ignoreCase: ignoreCase)
        continue
      }
      let rest = segments[(index + 1)...]
      if rest.isEmpty {
        pieces.append(.many(.any))
      } else if rest.allSatisfy(\.isEmpty) {
        pieces += [.many(.any), .one(.slash)]
      } else if index == 0 {
        pieces.append(.optional([.many(.any), .one(.slash)]))
      } else {
        pieces.append(.repeated([.one(.notSlash), .many(.notSlash), .one(.slash)]))
      }
    }
    return pieces
  }

  /// The parts between slashes that stand outside bracket expressions.
  private static func split(_ pattern: Pattern) throws(Malformed) -> [Pattern] {
    // Without brackets dulwich takes every slash, and with them no escaped one.
    guard pattern.contains(Unit.open) else {
      return pattern.split(separator: Unit.slash, omittingEmptySubsequences: false)
    }
    var segments: [Pattern] = []
    var start = pattern.startIndex
    var rest = pattern
    while let unit = rest.popFirst() {
      switch unit {
      case Unit.backslash: rest = rest.dropFirst()
      case Unit.open: _ = try bracket(&rest)
      case Unit.slash:
        segments.append(pattern[start..<(rest.startIndex - 1)])
        start = rest.startIndex
      default: continue
      }
    }
    segments.append(pattern[start...])
    return segments
  }

  private static func collapse(_ segments: [Pattern]) -> [Pattern] {
    var collapsed: [Pattern] = []
    for segment in segments {
      if segment.elementsEqual([Unit.star, Unit.star]), collapsed.last == segment { continue }
      collapsed.append(segment)
    }
    return collapsed
  }

  private static func glob(_ segment: Pattern, ignoreCase: Bool) throws(Malformed) -> [Automaton.Piece] {
    if segment.elementsEqual([Unit.star]) { return [.one(.notSlash), .many(.notSlash)] }
    var pieces: [Automaton.Piece] = []
    var rest = segment
    func take(_ set: UnitSet) { pieces.append(.one(ignoreCase ? set.ignoringCase : set)) }
    while let unit = rest.popFirst() {
      switch unit {
      case Unit.star: pieces.append(.many(.notSlash))
      case Unit.question: take(.notSlash)
      case Unit.backslash: take(.unit(rest.popFirst() ?? unit))
      case Unit.open: take(try bracket(&rest))
      default: take(.unit(unit))
      }
    }
    return pieces
  }

  // MARK: Bracket expressions

  /// The bracket expression that follows `[`. It never takes a slash.
  private static func bracket(_ rest: inout Pattern) throws(Malformed) -> UnitSet {
    let isNegated = rest.first == Unit.bang || rest.first == Unit.caret
    if isNegated { rest.removeFirst() }
    var members: [ClosedRange<UInt32>] = []
    var classes: [ClosedRange<UInt32>] = []
    var previous: UInt32?
    var isFirst = true
    while true {
      guard let unit = rest.popFirst() else { throw Malformed() }
      if unit == Unit.close, !isFirst { break }
      isFirst = false
      if unit == Unit.hyphen, let low = previous, let high = try rangeEnd(&rest) {
        // A range that runs backwards leaves its low end, which was taken already.
        if low <= high, !members.isEmpty { members[members.count - 1] = low...high }
        previous = nil
      } else if unit == Unit.open, rest.first == Unit.colon, let ranges = try namedClass(&rest) {
        classes += ranges
        previous = nil
      } else {
        let member = unit == Unit.backslash ? rest.popFirst() : unit
        guard let member else { throw Malformed() }
        members.append(member...member)
        previous = member
      }
    }
    return .ranges(
      (members + classes).flatMap(withoutSlash) + (isNegated ? [Unit.slash...Unit.slash] : []),
      negated: isNegated)
  }

  /// The high end of a range whose hyphen was read; `nil` when the hyphen is a member itself.
  private static func rangeEnd(_ rest: inout Pattern) throws(Malformed) -> UInt32? {
    guard let first = rest.first, first != Unit.close else { return nil }
    rest.removeFirst()
    guard first == Unit.backslash else { return first }
    guard let escaped = rest.popFirst() else { throw Malformed() }
    return escaped
  }

  /// The class `[:name:]` whose first bracket was read; `nil` when that is only a bracket.
  private static func namedClass(_ rest: inout Pattern) throws(Malformed) -> [ClosedRange<UInt32>]? {
    let name = rest.dropFirst()
    guard let close = name.firstIndex(of: Unit.close) else { throw Malformed() }
    guard close > name.startIndex, name[close - 1] == Unit.colon else { return nil }
    let letters = String(decoding: name[..<(close - 1)].map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    guard let ranges = Self.classes[letters] else { throw Malformed() }
    rest = name[(close + 1)...]
    return ranges
  }

  private static func withoutSlash(_ range: ClosedRange<UInt32>) -> [ClosedRange<UInt32>] {
    guard range.contains(Unit.slash) else { return [range] }
    var parts: [ClosedRange<UInt32>] = []
    if range.lowerBound < Unit.slash { parts.append(range.lowerBound...(Unit.slash - 1)) }
    if range.upperBound > Unit.slash { parts.append((Unit.slash + 1)...range.upperBound) }
    return parts
  }

  private static let classes: [String: [ClosedRange<UInt32>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A],
    "alpha": [0x41...0x5A, 0x61...0x7A],
    "blank": [0x09...0x09, 0x20...0x20],
    "cntrl": [0x00...0x1F, 0x7F...0x7F],
    "digit": [0x30...0x39],
    "graph": [0x21...0x7E],
    "lower": [0x61...0x7A],
    "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "space": [0x09...0x0A, 0x0D...0x0D, 0x20...0x20],
    "upper": [0x41...0x5A],
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]
}
