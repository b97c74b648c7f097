import Trees
import Values

/// The commit that brought something which a file of the tree still has.
public enum Origin {
  /// What is judged brings it itself: no commit has it yet.
  case here
  /// A commit: its letters, and its files.
  case commit(id: Text, tree: any FileTree)
  /// It lies beyond the end of a shallow clone, or too far back.
  case unknown
}

/// Gives the trees of the commits since another one, given by its letters, whose own messages let a rule pass by its name.
///
/// What is judged is not among them where it is a commit itself: its message waives what is found in it.
public typealias PassSource = (_ rule: RuleID, _ origin: Text) throws(JudgementError) -> [any FileTree]

/// Looks for who brought something.
///
/// Given are the file that has it, and what tells whether a version of that file has it: it is asked once for a version on
/// the way, with the letters of the version's object and the tree in which the version stands.
public typealias OriginSource = (
  _ file: RepositoryPath, _ holds: (_ version: Text, _ tree: any FileTree) throws(JudgementError) -> Bool
) throws(JudgementError) -> Origin
