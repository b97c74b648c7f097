extension Command {
  /// Starts the command and goes on: it is in a session of its own, reads nothing, and what it writes goes nowhere, so
  /// that nobody who waits for this process's streams waits for it.
  public func startDetached() throws(ProcessError) {
    var command = self
    command.input = .null
    command.output = .null
    command.error = .null
    command.deadline = nil
    do throws(SystemError) { try Child.spawn(command, Pipes(), isDetached: true) } catch {
      throw .notStarted(error)
    }
  }
}
