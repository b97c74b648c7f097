import Glibc
import ParameterFiles
import Support
import Synchronization
import Values

/// A tracking server in memory: what MLflow 3.17 does with what guard sends, as far as the claim protocol needs it,
/// and what a test puts in its place. The real one is asked in `Tests/Servers`.
final class ScriptedTracking: Sendable {
  struct Run {
    var id: String
    var commit: String
    var status = "RUNNING"
    var stage = "active"
    var start = 0
    var parameters: [(String, String)] = []
    var metrics: [(String, String)] = []
    var tags: [(String, String)] = []
    var inputs: [(name: String, digest: String)] = []
    var artifactURI = "mlflow-artifacts:/1/x/artifacts"

    func tag(_ key: String) -> String? { tags.last { $0.0 == key }?.1 }

    mutating func set(_ key: String, _ value: String) {
      tags.removeAll { $0.0 == key }
      tags.append((key, value))
    }
  }

  struct State {
    var runs: [Run] = []
    var files: [String: String] = [:]
    var hasExperiment = true
    var isExperimentDeleted = false
    var calls: [String] = []
  }

  /// What a test does about a call before the server does: `nil` lets it.
  typealias Fault = @Sendable (_ call: String, _ number: Int, inout State) -> FaultServer.Reply?

  private let state: Shared
  let server: FaultServer

  private final class Shared: Sendable { let state = Mutex(State()) }

  init(_ fault: @escaping Fault = { _, _, _ in nil }) throws {
    let shared = Shared()
    state = shared
    server = try FaultServer { request, _ in
      shared.state.withLock { state in
        let call = Self.call(request)
        let number = state.calls.count { $0 == call }
        state.calls.append(call)
        return fault(call, number, &state) ?? Self.answer(call, request, &state)
      }
    }
  }

  var url: String { server.url }
  var runs: [Run] { state.state.withLock { $0.runs } }
  var files: [String: String] { state.state.withLock { $0.files } }
  var calls: [String] { state.state.withLock { $0.calls } }
  func change(_ body: (inout State) -> Void) { state.state.withLock { body(&$0) } }
  func bodies(_ call: String) -> [String] {
    server.seen.filter { Self.call($0) == call }.map { $0.body.text }
  }

  /// The end of the path that names the call.
  static func call(_ request: FaultServer.Seen) -> String {
    let path = request.target.prefix { $0 != "?" }
    if path.contains("/mlflow-artifacts/") { return "artifact" }
    if path.hasSuffix("/upload-artifact") { return "upload" }
    return path.split(separator: "/").suffix(2).joined(separator: "/")
  }

  private static func answer(
    _ call: String, _ request: FaultServer.Seen, _ state: inout State
  ) -> FaultServer.Reply {
    let body = JSONObject(request.body)
    switch call {
    case "experiments/get-by-name", "experiments/get":
      guard state.hasExperiment else { return error(404, "RESOURCE_DOES_NOT_EXIST") }
      let stage = state.isExperimentDeleted ? "deleted" : "active"
      return json(#"{"experiment":{"experiment_id":"1","name":"e","lifecycle_stage":"\#(stage)"}}"#)
    case "experiments/create":
      if state.hasExperiment { return error(400, "RESOURCE_ALREADY_EXISTS") }
      state.hasExperiment = true
      return json(#"{"experiment_id":"1"}"#)
    case "runs/search": return search(body, state)
    case "runs/create": return create(body, &state)
    case "artifact":
      state.files[request.target] = request.body.text
      return json("")
    case "upload":
      guard !request.body.isEmpty else { return error(400, "INVALID_PARAMETER_VALUE") }
      state.files[request.target] = request.body.text
      return json("{}")
    default: return change(call, body, &state)
    }
  }

  private static func search(_ body: JSONObject?, _ state: State) -> FaultServer.Reply {
    let filter = body?["filter"] ?? ""
    let commit = filter.split(separator: "'").dropFirst().first.map(String.init)
    let all = body?["run_view_type"] == "ALL"
    let found = state.runs.filter { run in
      (commit == "%" || run.tags.contains { $0.1 == commit }) && (all || run.stage == "active")
    }
    guard !found.isEmpty else { return json("{}") }
    return json(
      #"{"runs":[\#(found.sorted { ($0.start, $0.id) < ($1.start, $1.id) }.map(document).joined(separator: ","))]}"#
    )
  }

  private static func create(_ body: JSONObject?, _ state: inout State) -> FaultServer.Reply {
    guard !state.isExperimentDeleted else { return error(400, "INVALID_PARAMETER_VALUE") }
    let id = String(repeating: "0", count: 24) + String(10_000_000 + Int.random(in: 0..<9_000_000))
    var run = Run(id: id, commit: "")
    run.start = body?.number("start_time") ?? 0
    for tag in body?.objects("tags") ?? [] { run.set(tag["key"] ?? "", tag["value"] ?? "") }
    run.commit = run.tag("guard.commit") ?? ""
    state.runs.append(run)
    return json(#"{"run":\#(document(run))}"#)
  }

  private static func change(
    _ call: String, _ body: JSONObject?, _ state: inout State
  ) -> FaultServer.Reply {
    guard let place = state.runs.firstIndex(where: { $0.id == body?["run_id"] }) else {
      return error(404, "RESOURCE_DOES_NOT_EXIST")
    }
    guard state.runs[place].stage == "active" else { return error(400, "INVALID_PARAMETER_VALUE") }
    switch call {
    case "runs/log-batch":
      // A value of another type than text is the end of the message.
      for one in body?.objects("params") ?? [] {
        guard let value = one["value"] else { return json("{}") }
        state.runs[place].parameters.append((one["key"] ?? "", value))
      }
      for one in body?.objects("metrics") ?? [] {
        let value = one["value"].map { "\"\($0)\"" } ?? one.double("value").map { "\($0)" }
        state.runs[place].metrics.append((one["key"] ?? "", value ?? "0"))
      }
      for one in body?.objects("tags") ?? [] { state.runs[place].set(one["key"] ?? "", one["value"] ?? "") }
    case "runs/log-inputs":
      for one in body?.objects("datasets") ?? [] {
        let dataset = one.object("dataset")
        state.runs[place].inputs.append((dataset?["name"] ?? "", dataset?["digest"] ?? ""))
      }
    case "runs/set-tag": state.runs[place].set(body?["key"] ?? "", body?["value"] ?? "")
    case "runs/delete-tag": state.runs[place].tags.removeAll { $0.0 == body?["key"] }
    case "runs/delete": state.runs[place].stage = "deleted"
    case "runs/update": state.runs[place].status = body?["status"] ?? ""
    default: return .status(404, ["Content-Type: text/html"], "<!doctype html><title>404</title>")
    }
    return json("{}")
  }

  private static func document(_ run: Run) -> String {
    func pairs(_ pairs: [(String, String)]) -> String {
      JSONText.array(
        pairs.map { JSONText.object([("key", JSONText.quoted($0.0)), ("value", JSONText.quoted($0.1))]) })
    }
    let metrics = JSONText.array(
      run.metrics.map { JSONText.object([("key", JSONText.quoted($0.0)), ("value", $0.1)]) })
    let inputs = run.inputs.map {
      #"{"tags":[],"dataset":{"name":\#(JSONText.quoted($0.name)),"digest":\#(JSONText.quoted($0.digest))}}"#
    }
    return #"""
      {"info":{"run_id":"\#(run.id)","experiment_id":"1","run_name":"n","status":"\#(run.status)","start_time":\#(run.start),
      "artifact_uri":"\#(run.artifactURI)","lifecycle_stage":"\#(run.stage)"},"data":{"params":\#(pairs(run.parameters)),
      "metrics":\#(metrics),"tags":\#(pairs(run.tags))},"inputs":{"dataset_inputs":\#(JSONText.array(inputs))}}
      """#
  }

  static func json(_ text: String) -> FaultServer.Reply {
    .status(200, ["Content-Type: application/json"], text)
  }

  static func error(_ status: Int, _ code: String) -> FaultServer.Reply {
    .status(
      status, ["Content-Type: application/json"], #"{"error_code":"\#(code)","message":"says the server"}"#)
  }
}
