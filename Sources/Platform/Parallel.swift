import Glibc
import Synchronization

/// Work spread over threads, for what waits on disks and hashes: no `async` and no run loop needed.
public enum Parallel {
  /// How many threads pay: the cores, but at least two, since one often waits for the disk.
  public static let width = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 2), 16)

  /// The results of `body` for 0, 1, … `count` - 1, in that order. Returns when all are there.
  /// - Parameter width: the most threads at work, the calling one included.
  public static func map<Element: Sendable>(
    count: Int, width: Int = width, _ body: @Sendable @escaping (Int) -> Element
  ) -> [Element] {
    let width = min(width, count)
    guard width > 1 else { return (0..<max(count, 0)).map(body) }
    let work = Work(count: count, body)
    var threads: [pthread_t] = []
    for _ in 1..<width {
      if let thread = start(work.run) { threads.append(thread) }
    }
    work.run()
    for thread in threads { pthread_join(thread, nil) }
    return work.results()
  }

  /// Starts a thread; `nil` when the system has none left, and the others do its share.
  private static func start(_ body: @Sendable @escaping () -> Void) -> pthread_t? {
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

  /// What the threads share: the next index, and the results by index.
  private final class Work<Element: Sendable>: Sendable {
    private let count: Int
    private let body: @Sendable (Int) -> Element
    private let next = Atomic(0)
    private let done = Mutex<[(Int, Element)]>([])

    init(count: Int, _ body: @Sendable @escaping (Int) -> Element) {
      self.count = count
      self.body = body
    }

    func run() {
      var mine: [(Int, Element)] = []
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { break }
        mine.append((index, body(index)))
      }
      done.withLock { $0 += mine }
    }

    func results() -> [Element] {
      done.withLock { $0.sorted { $0.0 < $1.0 }.map(\.1) }
    }
  }
}
