import Values

/// A regular expression of ConfigObj's, matched with a line as Python's `re` does: the first way to match
/// counts, in the order of the alternatives. No place is tried twice, so time is bounded.
struct LinePattern: Sendable {
  /// The characters that one step takes.
  enum Characters: Sendable {
    /// `.`
    case any
    /// `\s`
    case space
    /// `\S`
    case notSpace
    /// The character itself.
    case only(Unicode.Scalar)
    /// `[^…]`
    case except([Unicode.Scalar])
    /// `[^…\s]`
    case exceptSpaceAnd([Unicode.Scalar])

    func contains(_ point: UInt32) -> Bool {
      switch self {
      case .any: point != 0x0A
      case .space: CodePoint.isSpace(point)
      case .notSpace: !CodePoint.isSpace(point)
      case .only(let scalar): point == scalar.value
      case .except(let scalars): !scalars.contains { $0.value == point }
      case .exceptSpaceAnd(let scalars):
        !CodePoint.isSpace(point) && !scalars.contains { $0.value == point }
      }
    }
  }

  /// A part of a pattern.
  indirect enum Piece: Sendable {
    case one(Characters)
    /// `*` behind parts.
    case many([Piece])
    /// `+` behind parts.
    case some([Piece])
    /// `*?` behind a character.
    case fewest(Characters)
    /// `?` behind parts.
    case optional([Piece])
    /// Parts that are read out, by number.
    case group(Int, [Piece])
    /// Alternatives.
    case choice([[Piece]])
    /// `(?<!c)`
    case notAfter(Unicode.Scalar)
    /// `$`
    case end
  }

  private enum Step: Sendable {
    case take(Characters)
    /// Goes on at the first place, and at the second when that leads nowhere.
    case branch(Int, Int)
    case jump(Int)
    case mark(Int)
    case notAfter(UInt32)
    case end
    case accept
  }

  private var steps: [Step] = []
  private let groups: Int

  /// A pattern with groups numbered from 0.
  init(groups: Int, _ pieces: [Piece]) {
    self.groups = groups
    append(pieces)
    steps.append(.accept)
  }

  private mutating func append(_ pieces: [Piece]) {
    for piece in pieces {
      let start = steps.count
      switch piece {
      case .one(let characters): steps.append(.take(characters))
      case .notAfter(let scalar): steps.append(.notAfter(scalar.value))
      case .end: steps.append(.end)
      case .group(let number, let pieces):
        steps.append(.mark(2 * number))
        append(pieces)
        steps.append(.mark(2 * number + 1))
      case .some(let pieces):
        append(pieces)
        steps.append(.branch(start, steps.count + 1))
      case .many(let pieces):
        steps.append(.accept)
        append(pieces)
        steps.append(.jump(start))
        steps[start] = .branch(start + 1, steps.count)
      case .fewest(let characters):
        steps += [.branch(start + 3, start + 1), .take(characters), .jump(start)]
      case .optional(let pieces):
        steps.append(.accept)
        append(pieces)
        steps[start] = .branch(start + 1, steps.count)
      case .choice(let alternatives): appendChoice(alternatives[...])
      }
    }
  }

  private mutating func appendChoice(_ alternatives: ArraySlice<[Piece]>) {
    guard let first = alternatives.first else { return }
    guard alternatives.count > 1 else { return append(first) }
    let start = steps.count
    steps.append(.accept)
    append(first)
    let exit = steps.count
    steps.append(.accept)
    steps[start] = .branch(start + 1, steps.count)
    appendChoice(alternatives.dropFirst())
    steps[exit] = .jump(steps.count)
  }

  private enum Job {
    case explore(step: Int, position: Int)
    case restore(mark: Int, position: Int?)
  }

  /// The groups of the match at a place in a line, `nil` for one that took no part, and where the match ends.
  func match(_ line: [UInt32], at start: Int = 0) -> (groups: [Text?], end: Int)? {
    var marks: [Int?] = Array(repeating: nil, count: 2 * groups)
    var tried: Set<Int> = []
    var jobs = [Job.explore(step: 0, position: start)]
    while let job = jobs.popLast() {
      guard case .explore(var step, var position) = job else {
        if case .restore(let mark, let position) = job { marks[mark] = position }
        continue
      }
      walk: while true {
        switch steps[step] {
        case .take(let characters):
          guard position < line.count, characters.contains(line[position]) else { break walk }
          position += 1
          step += 1
        case .branch(let first, let second):
          guard tried.insert(position * steps.count + step).inserted else { break walk }
          jobs.append(.explore(step: second, position: position))
          step = first
        case .jump(let target): step = target
        case .mark(let mark):
          jobs.append(.restore(mark: mark, position: marks[mark]))
          marks[mark] = position
          step += 1
        case .notAfter(let point):
          guard position == 0 || line[position - 1] != point else { break walk }
          step += 1
        case .end:
          guard position == line.count else { break walk }
          step += 1
        case .accept: return (texts(line, marks), position)
        }
      }
    }
    return nil
  }

  private func texts(_ line: [UInt32], _ marks: [Int?]) -> [Text?] {
    (0..<groups).map { group in
      guard let start = marks[2 * group], let end = marks[2 * group + 1], start <= end else { return nil }
      return Text(codePoints: line[start..<end])
    }
  }
}
