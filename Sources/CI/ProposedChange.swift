import Values

/// What a CI system says of the change that its job is about. Nothing of it is looked up in Git here.
public struct ProposedChange: Hashable, Sendable {
  /// The kinds of change.
  public enum Kind: String, Hashable, Sendable {
    case pullRequest = "a pull request"
    case mergeQueue = "a merge queue"
    case push = "a push"
    case tag = "a tag"
    /// A branch as it is: a job that was started by hand or by the clock.
    case branch = "a branch"
  }

  /// Where the change starts.
  public enum Base: Hashable, Sendable {
    /// At a commit; when that cannot be had, at a branch of the remote.
    case commit(String, orBranch: String?)
    /// At a branch of the remote.
    case branch(String)
    /// At the branch that the remote calls its default.
    case defaultBranch
    /// Nobody says: the commit is judged beside its parents.
    case parents
  }

  /// Who says so.
  public let system: CISystem
  /// The kind of change.
  public let kind: Kind
  /// Where it starts.
  public let base: Base
  /// The commit that it leads to; `nil` for what is checked out.
  public let head: String?

  /// A change.
  public init(_ system: CISystem, _ kind: Kind, base: Base, head: String? = nil) {
    self.system = system
    self.kind = kind
    self.base = base
    self.head = head
  }
}

/// A job's environment that says one half and not the other.
public struct CIError: Error, CustomStringConvertible {
  /// What is wrong, without a full stop.
  public let description: String
}
