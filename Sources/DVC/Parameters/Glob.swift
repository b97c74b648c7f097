import Values

/// A shell pattern as Python 3.11's `fnmatch.fnmatchcase` reads it: `*`, `?`, `[set]` and `[!set]`, nothing is
/// escaped by a backslash. Matching takes time in proportion to pattern times text.
public struct Glob: Sendable {
  private enum Element: Sendable {
    case star
    case any
    case unit(UInt32)
    case ranges([ClosedRange<UInt32>], negated: Bool)

    func takes(_ point: UInt32) -> Bool {
      switch self {
      case .star: false
      case .any: true
      case .unit(let unit): unit == point
      case .ranges(let ranges, let negated): ranges.contains { $0.contains(point) } != negated
      }
    }
  }

  private var elements: [Element] = []

  /// A pattern; every text is one.
  public init(_ pattern: Text) {
    var rest = pattern.codePoints[...]
    while let point = rest.popFirst() {
      switch point {
      case Self.star: elements.append(.star)
      case Self.question: elements.append(.any)
      case Self.open: elements.append(Self.bracket(&rest) ?? .unit(point))
      default: elements.append(.unit(point))
      }
    }
  }

  /// Whether the pattern describes the whole text.
  public func matches(_ text: Text) -> Bool {
    let points = text.codePoints
    var (element, point) = (0, 0)
    var retry: (element: Int, point: Int)?
    while point < points.count {
      if element < elements.count, case .star = elements[element] {
        element += 1
        retry = (element, point)
      } else if element < elements.count, elements[element].takes(points[point]) {
        element += 1
        point += 1
      } else if let last = retry {
        retry = (last.element, last.point + 1)
        (element, point) = (last.element, last.point + 1)
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { if case .star = $0 { true } else { false } }
  }

  // MARK: Bracket expressions

  private static let star = UInt32(UInt8(ascii: "*"))
  private static let question = UInt32(UInt8(ascii: "?"))
  private static let open = UInt32(UInt8(ascii: "["))
  private static let close = UInt32(UInt8(ascii: "]"))
  private static let bang = UInt32(UInt8(ascii: "!"))
  private static let hyphen = UInt32(UInt8(ascii: "-"))

  /// The expression behind an opening bracket; `nil` when it is not closed.
  private static func bracket(_ rest: inout ArraySlice<UInt32>) -> Element? {
    var body = rest
    if body.first == bang { body.removeFirst() }
    if body.first == close { body.removeFirst() }
    guard let end = body.firstIndex(of: close) else { return nil }
    var chunks = chunks(of: Array(rest[..<end]))
    rest = rest[(end + 1)...]
    // Ranges that run backwards lose both ends, from the last one on.
    for index in chunks.indices.dropFirst().reversed() {
      guard let low = chunks[index - 1].last, let high = chunks[index].first, low > high else { continue }
      chunks[index - 1] = chunks[index - 1].dropLast() + chunks[index].dropFirst()
      chunks.remove(at: index)
    }
    // What is first after that decides: `[z-a!b]` is a negation.
    let isNegated = chunks[0].first == bang
    if isNegated { chunks[0].removeFirst() }
    if isNegated, chunks.allSatisfy(\.isEmpty) { return .any }
    var ranges = chunks.joined().map { $0...$0 }
    for (low, high) in zip(chunks, chunks.dropFirst()) {
      if let low = low.last, let high = high.first, low <= high { ranges.append(low...high) }
    }
    return .ranges(ranges, negated: isNegated)
  }

  /// The parts between the hyphens that make ranges. A hyphen at either end makes none, nor does one that
  /// follows a range at once.
  private static func chunks(of body: [UInt32]) -> [[UInt32]] {
    var chunks: [[UInt32]] = []
    var start = 0
    var search = body.first == bang ? 2 : 1
    while search < body.count, let hyphen = body[search...].firstIndex(of: hyphen) {
      chunks.append(Array(body[start..<hyphen]))
      start = hyphen + 1
      search = hyphen + 3
    }
    if start < body.count || chunks.isEmpty {
      chunks.append(Array(body[start...]))
    } else {
      chunks[chunks.count - 1].append(hyphen)
    }
    return chunks
  }
}
