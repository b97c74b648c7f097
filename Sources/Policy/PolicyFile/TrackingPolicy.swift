import Values
import YAML

/// What policy says about the runs of commits at a tracking server: the `mlflow` section of a policy file.
public struct TrackingPolicy: Hashable, Sendable {
  /// What becomes of the run of the training whose results a commit holds.
  public enum Training: String, Hashable, Sendable, CaseIterable {
    /// The commit has a run of its own, and the two name each other.
    case link
    /// It becomes the commit's run, when it is known for certain to be the one.
    case adopt
    /// It is not looked for.
    case off
  }

  /// Which commits get a run.
  public enum Commits: String, Hashable, Sendable, CaseIterable {
    /// All that have a record.
    case all
    /// Those that bring results: a `dvc.lock` or metrics that no parent has.
    case results
  }

  /// Whom a run names as its user.
  public enum User: String, Hashable, Sendable, CaseIterable {
    /// The author's address.
    case email
    /// The author's name.
    case name
    /// Nobody.
    case none
  }

  /// A tracking URI, and whether this machine's owner wrote it: anybody may have written what is committed.
  public struct Server: Hashable, Sendable {
    /// The URI.
    public let uri: Text
    /// Whether it comes from this machine and not from the repository.
    public let isOwn: Bool

    /// A tracking URI.
    public init(_ uri: Text, isOwn: Bool) {
      self.uri = uri
      self.isOwn = isOwn
    }
  }

  /// Where runs go.
  public var server: Server?
  /// The experiment's name.
  public var experiment: Text?
  /// What becomes of the run of the training.
  public var training: Training?
  /// Which commits get a run.
  public var commits: Commits?
  /// Whom a run names as its user.
  public var user: User?

  /// Nothing is set.
  public init() {}

  init(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    for (key, value) in try reader.entries(
      of: node, knowing: ["tracking-uri", "experiment", "training", "commits", "user"])
    {
      switch key {
      case "tracking-uri":
        server = Server(
          try reader.word(value, "tracking-uri is a URI, such as https://mlflow.example.org"),
          isOwn: reader.isOwn)
      case "experiment": experiment = try reader.word(value, "experiment is the name of an experiment")
      case "training": training = try reader.choice(value, "training", off: .off)
      case "commits": commits = try reader.choice(value, "commits")
      default: user = try reader.choice(value, "user")
      }
    }
  }
}

extension PolicyFileReader {
  /// A text that is not empty.
  func word(_ node: Node, _ expected: String) throws(PolicyFileError) -> Text {
    guard let text = node.text, !text.isEmpty else { throw PolicyFileError(origin, node.position, expected) }
    return text
  }

  /// One of an enum's cases, of which one may be written as YAML's `false`.
  fileprivate func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ node: Node, _ what: String, off: Choice
  ) throws(PolicyFileError) -> Choice {
    if case .bool(false) = node.value { return off }
    return try choice(node, what)
  }
}

extension Policy {
  /// What is in force about runs at a tracking server: of each key, what the first layer says that sets it.
  public var tracking: TrackingPolicy {
    var tracking = TrackingPolicy()
    for layer in layers {
      tracking.server = tracking.server ?? layer.tracking.server
      tracking.experiment = tracking.experiment ?? layer.tracking.experiment
      tracking.training = tracking.training ?? layer.tracking.training
      tracking.commits = tracking.commits ?? layer.tracking.commits
      tracking.user = tracking.user ?? layer.tracking.user
    }
    return tracking
  }
}
