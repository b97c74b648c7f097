import HTTP
import ParameterFiles
import Platform
import Values

/// A tracking store that only MLflow itself speaks to, asked through the user's own `mlflow` in Python: one process,
/// started when it is first needed, that answers lines of JSON until this value goes.
final class LibraryService: RunService {
  var end: Int64 = .max

  private let uri: String
  private let environment: ProcessEnvironment
  private let directory: [UInt8]
  private var conversation: Conversation?
  /// Why there is no process; the next run need not wait for the same words.
  private var refusal: TrackingError?

  /// How long one answer may take, in milliseconds: Python's MLflow takes seconds to load, and makes or changes the
  /// tables of a database when it first meets it.
  private static let patience = 180_000

  init(_ uri: String, _ environment: ProcessEnvironment, directory: [UInt8]) {
    self.uri = uri
    self.environment = environment
    self.directory = directory
  }

  func experiment(named name: String) throws(TrackingError) -> Experiment? {
    try ask("experiment_named", [("name", JSONText.quoted(name))]).object("experiment").flatMap {
      Experiment($0)
    }
  }

  func experiment(id: String) throws(TrackingError) -> Experiment? {
    do throws(TrackingError) {
      return try ask("experiment", [("id", JSONText.quoted(id))]).object("experiment").flatMap {
        Experiment($0)
      }
    } catch  where error.isMissing {
      return nil
    }
  }

  func createExperiment(named name: String) throws(TrackingError) -> String {
    guard let id = try ask("create_experiment", [("name", JSONText.quoted(name))])["experiment_id"] else {
      throw Self.nonsense
    }
    return id
  }

  func experiments() throws(TrackingError) -> [Experiment] {
    try (ask("experiments", []).objects("experiments") ?? []).compactMap { Experiment($0) }
  }

  func search(_ search: RunSearch) throws(TrackingError) -> RunPage {
    let answer = try ask(
      "search",
      [
        ("experiments", JSONText.array(search.experiments.map(JSONText.quoted))),
        ("filter", JSONText.quoted(search.filter)), ("deleted", search.includesDeleted ? "true" : "false"),
        ("limit", String(search.limit)), ("order", JSONText.array(RunSearch.order.map(JSONText.quoted))),
        ("token", search.token.map(JSONText.quoted) ?? "null"),
      ])
    let runs = (answer.objects("runs") ?? []).compactMap { TrackedRun($0) }
    return RunPage(runs: runs, token: answer["token"].flatMap { $0.isEmpty ? nil : $0 })
  }

  func run(id: String) throws(TrackingError) -> TrackedRun? {
    do throws(TrackingError) {
      return try ask("run", [("id", JSONText.quoted(id))]).object("run").flatMap { TrackedRun($0) }
    } catch  where error.isMissing {
      return nil
    }
  }

  func createRun(
    _ run: PreparedRun, tags: [PreparedRun.Pair], in experiment: String
  ) throws(TrackingError) -> TrackedRun {
    let answer = try ask(
      "create_run",
      [
        ("experiment", JSONText.quoted(experiment)), ("name", JSONText.quoted(run.name)),
        ("start", String(run.start)), ("tags", Self.document(tags)),
      ])
    guard let made = answer.object("run").flatMap({ TrackedRun($0) }) else { throw Self.nonsense }
    return made
  }

  func log(_ run: PreparedRun, tags: [PreparedRun.Pair], to id: String) throws(TrackingError) {
    _ = try ask(
      "log",
      [
        ("id", JSONText.quoted(id)), ("start", String(run.start)), ("tags", Self.document(tags)),
        ("params", Self.document(run.parameters)),
        (
          "metrics",
          JSONText.array(
            run.metrics.map { JSONText.array([JSONText.quoted($0.key), JSONText.quoted($0.text)]) })
        ),
      ])
  }

  func log(_ datasets: [PreparedRun.Dataset], to id: String) throws(TrackingError) {
    let rows = datasets.map {
      JSONText.array([$0.name, $0.digest, $0.source, $0.context].map(JSONText.quoted))
    }
    _ = try ask("inputs", [("id", JSONText.quoted(id)), ("datasets", JSONText.array(rows))])
  }

  func store(_ artifacts: [PreparedArtifact], in run: TrackedRun) throws(TrackingError) -> [SkippedArtifact] {
    var skipped: [SkippedArtifact] = []
    for artifact in artifacts {
      switch artifact.bytes {
      case .success(let bytes):
        do throws(TrackingError) {
          _ = try ask(
            "artifact",
            [
              ("id", JSONText.quoted(run.id)), ("path", JSONText.quoted(artifact.path)),
              ("bytes", JSONText.quoted(Base64.encode(bytes))),
            ])
        } catch  where error.kind == .permanentForItem {
          skipped.append(SkippedArtifact(path: artifact.path, why: error.message))
        }
      case .failure(let error): skipped.append(SkippedArtifact(path: artifact.path, why: error.why))
      }
    }
    return skipped
  }

  func artifacts(of id: String, in path: String) throws(TrackingError) -> [StoredArtifact] {
    let answer = try ask("artifacts", [("id", JSONText.quoted(id)), ("path", JSONText.quoted(path))])
    return (answer.objects("files") ?? []).compactMap { StoredArtifact($0) }
  }

  func setTag(_ key: String, _ value: String, of id: String) throws(TrackingError) {
    _ = try ask(
      "set_tag",
      [("id", JSONText.quoted(id)), ("key", JSONText.quoted(key)), ("value", JSONText.quoted(value))])
  }

  func deleteTag(_ key: String, of id: String) throws(TrackingError) {
    do throws(TrackingError) {
      _ = try ask("delete_tag", [("id", JSONText.quoted(id)), ("key", JSONText.quoted(key))])
    } catch  where error.isMissing {
      return
    }
  }

  func delete(_ id: String) throws(TrackingError) { _ = try ask("delete", [("id", JSONText.quoted(id))]) }

  func finish(_ id: String, end: Int64) throws(TrackingError) {
    _ = try ask("finish", [("id", JSONText.quoted(id)), ("end", String(end))])
  }

  private static func document(_ pairs: [PreparedRun.Pair]) -> String {
    JSONText.array(pairs.map { JSONText.array([JSONText.quoted($0.key), JSONText.quoted($0.value)]) })
  }

  private static let nonsense = TrackingError(
    .permanentUntilConfigured, "the installed mlflow answers what guard does not understand")
}

extension PreparedRun.Metric {
  /// The value as Python's `float()` reads it.
  fileprivate var text: String { value.pythonRepr }
}

// MARK: - The process

extension LibraryService {
  /// Asks once. A process that failed is left, and another one started when it is asked the next time.
  private func ask(
    _ verb: String, _ arguments: [(name: String, value: String)]
  ) throws(TrackingError) -> JSONObject {
    let conversation: Conversation
    if let running = self.conversation { conversation = running } else { conversation = try begin() }
    self.conversation = nil
    let request = JSONText.object([("verb", JSONText.quoted(verb))] + arguments) + "\n"
    let line: [UInt8]
    do throws(ProcessError) {
      conversation.limit = end
      try conversation.send(Array(request.utf8))
      line = try conversation.readLine()
    } catch {
      throw TrackingError(error)
    }
    guard let answer = JSONObject(line) else { throw Self.nonsense }
    self.conversation = conversation
    if let error = answer.object("error") { throw TrackingError(ofLibrary: error) }
    return answer
  }

  /// Starts the first Python here that has MLflow.
  private func begin() throws(TrackingError) -> Conversation {
    if let refusal { throw refusal }
    var reason: TrackingError?
    for interpreter in Self.interpreters(environment) {
      do throws(ProcessError) {
        let conversation = try Conversation(command(interpreter))
        conversation.limit = end
        try conversation.send(Array((JSONText.object([("uri", JSONText.quoted(uri))]) + "\n").utf8))
        let answer = JSONObject(try conversation.readLine())
        if answer?.has("ready") == true { return conversation }
        if let error = answer?.object("error") { reason = reason ?? refusal(error) }
      } catch {
        reason = reason ?? TrackingError(error)
      }
    }
    let error =
      reason
      ?? .settings(
        "mlflow is not installed, and only it reads and writes \(TrackingTarget.withoutLogin(uri))",
        hint: "pip install mlflow, or name a tracking server")
    if error.kind != .transient { refusal = error }
    throw error
  }

  /// Before the first run it is the place that does not do, and no run.
  private func refusal(_ error: JSONObject) -> TrackingError {
    let error = TrackingError(ofLibrary: error)
    if error.kind == .transient { return error }
    let scheme = uri.prefix { $0 != ":" }
    let isFolder = scheme == "file" || !uri.contains("://")
    return .settings(
      error.message,
      hint: isFolder && scheme != "databricks"
        ? "a folder of files wants MLFLOW_ALLOW_FILE_STORE=true from MLflow 3 on; a database, such as "
          + "sqlite:///mlflow.db, wants nothing" : nil)
  }

  private func command(_ interpreter: [UInt8]) -> Command {
    var environment = environment
    // What the tables of a database are is told on standard error otherwise, line by line.
    environment["MLFLOW_LOGGING_LEVEL"] = environment["MLFLOW_LOGGING_LEVEL"] ?? "ERROR"
    var command = Command(
      interpreter, ["-c", LibraryScript.text], environment: environment, directory: directory)
    command.deadline = Self.patience
    return command
  }

  /// Where MLflow may be, the likeliest first: the active environment, the one of the `mlflow` in `PATH`, Python.
  static func interpreters(_ environment: ProcessEnvironment) -> [[UInt8]] {
    var found: [[UInt8]] = []
    func add(_ path: [UInt8]?) {
      if let path, !found.contains(path) { found.append(path) }
    }
    if let active = environment[bytes: "VIRTUAL_ENV"], !active.isEmpty {
      add(environment.executable(named: FileSystem.join(active, Array("bin/python".utf8))))
    }
    if let script = environment.executable(named: "mlflow") {
      do throws(SystemError) {
        add(try PythonScript.interpreter(of: script, environment))
      } catch {
        // A script that cannot be read tells nothing.
      }
    }
    add(environment.executable(named: "python3"))
    add(environment.executable(named: "python"))
    return found
  }
}

extension TrackingError {
  /// What MLflow in Python says.
  init(ofLibrary error: JSONObject) {
    let code = error["code"]
    let status = error.number("status")
    let kind: Kind =
      switch (code, status) {
      case ("TEMPORARILY_UNAVAILABLE", _), ("REQUEST_LIMIT_EXCEEDED", _), ("UNREACHABLE", _): .transient
      case (_, 408), (_, 429), (_, 502), (_, 503), (_, 504): .transient
      case (_, 400), (_, 404), (_, 409): .permanentForItem
      // An exception that has no better name, such as a database that another version of MLflow made.
      default: .permanentUntilConfigured
      }
    self.init(
      kind, "mlflow: " + ServerWords.tidy(error["message"] ?? "an error without words"), hint: nil,
      retryAfter: nil, code: code, status: status)
  }

  /// Why the process gave no answer.
  fileprivate init(_ error: ProcessError) {
    if case .ended(_, let words) = error {
      let last = String(decoding: words, as: UTF8.self).split(separator: "\n").last ?? "without a word"
      self.init(.transient, "mlflow in Python ended: \(ServerWords.tidy(String(last)))")
    } else {
      self.init(.transient, "mlflow in Python: \(error)")
    }
  }
}
