import CPlatform
import Glibc

extension Command {
  /// Runs the command and waits for its end. A grandchild that keeps a pipe open is not waited for.
  public func run() throws(ProcessError) -> Outcome {
    var pending: ArraySlice<UInt8> = []
    if case .bytes(let bytes) = input { pending = bytes[...] }
    if takesTerminations { guard_note_terminations() }
    var child = try Child(self, hasInputPipe: !pending.isEmpty)
    var (output, error): ([UInt8], [UInt8]) = ([], [])
    do throws(ProcessError) {
      let end = deadline.map { SystemClock.monotonicMilliseconds + Int64($0) }
      var hasEnded = false
      while !hasEnded {
        hasEnded = try wait(for: &child, until: end)
        feed(&child.input, &pending)
        try drain(&child.output, into: &output, self.output)
        try drain(&child.error, into: &error, self.error)
      }
    } catch {
      child.end()
      throw error
    }
    return Outcome(ending: try child.reap(), output: output, error: error)
  }

  /// Waits until a pipe can be used or the child has ended.
  /// - Returns: whether the child has ended.
  private func wait(for child: inout Child, until end: Int64?) throws(ProcessError) -> Bool {
    var watched = [
      pollfd(fd: child.input, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: child.error, events: Int16(POLLIN), revents: 0),
      pollfd(fd: child.ending, events: Int16(POLLIN), revents: 0),
    ]
    // A signal may come between the look for one and the wait.
    var patience: Int64 = child.ending < 0 ? 20 : takesTerminations ? 200 : 60_000
    if let end {
      let left = end - SystemClock.monotonicMilliseconds
      guard left > 0 else { throw .timedOut(executable: executable, milliseconds: deadline ?? 0) }
      patience = min(patience, left)
    }
    guard poll(&watched, nfds_t(watched.count), Int32(patience)) >= 0 || errno == EINTR else {
      throw .system(SystemError(errno, "poll"))
    }
    if takesTerminations {
      let number = guard_take_termination()
      if number != 0 { child.signal(number) }
    }
    return child.hasEnded()
  }

  /// Writes what the child takes without waiting; closes the pipe after the last byte or when nobody reads.
  private func feed(_ descriptor: inout Int32, _ pending: inout ArraySlice<UInt8>) {
    guard descriptor >= 0 else { return }
    let number = descriptor
    while !pending.isEmpty {
      let count = uninterrupted { pending.withUnsafeBytes { write(number, $0.baseAddress, $0.count) } }
      if count < 0, errno == EAGAIN { return }
      if count < 0 { break }
      pending = pending.dropFirst(count)
    }
    Child.shut(&descriptor)
  }

  /// Reads what is there without waiting; closes the pipe at its end.
  private func drain(
    _ descriptor: inout Int32, into bytes: inout [UInt8], _ output: Output
  ) throws(ProcessError) {
    guard descriptor >= 0, case .capture(let limit) = output else { return }
    if try readAvailable(descriptor, into: &bytes, limit: limit, executable) { Child.shut(&descriptor) }
  }
}

/// Reads what a pipe that does not block holds.
/// - Returns: whether its end was reached.
func readAvailable(
  _ descriptor: Int32, into bytes: inout [UInt8], limit: Int, _ executable: [UInt8]
) throws(ProcessError) -> Bool {
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = uninterrupted { buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) } }
    if count < 0, errno == EAGAIN { return false }
    guard count >= 0 else { throw .system(SystemError(errno, "read")) }
    if count == 0 { return true }
    guard count <= limit - bytes.count else { throw .tooMuchOutput(executable: executable, limit: limit) }
    bytes += buffer[..<count]
  }
}

extension Child {
  /// Ends the child: politely, and two seconds later for certain.
  mutating func end() {
    guard !isReaped else { return }
    signal(SIGTERM)
    let limit = SystemClock.monotonicMilliseconds + 2000
    while !hasEnded(), SystemClock.monotonicMilliseconds < limit {
      var watched = pollfd(fd: ending, events: Int16(POLLIN), revents: 0)
      _ = poll(&watched, 1, ending >= 0 ? 100 : 10)
    }
    // What is left of its group goes as well, even when the child itself has ended.
    signal(SIGKILL)
    do throws(ProcessError) { _ = try reap() } catch { return }
  }
}
