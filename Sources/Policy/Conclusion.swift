/// What verdicts come to.
public enum Conclusion: Hashable, Sendable {
  /// The policy is kept; there may be warnings.
  case pass
  /// The policy is violated.
  case violated
  /// Too much could not be judged to pass.
  case notJudged

  /// The conclusion of verdicts: a violation is one, whatever else could not be judged.
  public init(of verdicts: [Verdict]) {
    if verdicts.contains(where: \.isViolated) {
      self = .violated
    } else {
      self = verdicts.contains(where: \.isUnjudged) ? .notJudged : .pass
    }
  }
}
