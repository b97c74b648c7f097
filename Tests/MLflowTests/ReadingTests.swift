import ParameterFiles
import Support
import Testing
import Values

@testable import MLflow

@Suite("Runs as a server has them")
struct ReadingTests {
  private static let document = #"""
    {"run":{"info":{"run_id":"r1","run_uuid":"r1","experiment_id":"7","run_name":"n","user_id":"u","status":"FINISHED",
    "start_time":1700000000000,"end_time":"1700000000001","artifact_uri":"s3://b/7/r1","lifecycle_stage":"active"},
    "data":{"metrics":[{"key":"acc","value":0.9,"timestamp":1,"step":0},{"key":"nan","value":"NaN"},
    {"key":"n","value":3}],"params":[{"key":"lr","value":"0.1"},{"key":"empty","value":""}],
    "tags":[{"key":"mlflow.source.git.commit","value":"abc"}]},
    "inputs":{"dataset_inputs":[{"tags":[{"key":"mlflow.data.context","value":"dvc.dep"}],
    "dataset":{"name":"d","digest":"5d41","source_type":"dvc","source":"{}"}}]},"outputs":{}}}
    """#

  private func tracking() throws -> ScriptedTracking {
    try ScriptedTracking { call, number, _ in
      switch call {
      case "runs/get":
        number == 0
          ? ScriptedTracking.json(Self.document) : ScriptedTracking.error(404, "RESOURCE_DOES_NOT_EXIST")
      case "runs/search":
        ScriptedTracking.json(
          #"{"runs":[\#(Self.document.dropFirst(7).dropLast())],"next_page_token":"\#(number < 2 ? "t\(number)" : "")"}"#
        )
      case "experiments/search":
        ScriptedTracking.json(
          #"{"experiments":[{"experiment_id":"\#(number)"}],"next_page_token":"\#(number < 1 ? "x" : "")"}"#)
      default: nil
      }
    }
  }

  @Test("All of a run, by its id")
  func run() throws {
    let tracking = try tracking()
    let store = try Sample.store(tracking.url)
    let run = try #require(try store.run(id: "r1"))
    #expect(run.id == "r1" && run.experimentID == "7" && run.name == "n" && run.isFinished && !run.isDeleted)
    #expect(
      run.start == 1_700_000_000_000 && run.end == 1_700_000_000_001 && run.artifactURI == "s3://b/7/r1")
    #expect(run.parameters == ["lr": "0.1", "empty": ""] && run.tags == ["mlflow.source.git.commit": "abc"])
    #expect(run.metrics["acc"] == 0.9 && run.metrics["nan"]?.isNaN == true && run.metrics["n"] == 3)
    #expect(
      run.inputs.map(\.digest) == ["5d41"] && run.inputs.first?.tags["mlflow.data.context"] == "dvc.dep")
    #expect(try store.run(id: "r2") == nil)
  }

  @Test("Runs by what they have, page by page, up to as many as are wanted")
  func search() throws {
    let tracking = try tracking()
    let store = try Sample.store(tracking.url)
    let found = try store.runs(
      with: [.finished, .tag("guard.inputs", "ab"), .metric("acc", 0.9)], in: ["1", "2"])
    #expect(found.count == 3)
    let body = try #require(tracking.bodies("runs/search").first)
    #expect(body.contains(#""experiment_ids":["1","2"]"#) && body.contains(#""run_view_type":"ACTIVE_ONLY""#))
    #expect(
      body.contains(
        #""filter":"attributes.status = 'FINISHED' AND tags.\"guard.inputs\" = 'ab' AND metrics.\"acc\" = 0.9""#
      ))
    #expect(tracking.bodies("runs/search").last?.contains(#""page_token":"t1""#) == true)
    #expect(try store.runs(with: [.parameter("lr", "1")], limit: 1).count == 1)
    #expect(try store.experiments() == ["0", "1"])
  }

  @Test("A server that gives the same page for ever is left")
  func circle() throws {
    let tracking = try ScriptedTracking { call, _, _ in
      call == "runs/search" ? ScriptedTracking.json(#"{"runs":[],"next_page_token":"t"}"#) : nil
    }
    #expect(try Sample.store(tracking.url).runs(with: [.finished]).isEmpty)
    #expect(tracking.calls.count { $0 == "runs/search" } == 2)
  }

  @Test("A tag of anybody's run, in words that MLflow takes")
  func tag() throws {
    let tracking = try ScriptedTracking()
    tracking.change { $0.runs = [ScriptedTracking.Run(id: "r", commit: "")] }
    let store = try Sample.store(tracking.url)
    try store.setTag("guard.results_commit", "abc", of: "r")
    #expect(tracking.runs.first?.tag("guard.results_commit") == "abc")
    #expect(throws: TrackingError.self) { try store.setTag("t", "v", of: "none") }
    #expect(store.page(runID: "r", experimentID: "1") == "\(tracking.url)/#/experiments/1/runs/r")
    let workspace = try Sample.store(tracking.url, ["MLFLOW_WORKSPACE": "a b"])
    #expect(
      workspace.page(runID: "r", experimentID: "1")
        == "\(tracking.url)/#/experiments/1/runs/r?workspace=a%20b")
  }

  @Test(
    "What is no run is none", arguments: ["{}", #"{"info":{}}"#, #"{"info":{"run_id":"r"}}"#, #"{"info":7}"#])
  func nonsense(_ text: String) throws {
    let object = try #require(JSONObject([UInt8](text)))
    #expect(TrackedRun(object) == nil)
    let tracking = try ScriptedTracking { call, _, _ in
      call == "runs/search" ? ScriptedTracking.json(#"{"runs":[\#(text)]}"#) : nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).error()?.kind == .permanentUntilConfigured)
  }
}
