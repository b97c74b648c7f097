import Values

/// A run at a tracking server that is linked to a commit.
public struct LinkedRun: Sendable {
  /// A value that the run has otherwise than the commit.
  public struct Difference: Hashable, Sendable {
    /// The parameter or metric, as the run calls it.
    public let key: Text
    /// What was logged.
    public let logged: Text
    /// What the commit has.
    public let committed: Text

    /// A value.
    public init(key: Text, logged: Text, committed: Text) {
      self.key = key
      self.logged = logged
      self.committed = committed
    }
  }

  /// What the server says of it.
  public enum Answer: Hashable, Sendable {
    /// The run is there, and these values differ.
    case found([Difference])
    /// Somebody deleted it.
    case gone
    /// The server was not asked, or could not be, and why.
    case unknown(String)
  }

  /// What a training run carries of what its commit holds.
  public struct Content: Hashable, Sendable {
    /// A file of the run.
    public struct File: Hashable, Sendable {
      /// Its path among the files of the run.
      public let path: Text
      /// Its size in bytes.
      public let size: Int

      /// A file.
      public init(path: Text, size: Int) {
        self.path = path
        self.size = size
      }
    }

    /// The parameters that the commit declares and the run has not logged.
    public let missingParameters: [Text]
    /// Whether it logged none of them.
    public let hasNoParameters: Bool
    /// The data of the commit whose hash stands nowhere in the run.
    public let missingInputs: [Text]
    /// The files; `nil` where nobody asked for them.
    public let artifacts: [File]?

    /// What a run carries.
    public init(
      missingParameters: [Text] = [], hasNoParameters: Bool = false, missingInputs: [Text] = [],
      artifacts: [File]? = nil
    ) {
      self.missingParameters = missingParameters
      self.hasNoParameters = hasNoParameters
      self.missingInputs = missingInputs
      self.artifacts = artifacts
    }
  }

  /// Its id.
  public let id: Text
  /// Where its server is.
  public let server: Text
  /// Whether it gave the results; else guard made it of the record.
  public let isTraining: Bool
  /// What the server says of it.
  public let answer: Answer
  /// What a training run carries; `nil` where the server could not be asked, and for a run that guard made.
  public let content: Content?

  /// A run.
  public init(id: Text, server: Text, isTraining: Bool, answer: Answer, content: Content? = nil) {
    self.id = id
    self.server = server
    self.isTraining = isTraining
    self.answer = answer
    self.content = content
  }
}
