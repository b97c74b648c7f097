/// The text of a scalar while it is read. As long as its pieces lie side by side in the document, nothing is
/// copied.
struct Pieces {
  fileprivate var start = 0
  fileprivate var end = 0
  fileprivate var isAssembled = false
}

extension Scanner {
  /// Adds a stretch of the document.
  mutating func add(_ range: Range<Int>, to pieces: inout Pieces) {
    if range.isEmpty { return }
    if !pieces.isAssembled {
      if pieces.start == pieces.end {
        (pieces.start, pieces.end) = (range.lowerBound, range.upperBound)
        return
      }
      if pieces.end == range.lowerBound {
        pieces.end = range.upperBound
        return
      }
    }
    assemble(&pieces)
    assembled += cursor.bytes[range]
  }

  /// Adds bytes that do not stand in the document.
  mutating func add(_ bytes: some Collection<UInt8>, to pieces: inout Pieces) {
    if bytes.isEmpty { return }
    assemble(&pieces)
    assembled += bytes
  }

  /// The whole text.
  func text(of pieces: Pieces) -> Excerpt {
    let end = pieces.isAssembled ? assembled.count : pieces.end
    return Excerpt(
      start: Int32(truncatingIfNeeded: pieces.start), end: Int32(truncatingIfNeeded: end),
      isAssembled: pieces.isAssembled)
  }

  private mutating func assemble(_ pieces: inout Pieces) {
    guard !pieces.isAssembled else { return }
    let start = assembled.count
    assembled += cursor.bytes[pieces.start..<pieces.end]
    pieces = Pieces(start: start, end: 0, isAssembled: true)
  }
}
