import Platform

/// One thing to do on a server, in as many steps as that takes.
protocol SFTPTask {
  /// The first requests.
  mutating func begin() -> [SFTPRequest]
  /// Takes the answer to a request.
  /// - Returns: what is to be asked next. The task is over when all is answered and nothing is asked.
  mutating func take(_ answer: SFTPAnswer, to request: SFTPRequest) -> [SFTPRequest]
}

/// A connection to a server's SFTP subsystem. Requests are sent ahead of their answers, so that thousands of
/// them cost one way there and back.
final class SFTPSession {
  private let conversation: Conversation
  private let command: SSHCommand
  private var nextID: UInt32 = 0
  /// The extensions that the server offers; known when it has greeted.
  private(set) var extensions: Set<[UInt8]> = []
  /// Whether the server has answered.
  private(set) var hasGreeted = false

  /// No answer for so long means that the server is gone.
  private static let stallMilliseconds = 60_000
  /// OpenSSH's own limit is 256 KiB.
  private static let largestPacket = 1 << 20

  /// Begins to connect, and does not wait for the server.
  init(_ command: SSHCommand, _ effort: Effort) throws(StoreError) {
    self.command = command
    var child = command.command(connectSeconds: min(max(effort.left / 1000, 1), 30))
    child.deadline = Self.stallMilliseconds
    child.output = .capture(limit: 1 << 30)
    do throws(ProcessError) {
      conversation = try Conversation(child)
    } catch {
      throw .unsupported(error.description)
    }
    conversation.limit = effort.end
    var hello: [UInt8] = []
    hello.appendNumber(UInt32(5))
    hello.append(1)
    hello.appendNumber(UInt32(3))
    try send(hello)
  }

  /// Waits for the server's greeting.
  func greet(until end: Int64) throws(StoreError) {
    guard !hasGreeted else { return }
    conversation.limit = end
    try readVersion()
    hasGreeted = true
  }

  /// Does many things, `width` at once.
  /// - Parameter finished: told each task that is over, by its index.
  /// - Throws: what ends all of them: a server that is gone, or that speaks something else. What was not
  ///   finished then is not told.
  func run<Task: SFTPTask>(
    count: Int, width: Int, until end: Int64, make: (Int) -> Task, finished: (Int, Task) -> Void
  ) throws(StoreError) {
    conversation.limit = end
    var work = Work<Task>()
    while work.started < count || !work.active.isEmpty {
      if work.active.count <= width / 2 {
        while work.started < count, work.active.count < width {
          let index = work.started
          work.started += 1
          var task = make(index)
          let requests = task.begin()
          guard !requests.isEmpty else {
            finished(index, task)
            continue
          }
          work.active[index] = (task, requests.count)
          work.queue(requests, of: index, &nextID)
        }
      }
      guard !work.active.isEmpty else { continue }
      // One write for many requests; but whatever was asked must be on its way before waiting.
      if conversation.available == 0 || work.batch.count > 1 << 16 {
        try send(work.batch)
        work.batch.removeAll(keepingCapacity: true)
      }
      var id: UInt32 = 0
      let answer = try SFTPAnswer(try receive(), id: &id)
      if let (index, task) = try work.take(answer, id, &nextID) { finished(index, task) }
    }
  }

  private func readVersion() throws(StoreError) {
    var reader = PacketReader(try receive())
    guard try reader.byte() == 2, try reader.number() as UInt32 >= 3 else {
      throw .unsupported("\(command.address.shown): the server speaks another version of SFTP")
    }
    while !reader.isAtEnd {
      extensions.insert(try reader.string())
      _ = try reader.string()
    }
  }

  private func receive() throws(StoreError) -> [UInt8] {
    let length = try read(4).reduce(0) { $0 << 8 | Int($1) }
    guard (1...Self.largestPacket).contains(length) else {
      throw .corrupt(
        "\(command.address.shown): what came is not SFTP: "
          + "does the login shell of this user print something there?")
    }
    return try read(length)
  }

  private func send(_ bytes: [UInt8]) throws(StoreError) {
    do throws(ProcessError) { try conversation.send(bytes) } catch { throw failure(error) }
  }

  private func read(_ count: Int) throws(StoreError) -> [UInt8] {
    do throws(ProcessError) { return try conversation.read(count) } catch { throw failure(error) }
  }

  private func failure(_ error: ProcessError) -> StoreError {
    switch error {
    case .ended(_, let words): command.failure(words)
    case .timedOut: .unreachable("\(command.address.shown): timed out")
    case .notStarted, .tooMuchOutput, .system: .unreachable(error.description)
    }
  }
}

/// What is under way.
private struct Work<Task: SFTPTask> {
  var started = 0
  /// The tasks that are not over, and how many answers each waits for.
  var active: [Int: (task: Task, open: Int)] = [:]
  /// Requests to send.
  var batch: [UInt8] = []
  private var asked: [UInt32: (index: Int, request: SFTPRequest)] = [:]

  mutating func queue(_ requests: [SFTPRequest], of index: Int, _ nextID: inout UInt32) {
    for request in requests {
      request.append(to: &batch, id: nextID)
      asked[nextID] = (index, request)
      nextID &+= 1
    }
  }

  /// Gives an answer to its task.
  /// - Returns: the task when it is over.
  mutating func take(
    _ answer: SFTPAnswer, _ id: UInt32, _ nextID: inout UInt32
  ) throws(StoreError) -> (Int, Task)? {
    guard let (index, request) = asked.removeValue(forKey: id),
      var (task, open) = active.removeValue(forKey: index)
    else { throw .corrupt("the server answers what nobody asked") }
    let requests = task.take(answer, to: request)
    open += requests.count - 1
    guard open > 0 else { return (index, task) }
    active[index] = (task, open)
    queue(requests, of: index, &nextID)
    return nil
  }
}
