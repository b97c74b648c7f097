import HTTP
import Platform
import Values

/// A place for runs: the one door to this module. It works on the thread that calls it, one call at a time.
public final class TrackingStore {
  /// The id of the experiment once it is known. Who keeps it spares the next process a question.
  public private(set) var experimentID: String?

  private let target: TrackingTarget
  private let choice: ExperimentChoice
  private let writer: String
  let service: any RunService
  /// The runs of commits, by the commit, as ``listMirrored(until:)`` found them.
  private var known: [Text: [TrackedRun]]?
  /// The commits among them that were looked up since.
  private var taken: Set<Text> = []

  /// A place for runs.
  /// - Parameters:
  ///   - target: where.
  ///   - experiment: in which experiment.
  ///   - writer: a word of digits and letters that is this clone's own and never changes; only one process at a
  ///     time may use it.
  ///   - experimentID: the experiment's id, when it is known from before.
  ///   - requestMilliseconds: how long one request to a server may take.
  ///   - environment: where Python is looked for, for stores that only MLflow itself speaks to.
  ///   - directory: where a relative path of such a store begins.
  public init(
    _ target: TrackingTarget, experiment: ExperimentChoice, writer: String, experimentID: String? = nil,
    requestMilliseconds: Int64 = 5000, _ environment: ProcessEnvironment, directory: [UInt8]
  ) {
    self.target = target
    choice = experiment
    self.writer = writer
    self.experimentID = experimentID
    switch target {
    case .server(let server):
      service = RESTService(TrackingClient(server, requestMilliseconds: requestMilliseconds))
    case .library(let uri): service = LibraryService(uri, environment, directory: directory)
    }
  }

  /// Gives a commit its run.
  /// - Parameter end: when to give up, in milliseconds of the monotonic clock.
  public func mirror(_ run: MirroredRun, until end: Int64 = .max) -> MirrorOutcome {
    do throws(TrackingError) {
      service.end = end
      let prepared = try PreparedRun(run)
      let wasKept = experimentID != nil
      do throws(TrackingError) {
        return try mirror(prepared)
      } catch  where wasKept && error.kind == .permanentForItem {
        // The id may be one of an experiment that is gone.
        guard try forgetsExperiment() else { throw error }
        return try mirror(prepared)
      }
    } catch {
      return .failed(error)
    }
  }

  /// Looks once for all runs of commits, so that ``mirror(_:until:)`` need not look for each: for many commits.
  public func listMirrored(until end: Int64 = .max) throws(TrackingError) {
    service.end = end
    // MLflow 2 knows no IS NOT NULL.
    let search = RunSearch(
      experiments: [try experiment()], filter: "tags.\"\(PreparedRun.commitTag)\" LIKE '%'",
      includesDeleted: true, limit: 500)
    var found: [Text: [TrackedRun]] = [:]
    try service.searchAll(search) { page in
      for run in page {
        guard let commit = run.tags[Text(PreparedRun.commitTag)] else { continue }
        found[commit, default: []].append(run)
      }
    }
    (known, taken) = (found, [])
  }

  /// Takes guard's tags, the commit's data and its files to the run of its training, which keeps all that it says
  /// itself: the commit then has no run beside it.
  public func adopt(_ run: MirroredRun, into id: String, until end: Int64 = .max) -> MirrorOutcome {
    do throws(TrackingError) {
      service.end = end
      let prepared = try PreparedRun(run)
      guard let other = try service.run(id: id) else {
        throw TrackingError(.permanentForItem, "MLflow has no run \(id)")
      }
      guard !other.isDeleted else { return .deletedByUser }
      try Mirroring(service: service, experiment: other.experimentID, writer: writer, now: Self.wall)
        .adopt(prepared, into: other)
      return .mirrored(runID: other.id, experimentID: other.experimentID)
    } catch {
      return .failed(error)
    }
  }

  private func mirror(_ run: PreparedRun) throws(TrackingError) -> MirrorOutcome {
    let experiment = try experiment()
    // What was found before holds for the first look alone.
    var before: [TrackedRun]?
    if let known, taken.insert(Text(run.commit)).inserted { before = known[Text(run.commit)] ?? [] }
    let outcome = try Mirroring(service: service, experiment: experiment, writer: writer, now: Self.wall)
      .mirror(run, known: before)
    if case .deletedByUser = outcome { try checkExperiment(experiment) }
    return outcome
  }

  private static func wall() -> Int64 { SystemClock.wallNanoseconds / 1_000_000 }
}

// MARK: - Reading

extension TrackingStore {
  /// The run of an id, in the bin or not; `nil` when there is none.
  public func run(id: String, until end: Int64 = .max) throws(TrackingError) -> TrackedRun? {
    service.end = end
    return try service.run(id: id)
  }

  /// Runs that have all of this and are not in the bin, by their start.
  /// - Parameters:
  ///   - experiments: where to look; `nil` for the experiment that commits' runs go to.
  ///   - limit: the most runs.
  public func runs(
    with conditions: [RunCondition], in experiments: [String]? = nil, limit: Int = 1000,
    until end: Int64 = .max
  ) throws(TrackingError) -> [TrackedRun] {
    service.end = end
    var filters: [String] = []
    for condition in conditions { filters.append(try condition.filter) }
    var places: [String] = []
    if let experiments { places = experiments } else { places = [try experiment()] }
    let search = RunSearch(
      experiments: places, filter: filters.joined(separator: " AND "),
      includesDeleted: false, limit: min(limit, 500))
    var runs: [TrackedRun] = []
    try service.searchAll(search, most: limit) { runs += $0 }
    return Array(runs.prefix(limit))
  }

  /// The ids of all experiments that are not in the bin.
  public func experiments(until end: Int64 = .max) throws(TrackingError) -> [String] {
    service.end = end
    return try service.experiments().map(\.id)
  }

  /// Sets a tag of a run.
  public func setTag(
    _ key: String, _ value: String, of id: String, until end: Int64 = .max
  ) throws(TrackingError) {
    service.end = end
    try service.setTag(RunText.key(Text(key)), RunText.tag(Text(value)), of: id)
  }

  /// Where a person looks at a run; `nil` where no server shows it.
  public func page(runID: String, experimentID: String) -> String? {
    guard case .server(let server) = target else { return nil }
    let workspace = server.workspace.map { "?workspace=" + PercentEncoding.component($0) } ?? ""
    return "\(server.url)/#/experiments/\(experimentID)/runs/\(runID)" + workspace
  }
}

// MARK: - The experiment

extension TrackingStore {
  private func experiment() throws(TrackingError) -> String {
    if let experimentID { return experimentID }
    do throws(TrackingError) {
      let id = try choice.resolve(at: service)
      experimentID = id
      return id
    } catch  where error.kind == .permanentForItem {
      // It is not about a run: a name that the server does not take, or a workspace that it does not have.
      throw .settings(error.message, hint: "is the experiment's name right, and MLFLOW_WORKSPACE?")
    }
  }

  /// Looks whether the experiment is still there, after an error.
  /// - Returns: whether its id is forgotten, and it is worth to try again.
  private func forgetsExperiment() throws(TrackingError) -> Bool {
    guard let id = experimentID else { return false }
    if let found = try service.experiment(id: id) {
      if found.isDeleted { throw found.deletion }
      return false
    }
    (experimentID, known) = (nil, nil)
    return true
  }

  /// Runs of an experiment in the bin lie there, too.
  private func checkExperiment(_ id: String) throws(TrackingError) {
    if let found = try service.experiment(id: id), found.isDeleted { throw found.deletion }
  }
}

extension ExperimentChoice {
  /// The id of the experiment, which is made where it may be.
  func resolve(at service: any RunService) throws(TrackingError) -> String {
    switch self {
    case .name(let name):
      if let found = try service.experiment(named: name) { return try found.usable() }
      do throws(TrackingError) {
        return try service.createExperiment(named: name)
      } catch  where error.isExisting || error.kind == .transient {
        // Somebody was quicker; or whether it was made is not known.
        guard let found = try service.experiment(named: name) else { throw error }
        return try found.usable()
      }
    case .id(let id):
      guard let found = try service.experiment(id: id) else {
        throw .settings("MLflow has no experiment with the id that MLFLOW_EXPERIMENT_ID names")
      }
      return try found.usable()
    case .both(let name, let id):
      guard let found = try service.experiment(named: name), found.id == id else {
        throw .settings(
          "MLFLOW_EXPERIMENT_NAME and MLFLOW_EXPERIMENT_ID name two experiments", hint: "keep one of the two")
      }
      return try found.usable()
    }
  }
}

extension Experiment {
  fileprivate func usable() throws(TrackingError) -> String {
    if isDeleted { throw deletion }
    return id
  }

  fileprivate var deletion: TrackingError {
    .settings(
      "the MLflow experiment '\(name)' is deleted",
      hint: "mlflow experiments restore --experiment-id \(id), or name another")
  }
}
