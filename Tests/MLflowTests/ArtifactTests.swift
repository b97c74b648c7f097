import Support
import Testing
import Values

@testable import MLflow

@Suite("Files kept with a run")
struct ArtifactTests {
  private static let refused: FaultServer.Reply = .status(
    503, ["Content-Type: application/json"], #"{"detail":"Artifact serving is disabled"}"#)

  @Test("The ways for a place, the best first")
  func routes() throws {
    let server = try TrackingServer("http://h:5000/ml", .init())
    func routes(_ uri: String) -> [String] {
      ArtifactRoute.routes(for: uri, at: server).map { "\($0.kind) \($0.base)" }
    }
    let page = "page http://h:5000/ml/ajax-api/2.0/mlflow/upload-artifact"
    let service = "/api/2.0/mlflow-artifacts/artifacts"
    #expect(
      routes("mlflow-artifacts:/1/r/a b") == [
        "proxy http://h:5000/ml\(service)/1/r/a%20b/", "presigned ", page,
      ])
    #expect(
      routes("mlflow-artifacts:///1/r") == ["proxy http://h:5000/ml\(service)/1/r/", "presigned ", page])
    #expect(routes("mlflow-artifacts://o:1/1/r") == ["proxy http://o:1\(service)/1/r/", "presigned ", page])
    #expect(routes("s3://b/1/r") == ["presigned ", page])
    #expect(routes("https://o/1/r") == ["direct https://o/1/r/", page])
    for uri in ["gs://b/1", "file:///srv/1", "/srv/1", "dbfs:/1", "http://o/1?x"] {
      #expect(routes(uri) == [page])
    }
  }

  @Test("A server that serves no artifacts is asked once, and its page's route takes them")
  func disabled() throws {
    let tracking = try ScriptedTracking { call, _, _ in
      switch call {
      case "artifact": Self.refused
      case "artifacts/presigned-upload-url": ScriptedTracking.error(501, "NOT_IMPLEMENTED")
      default: nil
      }
    }
    let store = try Sample.store(tracking.url)
    #expect(store.mirror(Sample.run()).runID() != nil)
    #expect(store.mirror(Sample.run(commit: String(repeating: "d", count: 40))).runID() != nil)
    let run = try #require(tracking.runs.first)
    #expect(
      tracking.files.keys.contains(
        "/ajax-api/2.0/mlflow/upload-artifact?run_uuid=\(run.id)&path=guard%2Frecord.json"))
    #expect(tracking.files.count == 4 && run.tag("guard.artifacts_skipped") == nil)
    // One answer of 503 is tried again in a moment, since it may be an outage.
    #expect(tracking.calls.count { $0 == "artifact" } <= 3)
    #expect(tracking.calls.count { $0 == "artifacts/presigned-upload-url" } == 1)
  }

  @Test("Where nothing takes them the run is finished all the same, and says what is missing")
  func skipped() throws {
    let tracking = try ScriptedTracking { call, _, _ in
      switch call {
      case "artifact": Self.refused
      case "artifacts/presigned-upload-url": .status(500, ["Content-Type: text/html"], "<html>")
      case "upload": .status(404, ["Content-Type: text/html"], "<html>")
      default: nil
      }
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
    let run = try #require(tracking.runs.first)
    #expect(run.status == "FINISHED")
    #expect(run.tag("guard.artifacts_skipped")?.hasPrefix("guard/record.json: ") == true)
  }

  @Test("A file that a proxy finds too large is left out, and the others are kept")
  func tooLarge() throws {
    let tracking = try ScriptedTracking { call, number, _ in
      call == "artifact" && number == 0 ? .status(413, ["Content-Type: text/html"], "<html>") : nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
    #expect(tracking.files.count == 1)
    #expect(tracking.runs.first?.tag("guard.artifacts_skipped")?.contains("too large") != true)
    #expect(tracking.runs.first?.tag("guard.artifacts_skipped")?.contains("413") == true)
  }

  @Test("Over 10 MiB, or not to be read: left out without asking")
  func unusable() throws {
    let tracking = try ScriptedTracking()
    let scratch = try ScratchDirectory()
    try scratch.put([UInt8]("on disk"), at: scratch("f"))
    try scratch.put([UInt8](repeating: 0, count: 10 << 20 + 1), at: scratch("large"))
    var run = Sample.run()
    run.artifacts = [
      MirroredRun.Artifact(name: "f", content: .file(path: scratch("f"))),
      MirroredRun.Artifact(name: "large", content: .file(path: scratch("large"))),
      MirroredRun.Artifact(name: "none", content: .file(path: scratch("none"))),
    ]
    #expect(try Sample.store(tracking.url).mirror(run).runID() != nil)
    #expect(Array(tracking.files.values) == ["on disk"])
    let words = tracking.runs.first?.tag("guard.artifacts_skipped")
    #expect(words?.contains("guard/large: larger than") == true && words?.contains("guard/none: ") == true)
  }

  @Test("A store that is down is waited for, not passed over")
  func down() throws {
    let tracking = try ScriptedTracking { call, _, _ in
      ["artifact", "upload"].contains(call)
        ? .status(502, ["Content-Type: text/html"], "<html>")
        : call.hasPrefix("artifacts/") ? ScriptedTracking.error(501, "NOT_IMPLEMENTED") : nil
    }
    let store = try Sample.store(tracking.url)
    #expect(store.mirror(Sample.run()).error()?.kind == .transient)
    #expect(tracking.runs.map(\.status) == ["RUNNING"])
  }

  @Test("A URL of a store gets exactly the headers that it came with, and no login")
  func presigned() throws {
    let bucket = try FaultServer { _, _ in .status(200) }
    let tracking = try ScriptedTracking { [url = bucket.url] call, _, state in
      switch call {
      case "artifacts/presigned-upload-url":
        ScriptedTracking.json(#"{"presigned_url":"\#(url)/b/k?sig=1","headers":{"x-amz-acl":"private"}}"#)
      case "artifact":
        ScriptedTracking.error(403, "PERMISSION_DENIED")
      default: nil
      }
    }
    let store = try Sample.store(
      tracking.url,
      ["MLFLOW_TRACKING_USERNAME": "u", "MLFLOW_TRACKING_PASSWORD": "p", "MLFLOW_WORKSPACE": "w"])
    #expect(store.mirror(Sample.run()).runID() != nil)
    let seen = try #require(bucket.seen.first)
    #expect(seen.method == "PUT" && seen.target == "/b/k?sig=1" && seen.body.text == "{}")
    #expect(seen.header("x-amz-acl") == "private" && seen.header("content-type") == nil)
    #expect(seen.header("authorization") == nil && seen.header("x-mlflow-workspace") == nil)
    #expect(tracking.server.seen.allSatisfy { $0.header("authorization") == "Basic dTpw" })
    #expect(tracking.server.seen.allSatisfy { $0.header("x-mlflow-workspace") == "w" })
  }
}
