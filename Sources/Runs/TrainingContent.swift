import MLflow
import Values

/// What a training run carries of what its commit holds.
public struct TrainingContent {
  /// The parameters that the commit declares and the run has not logged, of the stages of which it logged some; of all
  /// stages when it logged none.
  public let missingParameters: [Text]
  /// Whether it logged none of the commit's parameters.
  public let hasNoParameters: Bool
  /// The data of the commit whose hash stands nowhere in the run.
  public let missingInputs: [Text]

  /// What a run has of a commit.
  public init(_ run: TrackedRun, _ record: RunRecord) {
    let logged = Set(run.parameters.keys.map(TrainingMatch.name))
    let stages = record.stages.map { stage in
      stage.parameters.flatMap(\.values).filter { $0.value != Redaction.mark }.map(\.key)
    }
    func isLogged(_ key: Text) -> Bool {
      let name = TrainingMatch.name(key)
      return logged.contains(name)
        || logged.contains { Self.isPart($0, of: name) || Self.isPart(name, of: $0) }
    }
    let touched = stages.filter { $0.contains(where: isLogged) }
    hasNoParameters = touched.isEmpty
    let wanted = hasNoParameters ? stages : touched
    missingParameters = Set(wanted.flatMap { $0 }.filter { !isLogged($0) }).sorted()

    let said = Array(run.parameters.values) + Array(run.tags.values) + run.inputs.map(\.digest)
    missingInputs = record.data.compactMap { data in
      guard let hash = data.digest?.value else { return nil }
      // MLflow takes no more than 36 letters: the ending of a directory's hash may be gone.
      let letters = Text(utf8: hash.utf8.prefix { $0 != UInt8(ascii: ".") })
      return said.contains { $0.firstIndex(of: letters) != nil } ? nil : data.name
    }
  }

  /// Whether a key is the end of another one: `lr` of `train.lr`.
  private static func isPart(_ end: Text, of key: Text) -> Bool { key.hasSuffix("." + end) }
}
