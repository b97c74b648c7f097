import ParameterFiles
import Support
import Testing
import Values

@testable import MLflow
@testable import Runs

/// Whether a run can have given a commit's results.
@Suite struct TrainingMatchTests {
  /// The record has acc 0.902, deep.n 1, seed 7, train.lr 0.2, train.epochs 3 and a secret.
  private static func match(
    metrics: [(String, String)] = [], parameters: [(String, String)] = []
  ) throws -> TrainingMatch {
    TrainingMatch(
      try run("r", metrics: metrics, parameters: parameters), try RunsFixture.record(RunsFixture.repository())
    )
  }

  private static func run(
    _ id: String, end: Int = 1, metrics: [(String, String)] = [], parameters: [(String, String)] = []
  ) throws -> TrackedRun {
    let metrics = metrics.map { #"{"key":"\#($0.0)","value":\#($0.1),"timestamp":1,"step":0}"# }
    let parameters = parameters.map { #"{"key":"\#($0.0)","value":"\#($0.1)"}"# }
    let document = """
      {"info":{"run_id":"\(id)","end_time":\(end),"experiment_id":"1","status":"FINISHED","lifecycle_stage":"active","start_time":1},\
      "data":{"metrics":[\(metrics.joined(separator: ","))],"params":[\(parameters.joined(separator: ","))]}}
      """
    return try #require(JSONObject(Array(document.utf8)).flatMap { TrackedRun($0) })
  }

  @Test func `equal metrics and parameters speak for it, others against it`() throws {
    let equal = try Self.match(
      metrics: [("acc", "0.902"), ("epoch_loss", "3")], parameters: [("seed", "7"), ("unknown", "x")])
    #expect(equal.isPossible && equal.equalMetrics == ["metrics.json:acc"])
    let other = try Self.match(metrics: [("acc", "0.901")], parameters: [("seed", "8")])
    #expect(!other.isPossible && other.contradictions.map(\.key) == ["acc", "seed"])
  }

  @Test func `numbers are compared as numbers, and keys as scripts write them`() throws {
    let match = try Self.match(
      metrics: [("acc", "0.9020000000000001"), ("deep/n", "1.0")],
      parameters: [("train_lr", "2e-1"), ("train/epochs", "3"), ("seed", "7.0")])
    #expect(match.isPossible && match.equalMetrics.count == 2)
  }

  @Test func `what was left out of the record speaks neither for nor against`() throws {
    let match = try Self.match(parameters: [("api_token", "another")])
    #expect(match.isPossible && match.equalMetrics.isEmpty)
  }

  @Test func `each part of the results has its run, and of equal ones the last`() throws {
    let record = try RunsFixture.record(RunsFixture.repository())
    let runs = [
      try Self.run("first", end: 5, metrics: [("acc", "0.902")]),
      try Self.run("second", end: 6, metrics: [("acc", "0.902")]),
      try Self.run("part", end: 9, metrics: [("deep.n", "1")]),
      try Self.run("wrong", metrics: [("deep.n", "2")]),
      try Self.run("prepared", parameters: [("seed", "7")]),
    ]
    func best(_ runs: [TrackedRun], _ least: Int) -> [String] {
      TrainingSearch.Found.best(
        of: runs.map { TrainingSearch.Found(run: $0, evidence: .injected) }, record, leastMetrics: least
      ).map { $0.run.id + ($0.isAmbiguous ? "?" : "") }.sorted()
    }
    #expect(best(runs, 0) == ["part", "prepared", "second?"])
    #expect(best(runs, 1) == ["part", "second?"])
    let whole = try Self.run("whole", metrics: [("acc", "0.902"), ("deep.n", "1")])
    #expect(best(runs + [whole], 1) == ["whole"])
    #expect(best([runs[0]], 1) == ["first"])
  }

  @Test func `a key that two pipelines have may be that of either`() throws {
    let scratch = try RunsFixture.repository()
    try scratch.write("metrics: [a/metrics.json, b/metrics.json]\n", to: "dvc.yaml")
    try scratch.write(#"{"acc": 1}"#, to: "a/metrics.json")
    try scratch.write(#"{"acc": 2}"#, to: "b/metrics.json")
    try scratch.commitAll("two")
    let record = try RunsFixture.record(scratch)
    let matches = try ["1", "2", "3"].map {
      TrainingMatch(try Self.run("r", metrics: [("acc", $0)]), record)
    }
    #expect(matches.map(\.equalMetrics) == [["a/metrics.json:acc"], ["b/metrics.json:acc"], []])
    #expect(matches.map(\.isPossible) == [true, true, false])
  }
}
