import DVC
import Trees
import Values

/// Why guard could not judge at all. A violation of the policy is a ``Finding``, never one of these.
public enum JudgementError: Error, Sendable, CustomStringConvertible {
  /// A tree could not be read: a permission, a corrupt object.
  case tree(TreeError)
  /// DVC's part of the repository could not be read for a reason that is not in its content.
  case dvc(DVCError)
  /// Git could not give what was asked for: a revision, a parent, the index. Git's own words.
  case source(String)
  /// The policy itself cannot be understood.
  case policy(PolicyFileError)
  /// A commit that the policy is pinned by, or a file of it, is not in this clone, and may come: nothing is known of the
  /// policy then.
  case lacking(commit: Text, PolicyFileError)

  /// What is the matter, in a sentence without a full stop.
  public var description: String {
    switch self {
    case .tree(.notAvailable(let path, let why)), .tree(.unreadable(let path, let why)):
      path.isRoot ? why : "\(path): \(why)"
    case .dvc(let error): "\(error.file): \(error.message)"
    case .source(let words): words
    case .policy(let error), .lacking(_, let error): error.description
    }
  }
}

/// Runs a reading of the tree and turns its error into one of this module.
func reading<Result>(_ body: () throws(TreeError) -> Result) throws(JudgementError) -> Result {
  do { return try body() } catch { throw .tree(error) }
}

/// A value that is computed when it is first asked for, once.
final class Lazily<Value> {
  private let compute: () throws(JudgementError) -> Value
  private var result: Result<Value, JudgementError>?

  init(_ compute: @escaping () throws(JudgementError) -> Value) { self.compute = compute }

  func value() throws(JudgementError) -> Value {
    if let result { return try result.get() }
    let new = Result { () throws(JudgementError) in try compute() }
    result = new
    return try new.get()
  }
}
