/// A pattern that is matched from the first unit on, in time proportional to pattern times text whatever
/// the pattern is: all its states advance together, nothing is ever tried twice.
struct Automaton {
  /// A part of a pattern.
  indirect enum Piece {
    /// One unit.
    case one(UnitSet)
    /// Any number of units, also none.
    case many(UnitSet)
    /// The parts once, or not at all.
    case optional([Piece])
    /// The parts any number of times, also none.
    case repeated([Piece])
    /// The end of the text.
    case end
    /// The end of the text, or the place before a newline that ends it: Python's `$`.
    case lineEnd
    /// One alternative or the other.
    case either([Piece], [Piece])
  }

  private enum Step {
    case take(UnitSet)
    case jump(Int)
    case branch(Int, Int)
    case end
    case lineEnd
    case accept
  }

  private var steps: [Step] = []

  /// An automaton of parts that follow one another. The text may go on behind them unless they say `end`.
  init(_ pieces: [Piece]) {
    append(pieces)
    steps.append(.accept)
  }

  private mutating func append(_ pieces: [Piece]) {
    for piece in pieces {
      let start = steps.count
      switch piece {
      case .one(let set): steps.append(.take(set))
      case .end: steps.append(.end)
      case .lineEnd: steps.append(.lineEnd)
      case .many(let set): appendLoop([.one(set)])
      case .repeated(let pieces): appendLoop(pieces)
      case .optional(let pieces):
        steps.append(.accept)
        append(pieces)
        steps[start] = .branch(start + 1, steps.count)
      case .either(let first, let second):
        steps.append(.accept)
        append(first)
        let join = steps.count
        steps.append(.accept)
        append(second)
        steps[start] = .branch(start + 1, join + 1)
        steps[join] = .jump(steps.count)
      }
    }
  }

  private mutating func appendLoop(_ pieces: [Piece]) {
    let start = steps.count
    steps.append(.accept)
    append(pieces)
    steps.append(.jump(start))
    steps[start] = .branch(start + 1, steps.count)
  }

  /// Whether the text begins with what the pattern describes.
  func matches(_ text: [UInt32]) -> Bool {
    var run = Run(steps: steps, text: text)
    return run.accepts()
  }

  private struct Run {
    let steps: [Step]
    let text: [UInt32]
    var waiting: [Int] = []
    var pending: [Int] = []
    /// The place in the text at which a state was last entered, plus one.
    var entered: [Int]

    init(steps: [Step], text: [UInt32]) {
      self.steps = steps
      self.text = text
      self.entered = Array(repeating: 0, count: steps.count)
    }

    mutating func accepts() -> Bool {
      if enter(0, at: 0) { return true }
      for position in text.indices {
        let here = waiting
        guard !here.isEmpty else { return false }
        waiting.removeAll(keepingCapacity: true)
        for state in here {
          if case .take(let set) = steps[state], set.contains(text[position]),
            enter(state + 1, at: position + 1)
          {
            return true
          }
        }
      }
      return false
    }

    /// Enters a state and all that follow without taking a unit.
    /// - Returns: whether the pattern is fulfilled.
    private mutating func enter(_ state: Int, at position: Int) -> Bool {
      pending.append(state)
      while let state = pending.popLast() {
        guard entered[state] <= position else { continue }
        entered[state] = position + 1
        switch steps[state] {
        case .take: waiting.append(state)
        case .jump(let target): pending.append(target)
        case .branch(let first, let second):
          pending.append(second)
          pending.append(first)
        case .end: if position == text.count { pending.append(state + 1) }
        case .lineEnd: if isLineEnd(position) { pending.append(state + 1) }
        case .accept: return true
        }
      }
      return false
    }

    private func isLineEnd(_ position: Int) -> Bool {
      position == text.count || (position == text.count - 1 && text[position] == Unit.newline)
    }
  }
}
