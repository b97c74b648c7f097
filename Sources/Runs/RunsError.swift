import Git
import Platform

/// Why a record could not be made, read or written.
public enum RunsError: Error, Hashable, Sendable {
  /// Git could not read or write: its words say what to do.
  case git(GitError)
  /// A file below the Git directory could not be read or written: look at its permissions, and at the room on the disk.
  case disk(SystemError)
}

extension RunsError: CustomStringConvertible {
  /// One line for a person to read, or a few where Git says more.
  public var description: String {
    switch self {
    case .git(let error): "\(error)"
    case .disk(let error): "\(error)"
    }
  }
}

/// Asks Git, and turns its error into one of this module.
func asking<Answer>(_ body: () throws(GitError) -> Answer) throws(RunsError) -> Answer {
  do { return try body() } catch { throw .git(error) }
}
