/// What a tracking store can be asked: the same over REST and through MLflow in Python. Everything may be asked
/// twice without harm but `createRun`.
protocol RunService: AnyObject {
  /// When to give up, in milliseconds of the monotonic clock.
  var end: Int64 { get set }

  /// The experiment of a name, also one in the bin; `nil` when there is none.
  func experiment(named name: String) throws(TrackingError) -> Experiment?
  /// The experiment of an id, also one in the bin; `nil` when there is none.
  func experiment(id: String) throws(TrackingError) -> Experiment?
  /// Makes an experiment and gives its id.
  /// - Throws: an error with ``TrackingError/isExisting`` when somebody made it meanwhile.
  func createExperiment(named name: String) throws(TrackingError) -> String

  /// The experiments that are not in the bin.
  func experiments() throws(TrackingError) -> [Experiment]

  /// The runs that a filter finds, a page of them.
  func search(_ search: RunSearch) throws(TrackingError) -> RunPage
  /// The run of an id; `nil` when there is none.
  func run(id: String) throws(TrackingError) -> TrackedRun?

  /// Makes a run that is RUNNING.
  func createRun(
    _ run: PreparedRun, tags: [PreparedRun.Pair], in experiment: String
  ) throws(TrackingError) -> TrackedRun
  /// Logs parameters, metrics at the run's start and step 0, and tags.
  func log(_ run: PreparedRun, tags: [PreparedRun.Pair], to id: String) throws(TrackingError)
  /// Logs datasets.
  func log(_ datasets: [PreparedRun.Dataset], to id: String) throws(TrackingError)
  /// The files and directories in a directory of a run's files; those at the top for an empty path.
  func artifacts(of id: String, in path: String) throws(TrackingError) -> [StoredArtifact]
  /// Keeps files with a run.
  /// - Returns: those that cannot be kept, and why.
  func store(_ artifacts: [PreparedArtifact], in run: TrackedRun) throws(TrackingError) -> [SkippedArtifact]
  /// Sets a tag.
  func setTag(_ key: String, _ value: String, of id: String) throws(TrackingError)
  /// Takes a tag away.
  func deleteTag(_ key: String, of id: String) throws(TrackingError)
  /// Puts a run into the bin.
  func delete(_ id: String) throws(TrackingError)
  /// Makes a run FINISHED.
  func finish(_ id: String, end: Int64) throws(TrackingError)
}

/// A file that could not be kept with a run.
struct SkippedArtifact: Hashable {
  let path: String
  let why: String
}

/// Which runs to find.
struct RunSearch {
  /// The ids of the experiments; none of them finds nothing.
  var experiments: [String]
  /// MLflow's filter. It knows no way to escape a quote, so nothing but hexadecimal digits may be put in.
  var filter: String
  /// Whether runs in the bin are found, too.
  var includesDeleted: Bool
  /// The most runs of a page.
  var limit = 100
  /// Where the page begins; `nil` for the first.
  var token: String?
}

/// Runs that were found, in the order of their start and, where that is the same, of their ids.
struct RunPage {
  let runs: [TrackedRun]
  /// Where the next page begins; `nil` when there is none.
  let token: String?
}

extension RunService {
  /// All pages of a search.
  /// - Parameters:
  ///   - most: how many runs are enough.
  ///   - body: told of each page.
  func searchAll(
    _ search: RunSearch, most: Int = .max, _ body: ([TrackedRun]) -> Void
  ) throws(TrackingError) {
    var search = search
    var count = 0
    repeat {
      let page = try self.search(search)
      body(page.runs)
      count += page.runs.count
      guard count < most else { return }
      // A server that gives the same place again would never end.
      guard page.token != search.token || page.token == nil else { return }
      search.token = page.token
    } while search.token != nil
  }
}
