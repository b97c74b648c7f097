import Platform

/// `bearer_token_command`: a command of this machine that prints a token. It is cut into words and run without a
/// shell, as dvc-webdav 3.0 does.
///
/// DVC runs it wherever it is configured. guard runs it only when this machine's configuration says so: it judges
/// repositories that come from elsewhere, and `.dvc/config` comes with them.
struct TokenCommand {
  private let words: [String]
  private let environment: ProcessEnvironment
  private let seconds: Int

  /// The command of a remote; `nil` when it has none.
  init?(_ remote: RemoteDescription, _ environment: ProcessEnvironment, seconds: Int) throws(StoreError) {
    guard let line = remote.text("bearer_token_command") else { return nil }
    guard remote.isOwn("bearer_token_command") else {
      throw .unsupported(
        "bearer_token_command stands in a file that is committed, and guard runs no command from there: "
          + "move it with 'dvc remote modify --local' or '--global'")
    }
    guard let words = ShellWords.split(line), !words.isEmpty else {
      throw .unsupported("bearer_token_command is no command")
    }
    self.words = words
    self.environment = environment
    self.seconds = seconds
  }

  /// The token that it prints.
  /// - Parameter end: when to give up, in milliseconds of the monotonic clock.
  func token(until end: Int64) throws(StoreError) -> String {
    guard let name = words.first, let executable = environment.executable(named: name) else {
      throw .unsupported("there is no program for bearer_token_command")
    }
    var command = Command(executable, Array(words.dropFirst()), environment: environment)
    command.output = .capture(limit: 1 << 16)
    command.deadline = Int(max(1, min(Int64(seconds) * 1000, end - SystemClock.monotonicMilliseconds)))
    let outcome: Outcome
    do throws(ProcessError) {
      outcome = try command.run()
    } catch {
      throw .unsupported("bearer_token_command: \(error)")
    }
    guard outcome.succeeded else { throw .unauthorised("bearer_token_command failed") }
    let token = outcome.output.drop { $0 <= 0x20 }
    let end = token.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? token.startIndex
    guard end > token.startIndex else { throw .unauthorised("bearer_token_command printed nothing") }
    return String(decoding: token[..<end], as: UTF8.self)
  }
}
