import DVC
import Values

/// The record of a directory that counted more files than a clone has: its hash tells which of the files that lie
/// around it counted, or that none of them explain it.
struct RecordedDirectory {
  private let value: Text
  private let count: Int

  /// - Parameters:
  ///   - value: the recorded hash.
  ///   - count: how many files it counted.
  init(_ value: Text, _ count: Int) {
    self.value = value
    self.count = count
  }

  /// What the files that lie around say of the record.
  enum Explanation {
    /// With some of them the directory has the recorded hash: nothing else changed.
    case proven
    /// As many as the record counted are here, and with none of them it has the hash.
    case refuted
    /// Some that it counted are gone, or there are too many to try.
    case unknown
  }

  /// The most files that are hashed in all the lists that are tried.
  private static let most = 200_000

  /// Tries the files that lie around a directory, as many at a time as the record counted beside the others.
  func explained(by files: Manifest, with others: [Manifest.File]) -> Explanation {
    let missing = count - files.files.count
    guard missing <= others.count else { return .unknown }
    var choice = Array(0..<missing)
    var hashed = 0
    while true {
      hashed += count
      guard hashed <= Self.most || choice.count == others.count else { return .unknown }
      if Manifest(files.files + choice.map { others[$0] }).objectID == value { return .proven }
      guard Self.advance(&choice, of: others.count) else { return .refuted }
    }
  }

  /// The next choice of as many numbers below `limit`, in order; `false` after the last.
  private static func advance(_ choice: inout [Int], of limit: Int) -> Bool {
    guard let last = choice.indices.last(where: { choice[$0] < limit - choice.count + $0 }) else {
      return false
    }
    let start = choice[last] + 1
    for index in last..<choice.count { choice[index] = start + index - last }
    return true
  }
}
