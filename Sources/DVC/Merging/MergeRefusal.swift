/// Why a file is not merged by its stages and outputs. Git's merge by lines is still there for it.
public struct MergeRefusal: Error, Hashable, Sendable {
  /// The reason, in a sentence without a full stop.
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// The three files of a merge.
public enum MergeSide: String, Hashable, Sendable {
  /// What both sides started from.
  case base
  /// The branch that is merged into (`%A`).
  case ours
  /// The branch that is merged (`%B`).
  case theirs
}
