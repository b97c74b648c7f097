extension Collection<Text> {
  /// The name that somebody most likely meant: the one with the fewest letters to change, at most a third of
  /// them (Levenshtein's distance); `nil` when none is near.
  public func nearest(to name: Text) -> Text? {
    guard name.utf8.count <= 64 else { return nil }
    let measured = map { ($0, Self.distance($0.utf8, name.utf8)) }
    guard let best = measured.min(by: { $0.1 < $1.1 }), best.1 <= Swift.max(2, name.utf8.count / 3) else {
      return nil
    }
    return best.0
  }

  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = Swift.min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
