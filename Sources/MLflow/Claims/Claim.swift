import Values

/// Who works on a run and since when, by its tags.
struct Claim: Hashable {
  /// How long a claim holds, in milliseconds.
  static let holds: Int64 = 10 * 60 * 1000

  /// Who: the same for one clone, so that what its last process left when it was killed is its own.
  let writer: String
  /// Since when, in milliseconds since 1970 by the writer's clock.
  let time: Int64

  /// The tags of a claim.
  var tags: [PreparedRun.Pair] {
    [
      PreparedRun.Pair(key: PreparedRun.claimedTag, value: String(time)),
      PreparedRun.Pair(key: PreparedRun.writerTag, value: writer),
    ]
  }

  /// Whether nobody is at it any more. A clock that is far ahead must not hold a run for ever.
  func isStale(now: Int64) -> Bool {
    let (age, isFar) = now.subtractingReportingOverflow(time)
    return isFar || age >= Self.holds || age <= -Self.holds
  }
}

extension TrackedRun {
  /// Who works on it; `nil` where nobody says so.
  var claim: Claim? {
    guard let writer = tags[Text(PreparedRun.writerTag)]?.string,
      let time = tags[Text(PreparedRun.claimedTag)].flatMap({ Int64($0.string) })
    else { return nil }
    return Claim(writer: writer, time: time)
  }

  /// Who else is at it now; `nil` when nobody is.
  func holder(besides writer: String, now: Int64) -> String? {
    guard let claim, claim.writer != writer, !claim.isStale(now: now) else { return nil }
    return claim.writer
  }

  /// Whether guard put it into the bin itself.
  var isRetired: Bool { tags[Text(PreparedRun.duplicateTag)] != nil }

  /// Whether it holds a parameter with another value than a run is to have. Parameters cannot be changed.
  func contradicts(_ run: PreparedRun) -> Bool {
    run.parameters.contains { pair in
      parameters[Text(pair.key)].map { $0 != Text(pair.value) } ?? false
    }
  }

  /// The order that every writer sees: of two finished runs the first stays.
  static func precedes(_ left: TrackedRun, _ right: TrackedRun) -> Bool {
    (left.start, left.id) < (right.start, right.id)
  }
}
