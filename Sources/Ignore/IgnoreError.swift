import Trees

/// Why it cannot be said what a directory's `.dvcignore` leaves. DVC fails every command in these cases.
public enum IgnoreError: Error, Hashable, Sendable {
  /// The tree could not be read.
  case tree(TreeError)
  /// A line that DVC does not take for a pattern: mend or remove the line. The line counts from 1; it is 0
  /// when the pattern was made from the name of a directory that holds another DVC repository.
  case invalidPattern(file: RepositoryPath, line: Int, pattern: [UInt8], why: String)
  /// A `.dvcignore` that is not UTF-8: save it as UTF-8.
  case notUTF8(file: RepositoryPath)
}
