import Platform

/// The `git` command, run so that it changes nothing, asks nothing and stays off the network.
final class GitCommand {
  let environment: ProcessEnvironment
  let directory: [UInt8]
  private let executable: [UInt8]

  /// - Parameter purpose: what it is needed for, told when there is no `git`.
  init(environment: ProcessEnvironment, directory: [UInt8], purpose: String) throws(GitError) {
    guard let executable = environment.executable(named: "git") else {
      throw .noGitCommand(neededFor: purpose)
    }
    var environment = environment
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["GIT_NO_LAZY_FETCH"] = "1"
    // Before Git 2.44 a partial clone fetches what it lacks all the same: allow no transport at all.
    environment["GIT_ALLOW_PROTOCOL"] = "none"
    environment["LC_ALL"] = "C"
    self.environment = environment
    self.executable = executable
    self.directory = directory
  }

  /// Runs a command.
  /// - Returns: its output; `nil` when it ends with exit code 1 and says nothing, which plumbing does for "no".
  func answer(_ arguments: [String], input: [UInt8] = []) throws(GitError) -> [UInt8]? {
    var command = Command(executable, arguments, environment: environment, directory: directory)
    if !input.isEmpty { command.input = .bytes(input) }
    let outcome: Outcome
    do {
      outcome = try command.run()
    } catch {
      throw .command(arguments.first ?? "", why: error.description)
    }
    if outcome.succeeded { return outcome.output }
    if outcome.ending == .exited(1), outcome.error.isEmpty { return nil }
    throw .command(arguments.first ?? "", why: Self.words(outcome.error))
  }

  /// Runs a command that must succeed.
  func output(of arguments: [String], input: [UInt8] = []) throws(GitError) -> [UInt8] {
    guard let output = try answer(arguments, input: input) else {
      throw .command(arguments.first ?? "", why: "it ended with exit code 1")
    }
    return output
  }

  /// Runs a command that prints one line.
  func line(of arguments: [String]) throws(GitError) -> [UInt8] {
    var output = try output(of: arguments)
    if output.last == 0x0A { output.removeLast() }
    return output
  }

  /// Starts a command that answers requests.
  func conversation(_ arguments: [String]) throws(GitError) -> Conversation {
    do {
      return try Conversation(
        Command(executable, arguments, environment: environment, directory: directory))
    } catch {
      throw .command(arguments.first ?? "", why: error.description)
    }
  }

  /// What Git wrote to its standard error, without the line feed at its end.
  static func words(_ error: [UInt8]) -> String {
    String(decoding: error.reversed().drop { $0 == 0x0A }.reversed(), as: UTF8.self)
  }
}
