import Values

/// What a commit's run at a tracking server says: a plain value, independent of where it comes from. Keys and
/// values may be anything; what MLflow does not take is made fit when it is sent (see ``RunText``).
public struct MirroredRun: Sendable {
  /// Data that the commit names: a row of the table that the run's page shows as datasets.
  public struct Dataset: Sendable {
    /// Its path in the repository.
    public var name: Text
    /// Its hash.
    public var digest: String
    /// Where it comes from: a document of JSON.
    public var source: String
    /// What it is to the run, such as `dvc.dep` and `dvc.out`.
    public var contexts: [String]

    /// Some data.
    public init(name: Text, digest: String, source: String, contexts: [String]) {
      self.name = name
      self.digest = digest
      self.source = source
      self.contexts = contexts
    }
  }

  /// A file to keep with the run.
  public struct Artifact: Sendable {
    /// What is in it.
    public enum Content: Sendable {
      /// Bytes in memory.
      case bytes([UInt8])
      /// A file on this machine, as it is when it is sent.
      case file(path: [UInt8])
      /// Nothing: it is not sent, and the run says why.
      case withheld(why: String)
    }

    /// Its path below the run's folder `guard`, such as `dvc.lock` or `env/requirements.txt`.
    public var name: Text
    /// What is in it.
    public var content: Content

    /// A file.
    public init(name: Text, content: Content) {
      self.name = name
      self.content = content
    }
  }

  /// The commit's hash in hexadecimal digits: the key by which a run is found again.
  public var commit: String
  /// The SHA-256 of the commit's record in hexadecimal digits; kept in the tag `guard.record.sha256`.
  public var recordDigest: String
  /// What the list of runs shows.
  public var name: String
  /// When it began, in milliseconds since 1970; metrics carry this time, so that sending them again is no change.
  public var start: Int64
  /// When it ended, in milliseconds since 1970.
  public var end: Int64
  /// Parameters by name. A map becomes a parameter for each of its leaves.
  public var parameters: [(key: Text, value: Value)]
  /// Metrics by name.
  public var metrics: [(key: Text, value: Double)]
  /// Tags by name; not `mlflow.runName`, which is ``name``, and none of those that guard finds its runs by.
  public var tags: [(key: Text, value: Text)]
  /// The data.
  public var datasets: [Dataset]
  /// The files.
  public var artifacts: [Artifact]

  /// A run.
  public init(
    commit: String, recordDigest: String, name: String, start: Int64, end: Int64,
    parameters: [(key: Text, value: Value)] = [], metrics: [(key: Text, value: Double)] = [],
    tags: [(key: Text, value: Text)] = [], datasets: [Dataset] = [], artifacts: [Artifact] = []
  ) {
    self.commit = commit
    self.recordDigest = recordDigest
    self.name = name
    self.start = start
    self.end = end
    self.parameters = parameters
    self.metrics = metrics
    self.tags = tags
    self.datasets = datasets
    self.artifacts = artifacts
  }
}
