import ParameterFiles
import Values

/// A run as a tracking server has it: anybody's.
public struct TrackedRun: Sendable {
  /// Data that a run names.
  public struct Input: Hashable, Sendable {
    /// The dataset's name.
    public let name: Text
    /// Its digest.
    public let digest: Text
    /// Where it comes from, as whoever logged it wrote it.
    public let source: Text
    /// The tags of the input; `mlflow.data.context` says what it is to the run.
    public let tags: [Text: Text]
  }

  /// The run's id.
  public let id: String
  /// The experiment's id.
  public let experimentID: String
  /// What the list of runs shows.
  public let name: Text
  /// `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
  public let status: String
  /// Whether it lies in the bin.
  public let isDeleted: Bool
  /// When it began, in milliseconds since 1970.
  public let start: Int64
  /// When it ended, in milliseconds since 1970; `nil` while it runs.
  public let end: Int64?
  /// Where its files are, by the server's own idea of places.
  public let artifactURI: String
  /// Parameters by key.
  public let parameters: [Text: Text]
  /// The last value of each metric by key.
  public let metrics: [Text: Double]
  /// Tags by key.
  public let tags: [Text: Text]
  /// The data that it names.
  public let inputs: [Input]

  /// Whether it is finished.
  public var isFinished: Bool { status == "FINISHED" }

  /// The run of a document in the form of MLflow's REST interface; `nil` when it is none.
  init?(_ run: JSONObject) {
    guard let info = run.object("info"), let id = info["run_id"] ?? info["run_uuid"],
      let experimentID = info["experiment_id"]
    else { return nil }
    self.id = id
    self.experimentID = experimentID
    name = info.text("run_name") ?? ""
    status = info["status"] ?? ""
    isDeleted = info["lifecycle_stage"] == "deleted"
    start = Int64(info.number("start_time") ?? 0)
    end = info.number("end_time").map { Int64($0) }
    artifactURI = info["artifact_uri"] ?? ""
    let data = run.object("data")
    parameters = Self.pairs(data?.objects("params"))
    tags = Self.pairs(data?.objects("tags"))
    let values = (data?.objects("metrics") ?? []).map { ($0.text("key") ?? "", $0.double("value") ?? .nan) }
    metrics = Dictionary(values) { $1 }
    inputs = (run.object("inputs")?.objects("dataset_inputs") ?? []).compactMap { Input($0) }
  }

  private static func pairs(_ objects: [JSONObject]?) -> [Text: Text] {
    Dictionary((objects ?? []).map { ($0.text("key") ?? "", $0.text("value") ?? "") }) { $1 }
  }
}

extension TrackedRun.Input {
  fileprivate init?(_ input: JSONObject) {
    guard let dataset = input.object("dataset") else { return nil }
    name = dataset.text("name") ?? ""
    digest = dataset.text("digest") ?? ""
    source = dataset.text("source") ?? ""
    tags = Dictionary(
      (input.objects("tags") ?? []).map { ($0.text("key") ?? "", $0.text("value") ?? "") }
    ) { $1 }
  }
}

/// An experiment as a tracking server has it.
struct Experiment {
  let id: String
  let name: String
  let isDeleted: Bool

  init?(_ experiment: JSONObject) {
    guard let id = experiment["experiment_id"] else { return nil }
    self.id = id
    name = experiment["name"] ?? ""
    isDeleted = experiment["lifecycle_stage"] == "deleted"
  }
}
