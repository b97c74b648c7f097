import DVC
import Git
import Platform
import Trees

/// Why a command could not do its work: one line or a few for standard error, and the exit code.
struct Failure: Error {
  /// What is wrong, and what to do.
  let message: String
  /// The exit code.
  let status: ExitStatus

  init(_ message: String, status: ExitStatus = .notJudged) {
    self.message = message
    self.status = status
  }

  init(_ error: DVCError) {
    let place = error.position.map { "\(error.file):\($0.line):\($0.column)" } ?? "\(error.file)"
    self.init(error.file.isRoot ? error.message : "\(place): \(error.message)")
  }

  init(_ error: GitError) { self.init("\(error)") }
  init(_ error: SystemError) { self.init("\(error)") }
  init(_ error: TreeError) { self.init(DVCError(error)) }
}
