import Values

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
}

extension Policy {
  /// What is in force about runs at a tracking server.
  public var tracking: TrackingPolicy {
    var tracking = TrackingPolicy()
    if let setting = setting("mlflow.tracking-uri"), let uri = setting.value.text {
      tracking.server = TrackingPolicy.Server(uri, isOwn: setting.origin.isOwn)
    }
    tracking.experiment = setting("mlflow.experiment")?.value.text
    tracking.training = word("mlflow.training")
    tracking.commits = word("mlflow.commits")
    tracking.user = word("mlflow.user")
    return tracking
  }
}
