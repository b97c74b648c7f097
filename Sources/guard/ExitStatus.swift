import ArgumentParser
import Platform
import Reports

/// What the exit code says: the one place where codes are chosen.
enum ExitStatus: Int32 {
  /// Nothing that the policy forbids; warnings may have been printed.
  case pass = 0
  /// The policy is violated; for `guard status -q`, something changed.
  case violated = 1
  /// Nothing could be judged, or the work could not be done.
  case notJudged = 2
  /// The command line is wrong (`EX_USAGE`).
  case usage = 64
  /// Ctrl-C while another program asked for something: guard cleans up and ends by the signal, as it does by itself at
  /// any other time. A shell shows that as 130.
  case interrupted = 130
  /// Nobody reads the answer any more, as in `guard rules | head -n 1`: guard ends as other programs do, by
  /// SIGPIPE, which a shell shows as 141.
  case readerGone = 141

  /// Ends a command with what its work gives: a failure is told on standard error and becomes the exit code.
  static func ending(_ work: () throws(Failure) -> ExitStatus) throws {
    Signals.ignoreBrokenPipes()
    let status: ExitStatus
    do throws(Failure) { status = try work() } catch {
      if !error.message.isEmpty {
        // Nobody is left to tell when standard error itself is gone.
        try? StandardStream.error.write("guard: error: \(RecordWords.shownLines(error.message))\n")
      }
      status = error.status
    }
    switch status {
    case .pass: return
    case .readerGone: Signals.endByBrokenPipe()
    case .interrupted: Signals.endByInterrupt()
    case .violated, .notJudged, .usage: throw ExitCode(status.rawValue)
    }
  }
}
