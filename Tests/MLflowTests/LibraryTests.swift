import Platform
import Support
import Testing
import Values

@testable import MLflow

/// The real MLflow is asked in `Tests/Tracking`; here a script stands in for Python where it misbehaves.
@Suite("A store that only MLflow in Python speaks to")
struct LibraryTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  /// A store whose Python is a shell script; each line that it reads is in the file `asked` then.
  private func store(_ script: String, _ variables: [String: String] = [:]) throws -> TrackingStore {
    let text = "#!/bin/sh\ncd '\(scratch.path.text)'\n\(script)\n"
    try FileSystem.createDirectories(scratch("bin"))
    try scratch.put([UInt8](text), at: scratch("bin/python3"), mode: 0o755)
    let place = scratch("bin").text + ":/usr/bin:/bin"
    let environment = ProcessEnvironment(["PATH": place].merging(variables) { $1 })
    return TrackingStore(
      try TrackingTarget(uri: "sqlite:///mlflow.db", environment), experiment: .name("e"), writer: "w",
      environment, directory: scratch.path)
  }

  private var asked: [String] {
    get throws {
      let text = try FileSystem.read(scratch("asked"), limit: 1 << 20)
      return text.text.split(separator: "\n").map(String.init)
    }
  }

  private static let ready = "read uri; echo \"$uri\" >> asked; echo '{\"ready\": \"3.17.2\"}'\n"
  private static let replies =
    ready
    + "while read line; do echo \"$line\" >> asked; IFS= read -r answer <&3; echo \"$answer\"; done 3<answers"

  private func mirror(answers: [String]) throws -> MirrorOutcome {
    try scratch.put([UInt8](answers.map { $0 + "\n" }.joined()), at: scratch("answers"))
    return try store(Self.replies).mirror(Sample.run())
  }

  @Test("Without MLflow the spool waits, and says for what")
  func missing() throws {
    let error = try store("read uri; echo '{\"missing\": \"python3\"}'").mirror(Sample.run()).error()
    #expect(error?.kind == .permanentUntilConfigured)
    #expect(error?.message == "mlflow is not installed, and only it reads and writes sqlite:///mlflow.db")
    let nowhere = ProcessEnvironment(["PATH": "/nowhere"])
    let store = TrackingStore(
      .library(uri: "databricks"), experiment: .name("e"), writer: "w", nowhere, directory: scratch.path)
    #expect(store.mirror(Sample.run()).error()?.hint == "pip install mlflow, or name a tracking server")
  }

  @Test("A real Python without MLflow says so")
  func realPython() throws {
    let python = [UInt8]("/usr/bin/python3")
    guard FileSystem.exists(python) else { return }
    let error = try store("exec /usr/bin/python3 -I \"$@\"").mirror(Sample.run()).error()
    #expect(error?.message.hasPrefix("mlflow is not installed") == true)
  }

  @Test("A Python that has MLflow is looked for where people have it")
  func interpreters() throws {
    try FileSystem.createDirectories(scratch("venv/bin"))
    try FileSystem.createDirectories(scratch("tool/bin"))
    for name in ["venv/bin/python", "tool/bin/python3.12", "tool/bin/python3"] {
      try scratch.put([], at: scratch(name), mode: 0o755)
    }
    let tool = scratch("tool/bin").text
    try scratch.put([UInt8]("#!\(tool)/python3.12\n"), at: scratch("tool/bin/mlflow"), mode: 0o755)
    let environment = ProcessEnvironment(["PATH": tool, "VIRTUAL_ENV": scratch("venv").text])
    let found = LibraryService.interpreters(environment).map(\.text)
    #expect(found == [scratch("venv/bin/python").text, tool + "/python3.12", tool + "/python3"])
  }

  @Test("One process for many runs, asked the same as a server")
  func conversation() throws {
    let run = #"{"info":{"run_id":"r","experiment_id":"1","status":"FINISHED","lifecycle_stage":"active"}}"#
    let outcome = try mirror(answers: [
      #"{"experiment":{"experiment_id":"1","name":"e","lifecycle_stage":"active"}}"#,
      #"{"runs":[\#(run)],"token":null}"#,
    ])
    #expect(outcome.runID() == "r")
    let lines = try asked
    #expect(lines.first == #"{"uri":"sqlite:///mlflow.db"}"#)
    #expect(lines.dropFirst().map { $0.prefix(16) } == [#"{"verb":"experim"#, #"{"verb":"search""#])
  }

  @Test("What MLflow says is of the same kinds as over REST")
  func errors() throws {
    let cases: [(String, TrackingError.Kind)] = [
      (#"{"code":"TEMPORARILY_UNAVAILABLE","status":503,"message":"locked"}"#, .transient),
      (#"{"code":"UNREACHABLE","status":null,"message":"no route"}"#, .transient),
      (#"{"code":"INVALID_PARAMETER_VALUE","status":400,"message":"x"}"#, .permanentForItem),
      (#"{"code":"PERMISSION_DENIED","status":403,"message":"x"}"#, .permanentUntilConfigured),
      (
        #"{"code":"INTERNAL_ERROR","status":500,"message":"another version's tables"}"#,
        .permanentUntilConfigured
      ),
      (#"{"code":null,"status":null,"message":"ImportError"}"#, .permanentUntilConfigured),
    ]
    for (error, kind) in cases {
      let answers = [#"{"experiment":{"experiment_id":"1"}}"#, "{\"error\":\(error)}"]
      #expect(try mirror(answers: answers).error()?.kind == kind, "\(error)")
    }
  }

  @Test("A process that ends, or talks nonsense, is no outcome")
  func faults() throws {
    let ended = try store(Self.ready + "echo oops >&2; exit 3").mirror(Sample.run()).error()
    #expect(ended?.kind == .transient && ended?.message == "mlflow in Python ended: oops")
    #expect(try mirror(answers: ["nonsense"]).error()?.kind == .permanentUntilConfigured)
    let refused = #"read uri; echo '{"error":{"code":"INTERNAL_ERROR","status":500,"message":"old tables"}}'"#
    let store = try store(refused)
    #expect(store.mirror(Sample.run()).error()?.message == "mlflow: old tables")
    #expect(store.mirror(Sample.run()).error()?.kind == .permanentUntilConfigured)
  }

  @Test("A process that hangs is left when the time is over")
  func hung() throws {
    let store = try store(Self.ready + "read line; exec sleep 60")
    let end = SystemClock.monotonicMilliseconds + 400
    #expect(store.mirror(Sample.run(), until: end).error()?.kind == .transient)
    #expect(SystemClock.monotonicMilliseconds - end < 20_000)
  }

  @Test("A folder of files wants a word to MLflow")
  func folder() throws {
    _ = try store(#"read uri; echo '{"error":{"code":"X","status":400,"message":"maintenance"}}'"#)
    let environment = ProcessEnvironment(["PATH": scratch("bin").text])
    let store = TrackingStore(
      .library(uri: "./mlruns"), experiment: .name("e"), writer: "w", environment, directory: scratch.path)
    #expect(store.mirror(Sample.run()).error()?.hint?.contains("MLFLOW_ALLOW_FILE_STORE=true") == true)
  }
}
