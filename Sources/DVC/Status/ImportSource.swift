import Values

/// Who knows which commit a revision of another repository is now.
public protocol ImportSource: AnyObject {
  /// The commit that a revision of a repository leads to, as 40 hexadecimal digits.
  /// - Parameters:
  ///   - revision: a branch, a tag or a commit; `nil` for the default branch.
  ///   - url: the repository, as a `.dvc` file names it.
  func commit(of revision: Text?, in url: Text) throws(ImportSourceError) -> Text
}

/// Why another repository gave no answer.
public enum ImportSourceError: Error, Sendable {
  /// It cannot be reached: DVC fails then, too. Says why, in a sentence without a full stop.
  case unreachable(String)
  /// Its refs do not tell where the revision leads (`HEAD~`, a part of a commit's name): only a clone would.
  case unknownRevision(Text)
}
