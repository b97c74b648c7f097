import ArgumentParser

/// What the exit code says: the one place where codes are chosen.
enum ExitStatus: Int32 {
  /// Nothing that the policy forbids; warnings may have been printed.
  case pass = 0
  /// The policy is violated; for `guard status -q`, something changed.
  case violated = 1
  /// Nothing could be judged.
  case notJudged = 2
  /// The command line is wrong (`EX_USAGE`). Ctrl-C needs no code: the signal ends guard, which a shell shows
  /// as 130.
  case usage = 64

  /// What a command throws to end with this code, when its output says all there is to say.
  var exit: ExitCode { ExitCode(rawValue) }
}
