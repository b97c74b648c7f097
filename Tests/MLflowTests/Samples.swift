import MLflow
import Platform
import Support
import Testing
import Values

/// Runs and stores of tests.
enum Sample {
  static let commit = String(repeating: "c", count: 40)

  /// A run with something of everything.
  static func run(commit: String = commit, lr: Double = 0.1) -> MirroredRun {
    MirroredRun(
      commit: commit, recordDigest: "d", name: "git-cccc", start: 1_700_000_000_000, end: 1_700_000_000_000,
      parameters: [("lr", .float(lr)), ("epochs", .integer(Integer(3)))],
      metrics: [("acc", 0.9), ("loss", .nan), ("best", .infinity)],
      tags: [("mlflow.source.git.commit", Text(commit))],
      datasets: [MirroredRun.Dataset(name: "data", digest: "5d41", source: "{}", contexts: ["dvc.dep"])],
      artifacts: [
        MirroredRun.Artifact(name: "record.json", content: .bytes([UInt8]("{}"))),
        MirroredRun.Artifact(name: "env/a b.txt", content: .bytes([UInt8]("x"))),
      ])
  }

  static func store(
    _ url: String, writer: String = "w1", experiment: ExperimentChoice = .name("e"), id: String? = nil,
    milliseconds: Int64 = 5000, _ variables: [String: String] = [:]
  ) throws -> TrackingStore {
    let environment = ProcessEnvironment(variables)
    return TrackingStore(
      try TrackingTarget(uri: url, environment), experiment: experiment, writer: writer, experimentID: id,
      requestMilliseconds: milliseconds, environment, directory: [UInt8]("/"))
  }
}

extension MirrorOutcome {
  /// The run's id, or an issue.
  func runID(_ location: SourceLocation = #_sourceLocation) -> String? {
    if case .mirrored(let id, _) = self { return id }
    Issue.record("\(self)", sourceLocation: location)
    return nil
  }

  /// The error, or an issue.
  func error(_ location: SourceLocation = #_sourceLocation) -> TrackingError? {
    if case .failed(let error) = self { return error }
    Issue.record("\(self)", sourceLocation: location)
    return nil
  }

  /// Whether somebody else is at it.
  var isBusy: Bool { if case .busy = self { true } else { false } }
  /// Whether somebody deleted it.
  var isDeleted: Bool { if case .deletedByUser = self { true } else { false } }
}
