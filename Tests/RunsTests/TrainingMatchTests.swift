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
    let metrics = metrics.map { #"{"key":"\#($0.0)","value":\#($0.1),"timestamp":1,"step":0}"# }
    let parameters = parameters.map { #"{"key":"\#($0.0)","value":"\#($0.1)"}"# }
    let document = """
      {"info":{"run_id":"r","experiment_id":"1","status":"FINISHED","lifecycle_stage":"active","start_time":1},\
      "data":{"metrics":[\(metrics.joined(separator: ","))],"params":[\(parameters.joined(separator: ","))]}}
      """
    let run = try #require(JSONObject(Array(document.utf8)).flatMap { TrackedRun($0) })
    return TrainingMatch(run, try RunsFixture.record(RunsFixture.repository()))
  }

  @Test func `equal metrics and parameters speak for it, others against it`() throws {
    let equal = try Self.match(
      metrics: [("acc", "0.902"), ("epoch_loss", "3")], parameters: [("seed", "7"), ("unknown", "x")])
    #expect(equal.isPossible && equal.equalMetrics == 1)
    let other = try Self.match(metrics: [("acc", "0.901")], parameters: [("seed", "8")])
    #expect(!other.isPossible && other.contradictions.map(\.key) == ["acc", "seed"])
  }

  @Test func `numbers are compared as numbers, and keys as scripts write them`() throws {
    let match = try Self.match(
      metrics: [("acc", "0.9020000000000001"), ("deep/n", "1.0")],
      parameters: [("train_lr", "2e-1"), ("train/epochs", "3"), ("seed", "7.0")])
    #expect(match.isPossible && match.equalMetrics == 2)
  }

  @Test func `what was left out of the record speaks neither for nor against`() throws {
    let match = try Self.match(parameters: [("api_token", "another")])
    #expect(match.isPossible && match.equalMetrics == 0)
  }
}
