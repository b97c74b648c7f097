import DVC
import Git
import Platform
import Policy
import Reports
import Trees

/// Why a command could not do its work: one line or a few for standard error, and the exit code.
struct Failure: Error {
  /// What is wrong, and what to do in lines of their own; empty when there is nothing to say.
  let message: String
  /// The command that mends it, to be pasted.
  let fix: String?
  /// What to do in words: where no command mends it, or in place of the command.
  let advice: String?
  /// The exit code.
  let status: ExitStatus
  private let what: String

  init(_ what: String, fix: String? = nil, advice: String? = nil, status: ExitStatus = .notJudged) {
    let mends = MendLines(fix: fix, advice: advice).lines.map { "\n    \($0)" }
    message = what + mends.joined()
    self.what = what
    self.fix = fix
    self.advice = advice
    self.status = status
  }

  /// The whole message in one line.
  var line: String {
    let lines = what.split(separator: "\n").map { String($0.drop { $0 == " " }) }
    return (lines + MendLines(fix: fix, advice: advice).words).joined(separator: "; ")
  }

  init(_ error: DVCError) {
    let place = error.position.map { "\(error.file):\($0.line):\($0.column)" } ?? "\(error.file)"
    self.init(error.file.isRoot ? error.message : "\(place): \(error.message)")
  }

  init(_ error: GitError) { self.init("\(error)") }
  /// Only a standard stream can lose its reader here, and then there is nothing to say to anybody.
  init(_ error: SystemError) {
    self.init(error.isBrokenPipe ? "" : "\(error)", status: error.isBrokenPipe ? .readerGone : .notJudged)
  }

  /// A merge that is not finished.
  /// - Parameter wayToRoot: from the person's directory to the root of the work tree, empty at the root.
  init(conflicts paths: [RepositoryPath], wayToRoot: String) {
    let add = ShellCommand(
      wayToRoot.isEmpty ? "git add" : "git -C \(wayToRoot) add",
      Array(paths.prefix(GitError.namedConflicts)))
    let rest = paths.count > GitError.namedConflicts ? "; git status lists all" : ""
    self.init(
      "\(GitError.conflicts(paths))", advice: "resolve each (git rm what is to go\(rest)), then: \(add)")
  }

  init(_ error: TreeError) { self.init(DVCError(error)) }
}

/// Runs a question to Git and turns its error into what a person is told.
func asking<Answer>(_ body: () throws(GitError) -> Answer) throws(Failure) -> Answer {
  do { return try body() } catch { throw Failure(error) }
}
