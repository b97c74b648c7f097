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

  /// Its id.
  public let id: Text
  /// Where its server is.
  public let server: Text
  /// Whether it gave the results; else guard made it of the record.
  public let isTraining: Bool
  /// What the server says of it.
  public let answer: Answer

  /// A run.
  public init(id: Text, server: Text, isTraining: Bool, answer: Answer) {
    self.id = id
    self.server = server
    self.isTraining = isTraining
    self.answer = answer
  }
}
