import HTTP
import ParameterFiles
import Values

/// A tracking store behind a server. Everything that is sent as a value is a JSON string: the server takes a
/// value of another type for the end of the message, and answers 200.
final class RESTService: RunService {
  let client: TrackingClient
  /// Ways to keep files that this server does not have, so that they are not tried for each run anew.
  var closedRoutes: Set<ArtifactRoute.Kind> = []

  /// For stores that are no part of the server: without its login, and trusting whom the system trusts.
  lazy var stranger: HTTPClient = {
    var settings = ConnectionSettings()
    settings.connectSeconds = 5
    return HTTPClient(settings)
  }()

  init(_ client: TrackingClient) { self.client = client }

  var end: Int64 {
    get { client.end }
    set { client.end = newValue }
  }

  func experiment(named name: String) throws(TrackingError) -> Experiment? {
    try experiment("experiments/get-by-name", [("experiment_name", name)])
  }

  func experiment(id: String) throws(TrackingError) -> Experiment? {
    try experiment("experiments/get", [("experiment_id", id)])
  }

  func createExperiment(named name: String) throws(TrackingError) -> String {
    let answer = try client.post(
      "experiments/create", JSONText.object([("name", JSONText.quoted(name))]), mayRepeat: false)
    guard let id = answer["experiment_id"] else { throw nonsense("experiments/create") }
    return id
  }

  func experiments() throws(TrackingError) -> [Experiment] {
    var found: [Experiment] = []
    var token = ""
    repeat {
      let page = token.isEmpty ? [] : [("page_token", JSONText.quoted(token))]
      let answer = try client.post(
        "experiments/search", JSONText.object([("max_results", "1000")] + page))
      found += (answer.objects("experiments") ?? []).compactMap { Experiment($0) }
      let next = answer["next_page_token"] ?? ""
      token = next == token ? "" : next
    } while !token.isEmpty
    return found
  }

  func search(_ search: RunSearch) throws(TrackingError) -> RunPage {
    var members = [
      ("experiment_ids", JSONText.array(search.experiments.map(JSONText.quoted))),
      ("filter", JSONText.quoted(search.filter)),
      ("run_view_type", JSONText.quoted(search.includesDeleted ? "ALL" : "ACTIVE_ONLY")),
      ("max_results", String(search.limit)),
      ("order_by", JSONText.array(RunSearch.order.map(JSONText.quoted))),
    ]
    if let token = search.token { members.append(("page_token", JSONText.quoted(token))) }
    let answer = try client.post("runs/search", JSONText.object(members))
    // No runs at all are an empty object.
    let runs = (answer.has("runs") ? answer.objects("runs") : [])?.map { TrackedRun($0) } ?? [nil]
    guard runs.allSatisfy({ $0 != nil }) else { throw nonsense("runs/search") }
    return RunPage(
      runs: runs.compactMap { $0 }, token: answer["next_page_token"].flatMap { $0.isEmpty ? nil : $0 })
  }

  func run(id: String) throws(TrackingError) -> TrackedRun? {
    do throws(TrackingError) {
      let answer = try client.get("runs/get", [("run_id", id)])
      guard let run = answer.object("run").flatMap({ TrackedRun($0) }) else { throw nonsense("runs/get") }
      return run
    } catch  where error.isMissing {
      return nil
    }
  }

  func createRun(
    _ run: PreparedRun, tags: [PreparedRun.Pair], in experiment: String
  ) throws(TrackingError) -> TrackedRun {
    let body = JSONText.object([
      ("experiment_id", JSONText.quoted(experiment)), ("run_name", JSONText.quoted(run.name)),
      ("start_time", String(run.start)), ("tags", JSONText.array(tags.map(\.document))),
    ])
    let answer = try client.post("runs/create", body, mayRepeat: false)
    guard let made = answer.object("run").flatMap({ TrackedRun($0) }) else { throw nonsense("runs/create") }
    return made
  }

  func log(_ run: PreparedRun, tags: [PreparedRun.Pair], to id: String) throws(TrackingError) {
    for batch in LogBatch.batches(of: run, tags: tags) {
      _ = try client.post("runs/log-batch", batch.document(run: id))
    }
  }

  func log(_ datasets: [PreparedRun.Dataset], to id: String) throws(TrackingError) {
    for part in LogBatch.parts(of: datasets.map(\.document), most: 1000) {
      let body = JSONText.object([("run_id", JSONText.quoted(id)), ("datasets", JSONText.array(part))])
      _ = try client.post("runs/log-inputs", body)
    }
  }

  func artifacts(of id: String, in path: String) throws(TrackingError) -> [StoredArtifact] {
    var found: [StoredArtifact] = []
    var token = ""
    repeat {
      let query = [("run_id", id)] + (path.isEmpty ? [] : [("path", path)])
      let answer = try client.get("artifacts/list", query + (token.isEmpty ? [] : [("page_token", token)]))
      found += (answer.objects("files") ?? []).compactMap { StoredArtifact($0) }
      let next = answer["next_page_token"] ?? ""
      token = next == token ? "" : next
    } while !token.isEmpty && found.count < 10_000
    return found
  }

  func setTag(_ key: String, _ value: String, of id: String) throws(TrackingError) {
    let pair = [("key", JSONText.quoted(key)), ("value", JSONText.quoted(value))]
    _ = try client.post("runs/set-tag", JSONText.object([("run_id", JSONText.quoted(id))] + pair))
  }

  func deleteTag(_ key: String, of id: String) throws(TrackingError) {
    let body = JSONText.object([("run_id", JSONText.quoted(id)), ("key", JSONText.quoted(key))])
    do throws(TrackingError) {
      _ = try client.post("runs/delete-tag", body)
    } catch  where error.isMissing {
      return
    }
  }

  func delete(_ id: String) throws(TrackingError) {
    _ = try client.post("runs/delete", JSONText.object([("run_id", JSONText.quoted(id))]))
  }

  func finish(_ id: String, end: Int64) throws(TrackingError) {
    let body = JSONText.object([
      ("run_id", JSONText.quoted(id)), ("status", JSONText.quoted("FINISHED")), ("end_time", String(end)),
    ])
    _ = try client.post("runs/update", body)
  }

  private func experiment(
    _ path: String, _ query: [(name: String, value: String)]
  ) throws(TrackingError) -> Experiment? {
    do throws(TrackingError) {
      let answer = try client.get(path, query)
      guard let found = answer.object("experiment").flatMap({ Experiment($0) }) else { throw nonsense(path) }
      return found
    } catch  where error.isMissing {
      return nil
    }
  }

  private func nonsense(_ path: String) -> TrackingError {
    TrackingError(
      .permanentUntilConfigured, "\(client.server.url) does not answer \(path) as a tracking server does")
  }
}

extension RunSearch {
  /// The order that decides which of two runs stays.
  static let order = ["attributes.start_time ASC", "attributes.run_id ASC"]
}
