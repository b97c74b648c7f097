import CPlatform
import Glibc
import Synchronization

extension Parallel {
  /// Work that may never end, such as a look at a network folder whose server is gone: a thread inside such a
  /// system call cannot be called back. So it is left where it is and not waited for longer than until `end`.
  ///
  /// - Parameters:
  ///   - width: the most threads at work. The calling one only waits.
  ///   - end: when to give up, in milliseconds of the monotonic clock.
  ///   - finished: told each result, in no order, on the calling thread. What did not finish is not told.
  public static func each<Element: Sendable>(
    count: Int, width: Int = width, until end: Int64, _ body: @Sendable @escaping (Int) -> Element,
    finished: (Int, Element) -> Void
  ) {
    guard count > 0 else { return }
    let work: UnboundWork<Element>
    do throws(SystemError) {
      work = try UnboundWork(count: count, body)
    } catch {
      return (0..<count).forEach { finished($0, body($0)) }
    }
    var threads = 0
    for _ in 0..<min(max(width, 1), count) {
      if let thread = start(work.run) {
        pthread_detach(thread)
        threads += 1
      }
    }
    if threads == 0 { work.run() }
    var told = 0
    while true {
      for (index, element) in work.takeResults() {
        finished(index, element)
        told += 1
      }
      guard told < count, work.wait(until: end) else { break }
    }
    work.abandon()
  }

  /// The results of `body` for 0, 1, … `count` - 1, in that order; `nil` for what did not finish until `end`.
  /// See ``each(count:width:until:_:finished:)``.
  public static func map<Element: Sendable>(
    count: Int, width: Int = width, until end: Int64, _ body: @Sendable @escaping (Int) -> Element
  ) -> [Element?] {
    var results = [Element?](repeating: nil, count: max(count, 0))
    each(count: count, width: width, until: end, body) { results[$0] = $1 }
    return results
  }
}

/// What the threads share, for as long as one of them lives: the next index, and the results nobody took yet.
private final class UnboundWork<Element: Sendable>: Sendable {
  private let count: Int
  private let body: @Sendable (Int) -> Element
  private let next = Atomic(0)
  private let done = Mutex<[(Int, Element)]>([])
  /// A pipe, one byte in it when there are results: it can be waited for with a limit of time.
  private let bell: Descriptor
  private let rope: Descriptor

  init(count: Int, _ body: @Sendable @escaping (Int) -> Element) throws(SystemError) {
    var raw: [Int32] = [-1, -1]
    guard guard_pipe_cloexec(&raw) == 0 else { throw SystemError(errno, "pipe2") }
    bell = Descriptor(owning: raw[0])
    rope = Descriptor(owning: raw[1])
    self.count = count
    self.body = body
  }

  func run() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let element = body(index)
      let isFirst = done.withLock { done in
        done.append((index, element))
        return done.count == 1
      }
      if isFirst { ring() }
    }
  }

  func takeResults() -> [(Int, Element)] {
    done.withLock { done in
      defer { done = [] }
      return done
    }
  }

  /// Waits for results.
  /// - Returns: whether there may be some; `false` when the time is over.
  func wait(until end: Int64) -> Bool {
    let left = end - SystemClock.monotonicMilliseconds
    guard left > 0 else { return false }
    var watched = pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0)
    if poll(&watched, 1, Int32(clamping: left)) > 0 {
      var byte: UInt8 = 0
      _ = read(bell.number, &byte, 1)
    }
    return true
  }

  /// Hands out no more work.
  func abandon() { next.store(count, ordering: .relaxed) }

  /// At most one byte is in the pipe for each time that the results were taken: this never waits.
  private func ring() {
    var byte: UInt8 = 1
    _ = write(rope.number, &byte, 1)
  }
}

extension Parallel {
  /// Starts a thread; `nil` when the system has none left, and the others do its share.
  fileprivate static func start(_ body: @Sendable @escaping () -> Void) -> pthread_t? {
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, Box.enter, box.toOpaque())
    guard code == 0 else {
      box.release()
      return nil
    }
    return thread
  }

  /// Carries a closure through C.
  private final class Box: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @Sendable @escaping () -> Void) { self.body = body }

    static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
      if let raw { Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body() }
      return nil
    }
  }
}
