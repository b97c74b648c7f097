import Git
import Platform

/// Why a record could not be made, read or written.
public enum RunsError: Error, Hashable, Sendable {
  /// Git could not read or write: its words say what to do.
  case git(GitError)
  /// A file below the Git directory could not be read or written: look at its permissions, and at the room on the disk.
  case disk(SystemError)
  /// There is no key to sign with: the words say what to set.
  case noSigningKey(String)
  /// A program that signs is not in PATH: install it.
  case noProgram(String)
  /// A key did not sign: its program's words say why.
  case notSigned(key: String, why: String)
  /// Somebody pressed Ctrl-C when a program asked for something.
  case interrupted
}

extension RunsError: CustomStringConvertible {
  /// One line for a person to read, or a few where Git says more.
  public var description: String {
    switch self {
    case .git(let error): "\(error)"
    case .disk(let error): "\(error)"
    case .noSigningKey(let why): "there is no key to sign with: \(why)"
    case .noProgram(let name):
      "\(name) is not in PATH: it signs with SSH keys and checks such signatures, and comes with OpenSSH's client"
    case .interrupted: "interrupted"
    case .notSigned(let key, let why): "not signed with \(key): \(why)"
    }
  }
}

/// Asks Git, and turns its error into one of this module.
func asking<Answer>(_ body: () throws(GitError) -> Answer) throws(RunsError) -> Answer {
  do { return try body() } catch { throw .git(error) }
}
