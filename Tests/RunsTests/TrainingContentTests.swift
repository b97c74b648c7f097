import ParameterFiles
import Testing
import Values

@testable import MLflow
@testable import Runs

@Suite struct TrainingContentTests {
  private func record(_ stages: String, data: String = "") throws -> RunRecord {
    try #require(
      RunRecord(
        line: Array(
          """
          {"_type":"https://in-toto.io/Statement/v1","predicate":{"data":[\(data)],"schema":1,"stages":{\(stages)}},\
          "predicateType":"https://guard-dvc.org/run-record/v1",\
          "subject":[{"digest":{"gitCommit":"0123456789012345678901234567890123456789"}}]}
          """.utf8)))
  }

  private func run(params: [String: String] = [:], tags: [String: String] = [:]) throws -> TrackedRun {
    func pairs(_ values: [String: String]) -> String {
      values.map { #"{"key":"\#($0.key)","value":"\#($0.value)"}"# }.joined(separator: ",")
    }
    let document = """
      {"info":{"run_id":"r","experiment_id":"1","lifecycle_stage":"active"},\
      "data":{"params":[\(pairs(params))],"tags":[\(pairs(tags))]}}
      """
    return try #require(JSONObject(Array(document.utf8)).flatMap { TrackedRun($0) })
  }

  private let stages = """
    "prepare":{"inputDigest":"a","params":{"params.yaml":{"split":0.2}}},\
    "train":{"inputDigest":"b","params":{"params.yaml":{"epochs":3,"train.lr":0.1}}}
    """

  @Test func `parameters count for the stages of which the run logged some`() throws {
    let record = try record(stages)
    func missing(_ params: [String: String]) throws -> [Text] {
      try TrainingContent(run(params: params), record).missingParameters
    }
    #expect(try missing(["lr": "0.1", "epochs": "3"]) == [])
    #expect(try missing(["train/lr": "0.1"]) == ["epochs"])
    #expect(try missing(["model.epochs": "3", "other": "1"]) == ["train.lr"])
    #expect(try missing(["other": "1"]) == ["epochs", "split", "train.lr"])
    #expect(try TrainingContent(run(params: ["other": "1"]), record).hasNoParameters)
  }

  @Test func `a hash may stand anywhere in the run`() throws {
    let hash = "0123456789abcdef0123456789abcdef"
    let record = try record("", data: #"{"digest":{"dvcDirMd5":"\#(hash).dir"},"name":"data/raw"}"#)
    func missing(_ run: TrackedRun) -> [Text] { TrainingContent(run, record).missingInputs }
    #expect(try missing(run()) == ["data/raw"])
    #expect(try missing(run(tags: ["data": "md5:\(hash)"])) == [])
    #expect(try missing(run(params: ["data": hash])) == [])
    #expect(try missing(run(params: ["data": String(hash.dropLast())])) == ["data/raw"])
  }
}
