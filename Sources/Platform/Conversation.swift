import Glibc

/// A child process that answers requests until it is told that there are no more, such as
/// `git cat-file --batch`. The last 64 KiB of its standard error are kept for
/// ``ProcessError/ended(executable:error:)``.
///
/// Requests may be sent ahead of reading their answers, however many: answers are taken into memory while
/// a request waits for room in the pipe, so that the two never wait for each other.
public final class Conversation {
  /// When the conversation must be over, in milliseconds of the monotonic clock; `nil` when only each answer
  /// has its time.
  public var limit: Int64?

  private let command: Command
  private var child: Child
  private var answers: [UInt8] = []
  private var position = 0
  private var complaints: [UInt8] = []

  /// Starts a command; its `input`, `output` and `error` are pipes whatever it says, and the limit of a
  /// captured `output` bounds what is read ahead. Its `deadline` is how long each answer may take.
  public init(_ command: Command) throws(ProcessError) {
    var command = command
    if case .capture = command.output {} else { command.output = .capture(limit: 1 << 30) }
    command.error = .capture(limit: 1 << 16)
    self.command = command
    child = try Child(command, hasInputPipe: true)
  }

  deinit {
    Child.shut(&child.input)
    child.end()
  }

  /// Sends a request.
  /// - Throws: `ended` when the child no longer reads.
  public func send(_ request: [UInt8]) throws(ProcessError) {
    var written = 0
    let end = self.end
    while written < request.count {
      let descriptor = child.input
      let count = uninterrupted {
        request.withUnsafeBytes {
          write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
        }
      }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        _ = try exchange(POLLOUT, until: end)
      } else {
        throw ended()
      }
    }
  }

  /// Reads exactly `count` bytes.
  public func read(_ count: Int) throws(ProcessError) -> [UInt8] {
    let end = self.end
    while answers.count - position < count { try readMore(until: end) }
    defer { advance(count) }
    return Array(answers[position..<position + count])
  }

  /// Reads up to the next line feed, which is taken and not returned.
  public func readLine() throws(ProcessError) -> [UInt8] {
    let end = self.end
    var searched = 0
    while true {
      if let found = answers[(position + searched)...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { advance(found + 1 - position) }
        return Array(answers[position..<found])
      }
      searched = answers.count - position
      try readMore(until: end)
    }
  }

  /// Says that there are no more requests and waits for the end.
  public func finish() throws(ProcessError) -> Outcome.Ending {
    Child.shut(&child.input)
    let end = self.end
    while child.output >= 0 {
      if try exchange(POLLIN, until: end) { Child.shut(&child.output) }
    }
    return try child.reap()
  }

  /// How many bytes of answers are here already: so many can be read without waiting.
  public var available: Int { answers.count - position }

  private var end: Int64? {
    guard let deadline = command.deadline else { return limit }
    return min(SystemClock.monotonicMilliseconds + Int64(deadline), limit ?? .max)
  }

  private func advance(_ count: Int) {
    position += count
    // Taken bytes are dropped once they are the larger part: each byte is moved at most once.
    if position == answers.count || position > max(1 << 16, answers.count / 2) {
      answers.removeFirst(position)
      position = 0
    }
  }

  /// Takes more of what the child has written. Its last words and its end may come at once.
  private func readMore(until end: Int64?) throws(ProcessError) {
    let known = answers.count
    if try exchange(POLLIN, until: end), answers.count == known { throw ended() }
  }

  /// Waits until the child can be written to (`POLLOUT`) or has written, and takes what it has written.
  /// - Returns: whether the child's output has ended.
  private func exchange(_ wanted: Int32, until end: Int64?) throws(ProcessError) -> Bool {
    var watched = [
      pollfd(fd: wanted == POLLOUT ? child.input : -1, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: child.error, events: Int16(POLLIN), revents: 0),
    ]
    let left = end.map { $0 - SystemClock.monotonicMilliseconds } ?? 60_000
    guard left > 0 else {
      throw .timedOut(executable: command.executable, milliseconds: command.deadline ?? 0)
    }
    guard poll(&watched, nfds_t(watched.count), Int32(clamping: left)) >= 0 || errno == EINTR else {
      throw .system(SystemError(errno, "poll"))
    }
    try takeComplaints()
    guard case .capture(let limit) = command.output, child.output >= 0 else { return true }
    return try readAvailable(child.output, into: &answers, limit: limit, command.executable)
  }

  private func takeComplaints() throws(ProcessError) {
    guard child.error >= 0 else { return }
    if try readAvailable(child.error, into: &complaints, limit: Int.max, command.executable) {
      Child.shut(&child.error)
    }
    if complaints.count > 1 << 16 { complaints.removeFirst(complaints.count - 1 << 16) }
  }

  private func ended() -> ProcessError {
    do throws(ProcessError) { try takeComplaints() } catch { return error }
    return .ended(executable: command.executable, error: complaints)
  }
}
