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

  /// The metrics of the commit that the run has with equal values, each with its file before it.
  public private(set) var equalMetrics: Set<Text> = []
  /// What the run says otherwise than the commit.
  public private(set) var contradictions: [Contradiction] = []

  /// Whether nothing speaks against it.
  public var isPossible: Bool { contradictions.isEmpty }

  /// Compares what both know.
  public init(_ run: TrackedRun, _ record: RunRecord) {
    let metrics = Self.byName(
      record.metrics.flatMap { file, values in values.map { (file + ":" + $0.key, $0.key, $0.value) } })
    for (key, value) in run.metrics.sorted(by: { $0.key < $1.key }) {
      let committed = (metrics[Self.name(key)] ?? []).compactMap { one in
        one.value.measurement.map { (place: one.place, value: $0) }
      }
      guard let first = committed.first else { continue }
      let equal = committed.filter { Self.areEqual(value, $0.value) }
      equalMetrics.formUnion(equal.map(\.place))
      guard equal.isEmpty else { continue }
      contradictions.append(
        Contradiction(key: key, logged: Text(value.pythonRepr), committed: Text(first.value.pythonRepr)))
    }
    let parameters = Self.byName(
      record.parameters.map { ($0.key, Self.withoutFile($0.key), $0.value) })
    for (key, value) in run.parameters.sorted(by: { $0.key < $1.key }) {
      let committed = parameters[Self.name(key)] ?? []
      guard let first = committed.first, !committed.contains(where: { $0.value == Redaction.mark }),
        !committed.contains(where: { Self.areEqual(value, $0.value) })
      else { continue }
      contradictions.append(
        Contradiction(key: key, logged: value, committed: Text(RunText.parameter(Value(first.value)))))
    }
  }

  /// The values by their names: where files of several pipelines have one key, a run has that of one of them.
  private static func byName(
    _ values: [(place: Text, key: Text, value: JSON)]
  ) -> [Text: [(place: Text, value: JSON)]] {
    Dictionary(grouping: values) { name($0.key) }.mapValues { $0.map { ($0.place, $0.value) } }
  }

  /// A key without the file that stands before it, where several have the key.
  private static func withoutFile(_ key: Text) -> Text {
    key.utf8.lastIndex(of: UInt8(ascii: ":")).map { Text(utf8: key.utf8[($0 + 1)...]) } ?? key
  }

  /// A key as a training script may write it: `val.acc` of a metrics file is often logged as `val/acc` or `val_acc`.
  static func name(_ key: Text) -> Text {
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
