/// The regular expression that pathspec makes of a pattern's segments (`GitIgnoreSpecPattern`).
struct DVCTranslation {
  /// What is wrong with a pattern.
  enum Flaw {
    /// pathspec discards the line.
    case unclosedBracket
    /// pathspec dies of the line.
    case trailingBackslash
    /// Python's `re` dies of the line, when pathspec found nothing else.
    case backwardRange
  }

  /// What the pattern describes, when it has no flaw.
  private(set) var pieces: [Automaton.Piece] = []
  /// The flaw that counts: the first one that pathspec comes upon.
  private(set) var flaw: Flaw?

  private typealias Segment = DVCPattern.Segment
  private static let notNewline = UnitSet.anyBut(Unit.newline)

  /// `**/` at the beginning.
  static var anyDirectories: Automaton.Piece {
    .optional([.one(notNewline), .many(notNewline), .one(.slash)])
  }
  /// Behind the last name: below it, or there.
  static var nameEnd: Automaton.Piece { .either([.one(.slash)], [.lineEnd]) }

  /// Translates segments.
  /// - Parameter isBelowDirectory: whether the text that is matched begins with the slash behind a directory.
  init(_ segments: [DVCPattern.Segment], isBelowDirectory: Bool, endsWithSlash: Bool) {
    let isStar = segments.map { $0.elementsEqual([Unit.star]) }
    let isDoubleStar = segments.map { $0.elementsEqual(DVCPattern.doubleStar) }
    switch isBelowDirectory ? 0 : segments.count {
    case 1 where isDoubleStar[0]: pieces = [.one(endsWithSlash ? .slash : Self.notNewline)]
    case 2 where isDoubleStar[0] && isStar[1]: pieces = [.one(Self.notNewline)]
    // `*/`: a path never begins with a slash, so it matches nothing.
    case 3 where isDoubleStar[0] && isStar[1] && isDoubleStar[2]: pieces = [.one(.slash)]
    default:
      var needsSlash = isBelowDirectory
      for (index, segment) in segments.enumerated() {
        let isLast = index == segments.count - 1
        if isDoubleStar[index] {
          doubleStar(isFirst: index == 0 && !isBelowDirectory, isLast: isLast)
          needsSlash = needsSlash || index > 0
          continue
        }
        if needsSlash { pieces.append(.one(.slash)) }
        if isStar[index] { pieces += [.one(.notSlash), .many(.notSlash)] } else { glob(segment) }
        if flaw == .unclosedBracket || flaw == .trailingBackslash { return }
        if isLast { pieces.append(Self.nameEnd) }
        needsSlash = true
      }
    }
  }

  /// Translates a glob that is to be matched with one name.
  /// - Returns: `nil` when it could take a slash, or has a flaw.
  init?(component: DVCPattern.Segment) {
    glob(component)
    let takesSlash = pieces.contains { piece in
      if case .one(.ranges(let ranges, let negated)) = piece {
        negated || ranges.contains { $0.contains(Unit.slash) }
      } else {
        false
      }
    }
    if takesSlash || flaw != nil { return nil }
  }

  private mutating func doubleStar(isFirst: Bool, isLast: Bool) {
    if isFirst {
      pieces.append(Self.anyDirectories)
    } else if isLast {
      pieces.append(.one(.slash))
    } else {
      pieces.append(.optional([.one(.slash), .one(Self.notNewline), .many(Self.notNewline)]))
    }
  }

  private mutating func glob(_ segment: Segment) {
    var rest = segment
    while let unit = rest.popFirst() {
      switch unit {
      case Unit.backslash:
        guard let escaped = rest.popFirst() else {
          flaw = .trailingBackslash
          return
        }
        pieces.append(.one(.unit(escaped)))
      case Unit.star: pieces.append(.many(.notSlash))
      case Unit.question: pieces.append(.one(.notSlash))
      case Unit.open:
        guard bracket(&rest) else {
          flaw = .unclosedBracket
          return
        }
      default: pieces.append(.one(.unit(unit)))
      }
    }
  }

  /// A bracket expression, with the ranges of Python's `re`: a backslash is a member like any other.
  /// - Returns: whether it is closed.
  private mutating func bracket(_ rest: inout Segment) -> Bool {
    var members = rest
    let isNegated = members.first == Unit.bang || members.first == Unit.caret
    if isNegated { members.removeFirst() }
    guard let second = members.indices.dropFirst().first,
      let close = members[second...].firstIndex(of: Unit.close)
    else { return false }
    rest = members[(close + 1)...]
    members = members[..<close]
    var ranges: [ClosedRange<UInt32>] = []
    while let low = members.popFirst() {
      guard members.first == Unit.hyphen, let high = members.dropFirst().first else {
        ranges.append(low...low)
        continue
      }
      if low <= high { ranges.append(low...high) } else { flaw = .backwardRange }
      members = members.dropFirst(2)
    }
    pieces.append(.one(.ranges(ranges, negated: isNegated)))
    return true
  }
}
