import Glibc
import Synchronization

/// An HTTP server on 127.0.0.1 that answers as a test wants it, well or badly. One thread serves all
/// connections; it ends with the value.
public final class FaultServer: Sendable {
  /// A request that came.
  public struct Seen: Sendable {
    /// The method.
    public let method: String
    /// What stands between the method and the version.
    public let target: String
    /// The headers in order; their names in lower case.
    public let headers: [(name: String, value: String)]
    /// The body, as far as `Content-Length` says.
    public let body: [UInt8]

    /// The first header of a name in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  }

  /// What is done about a request.
  public struct Reply: Sendable {
    /// What happens to the connection behind the bytes.
    public enum Ending: Sendable { case keep, close, reset, hang }

    /// What is sent.
    public var bytes: [UInt8]
    /// The milliseconds before the first byte, and between two bytes when there are some.
    public var delay = 0
    /// The milliseconds between two bytes; all of them at once when it is zero.
    public var pace = 0
    /// What happens then.
    public var ending: Ending

    /// Bytes as they are.
    public init(_ text: String, _ ending: Ending = .close) {
      bytes = Array(text.utf8)
      self.ending = ending
    }

    /// An answer as it should be.
    public static func status(_ code: Int, _ headers: [String] = [], _ body: String = "") -> Reply {
      var head = "HTTP/1.1 \(code) X\r\n" + headers.map { $0 + "\r\n" }.joined()
      if !headers.contains(where: { $0.hasPrefix("Content-Length:") }) {
        head += "Content-Length: \(body.utf8.count)\r\n"
      }
      return Reply(head + "\r\n" + body, .keep)
    }

    /// No answer, and the connection stays open.
    public static let hang = Reply("", .hang)
    /// No answer: the connection is reset.
    public static let reset = Reply("", .reset)
  }

  private struct State {
    var seen: [Seen] = []
    var connections = 0
    var isOver = false
  }

  /// The port it listens on.
  public let port: UInt16
  private let state = Mutex(State())

  /// Starts a server.
  /// - Parameter answer: what to do about a request, told also how many came before it.
  public init(_ answer: @escaping @Sendable (Seen, Int) -> Reply) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard listener >= 0, code else { throw Failure(code: errno) }
    port = UInt16(bigEndian: address.sin_port)
    let work = Box { [weak self] in
      var loop = Loop(listener: listener, answer: answer)
      while let self, !self.state.withLock({ $0.isOver }) { loop.turn { self.note($0) } }
      loop.close()
    }
    var thread = pthread_t()
    let started = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
        return nil
      }, Unmanaged.passRetained(work).toOpaque())
    guard started == 0 else { throw Failure(code: started) }
    pthread_detach(thread)
  }

  deinit { state.withLock { $0.isOver = true } }

  /// Where it is, without a slash at the end.
  public var url: String { "http://127.0.0.1:\(port)" }
  /// The requests that came, in order.
  public var seen: [Seen] { state.withLock { $0.seen } }
  /// How many connections were made.
  public var connections: Int { state.withLock { $0.connections } }

  /// A port of 127.0.0.1 on which nobody listens.
  public static func deadPort() throws -> UInt16 {
    // Taken and given back: the system does not give it to the next who asks.
    try FaultServer { _, _ in .reset }.port
  }

  private func note(_ event: Loop.Event) -> Int {
    state.withLock { state in
      switch event {
      case .connection: state.connections += 1
      case .request(let request): state.seen.append(request)
      }
      return state.seen.count - 1
    }
  }

  private struct Failure: Error { let code: Int32 }

  private final class Box: @unchecked Sendable {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }
}

/// All connections, served in turns by one thread.
private struct Loop {
  enum Event { case connection, request(FaultServer.Seen) }
  struct Connection {
    var input: [UInt8] = []
    var output: [UInt8] = []
    var pace = 0
    var due: Int64 = 0
    var ending: FaultServer.Reply.Ending?
  }

  let listener: Int32
  let answer: @Sendable (FaultServer.Seen, Int) -> FaultServer.Reply
  var connections: [Int32: Connection] = [:]

  /// Waits a moment for something to happen, and does what there is to do.
  mutating func turn(_ note: (Event) -> Int) {
    var waiting = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    waiting += connections.filter { $0.value.ending == nil }.map {
      pollfd(fd: $0.key, events: Int16(POLLIN), revents: 0)
    }
    let isBusy = connections.contains { !$0.value.output.isEmpty || $0.value.ending != nil }
    _ = poll(&waiting, nfds_t(waiting.count), isBusy ? 1 : 20)
    for one in waiting where one.revents != 0 {
      if one.fd == listener {
        let accepted = accept(listener, nil, nil)
        guard accepted >= 0 else { continue }
        connections[accepted] = Connection()
        _ = note(.connection)
      } else {
        take(from: one.fd, note)
      }
    }
    for descriptor in Array(connections.keys) { give(to: descriptor) }
  }

  func close() {
    for descriptor in connections.keys { _ = Glibc.close(descriptor) }
    _ = Glibc.close(listener)
  }

  private mutating func take(from descriptor: Int32, _ note: (Event) -> Int) {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT))
    guard count > 0 else {
      connections[descriptor] = nil
      _ = Glibc.close(descriptor)
      return
    }
    guard var input = connections[descriptor]?.input else { return }
    input += piece[..<count]
    connections[descriptor]?.input = input
    guard let (request, used) = FaultServer.Seen.read(input) else {
      if input.starts(with: "\u{16}".utf8) { connections[descriptor]?.ending = .close }
      // Who asks first whether to send gets the word to do so.
      if input.suffix(4).elementsEqual("\r\n\r\n".utf8), input.contains(subsequence: "100-continue") {
        _ = send(descriptor, "HTTP/1.1 100 Continue\r\n\r\n", 25, Int32(MSG_NOSIGNAL))
      }
      return
    }
    let reply = answer(request, note(.request(request)))
    connections[descriptor]?.input.removeFirst(used)
    connections[descriptor]?.output = reply.bytes
    connections[descriptor]?.pace = reply.pace
    let due = now() + Int64(reply.delay)
    connections[descriptor]?.due = due
    connections[descriptor]?.ending = reply.ending
  }

  private mutating func give(to descriptor: Int32) {
    guard let connection = connections[descriptor], connection.due <= now() else { return }
    let after = advanced(connection, descriptor)
    connections[descriptor] = after
  }

  /// A connection after its turn; `nil` when it is over.
  private func advanced(_ before: Connection, _ descriptor: Int32) -> Connection? {
    var connection = before
    guard let ending = connection.ending else { return connection }
    if !connection.output.isEmpty {
      let size = connection.pace > 0 ? 1 : connection.output.count
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
      let count = send(descriptor, connection.output, size, flags)
      if count > 0 { connection.output.removeFirst(count) }
      connection.due = now() + Int64(connection.pace)
      if count < 0 && errno != EAGAIN { connection.output = [] }
      if !connection.output.isEmpty { return connection }
    }
    switch ending {
    case .keep: connection.ending = nil
    case .hang: connection.due = .max
    case .close, .reset:
      if ending == .reset {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
      }
      _ = Glibc.close(descriptor)
      return nil
    }
    return connection
  }

  private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

extension FaultServer.Seen {
  /// The first whole request of what came, and its bytes; `nil` when there is none yet.
  fileprivate static func read(_ input: [UInt8]) -> (FaultServer.Seen, Int)? {
    guard let end = input.firstIndex(ofSubsequence: "\r\n\r\n") else { return nil }
    let lines = String(decoding: input[..<end], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3 else { return nil }
    let headers = lines.dropFirst().map { line -> (name: String, value: String) in
      let name = line.prefix { $0 != ":" }
      return (name.lowercased(), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
    }
    let size = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    guard input.count - end - 4 >= size else { return nil }
    let body = Array(input[(end + 4)..<(end + 4 + size)])
    let seen = FaultServer.Seen(
      method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    return (seen, end + 4 + size)
  }
}

extension [UInt8] {
  fileprivate func firstIndex(ofSubsequence text: String) -> Int? {
    let wanted = Array(text.utf8)
    guard count >= wanted.count else { return nil }
    return (0...(count - wanted.count)).first { self[$0...].starts(with: wanted) }
  }

  fileprivate func contains(subsequence text: String) -> Bool { firstIndex(ofSubsequence: text) != nil }
}
