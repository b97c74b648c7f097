import MLflow
import Values

/// Whether a run at a tracking server can have given the results of a commit: what both say must be equal.
public struct TrainingMatch {
  /// A parameter or metric of which the two say something else.
  public struct Contradiction: Hashable, Sendable {
    /// Its key, as the run has it.
    public let key: Text
    /// What was logged.
    public let logged: Text
    /// What the commit has.
    public let committed: Text
  }

  /// How many metrics of the commit the run has, with equal values.
  public private(set) var equalMetrics = 0
  /// What the run says otherwise than the commit.
  public private(set) var contradictions: [Contradiction] = []

  /// Whether nothing speaks against it.
  public var isPossible: Bool { contradictions.isEmpty }

  /// Compares what both know.
  public init(_ run: TrackedRun, _ record: RunRecord) {
    let metrics = Self.byName(record.metrics.flatMap(\.values))
    for (key, value) in run.metrics.sorted(by: { $0.key < $1.key }) {
      guard let committed = metrics[Self.name(key)]?.measurement else { continue }
      if Self.areEqual(value, committed) {
        equalMetrics += 1
      } else {
        contradictions.append(
          Contradiction(key: key, logged: Text(value.pythonRepr), committed: Text(committed.pythonRepr)))
      }
    }
    let parameters = Self.byName(record.parameters)
    for (key, value) in run.parameters.sorted(by: { $0.key < $1.key }) {
      guard let committed = parameters[Self.name(key)], committed != Redaction.mark else { continue }
      if !Self.areEqual(value, committed) {
        contradictions.append(
          Contradiction(key: key, logged: value, committed: Text(RunText.parameter(Value(committed)))))
      }
    }
  }

  /// The values by their names; none of a name that several have.
  private static func byName(_ values: [(key: Text, value: JSON)]) -> [Text: JSON] {
    var named: [Text: JSON?] = [:]
    for (key, value) in values { named.updateValue(named[name(key)] == nil ? value : nil, forKey: name(key)) }
    return named.compactMapValues { $0 }
  }

  /// A key as a training script may write it: `val.acc` of a metrics file is often logged as `val/acc` or `val_acc`.
  private static func name(_ key: Text) -> Text {
    Text(
      utf8: key.utf8.map {
        [UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0) ? 0x2E : $0
      })
  }

  private static func areEqual(_ left: Double, _ right: Double) -> Bool {
    if left == right || (left.isNaN && right.isNaN) { return true }
    // MLflow keeps the largest number in place of infinity.
    if right.isInfinite { return left.magnitude == .greatestFiniteMagnitude && left.sign == right.sign }
    return (left - right).magnitude <= 1e-12 * max(left.magnitude, right.magnitude)
  }

  /// A parameter that was logged is a text. Numbers are compared as numbers: `0.10` and `1e-1` are equal.
  private static func areEqual(_ logged: Text, _ committed: JSON) -> Bool {
    let spelled = RunText.parameter(Value(committed))
    if logged.utf8.elementsEqual(spelled.utf8) { return true }
    guard let left = Double(logged.string), let right = Double(spelled) else { return false }
    return areEqual(left, right)
  }
}
