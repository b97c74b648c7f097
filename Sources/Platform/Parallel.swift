import CPlatform
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
    guard min(width, count) > 1 else { return (0..<max(count, 0)).map(body) }
    return begin(count: count, width: width, body).results()
  }

  /// Begins what ``map(count:width:_:)`` does, and returns while other threads do it. They leave it for work
  /// that is begun later, because that is waited for first.
  public static func begin<Element: Sendable>(
    count: Int, width: Int = width, _ body: @Sendable @escaping (Int) -> Element
  ) -> Pending<Element> {
    let work = Work(count: max(count, 0), body)
    crew.take(work, helpers: min(width, count) - 1)
    return Pending(work)
  }

  /// Work that was begun.
  public final class Pending<Element: Sendable> {
    private let work: Work<Element>

    fileprivate init(_ work: Work<Element>) { self.work = work }

    /// What nobody waits for is left undone.
    deinit { work.stop() }

    /// Helps with what is left, and gives the results in the order of the indices.
    public func results() -> [Element] { work.results() }
  }

  private static let crew = Crew()

  /// The threads that help. One that finds nothing to do ends.
  private final class Crew: Sendable {
    private let state = Mutex<(works: [any Divided], threads: Int)>(([], 0))

    /// Takes work, and starts threads until there are as many as it wants.
    func take(_ work: any Divided, helpers: Int) {
      guard helpers > 0 else { return }
      let missing = state.withLock { state in
        state.works.append(work)
        let missing = max(helpers - state.threads, 0)
        state.threads += missing
        return missing
      }
      // When the system has no thread left, those that are there do its share.
      for _ in 0..<missing where !start() { state.withLock { $0.threads -= 1 } }
    }

    private func start() -> Bool {
      guard_thread_beside(Self.enter, Unmanaged.passUnretained(self).toOpaque()) == 0
    }

    /// The crew lives as long as the process.
    private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
      if let raw { Unmanaged<Crew>.fromOpaque(raw).takeUnretainedValue().run() }
      return nil
    }

    private func run() {
      while let work = newest() { work.doNext() }
    }

    private func newest() -> (any Divided)? {
      state.withLock { state in
        while let work = state.works.last {
          if work.hasMore { return work }
          state.works.removeLast()
        }
        state.threads -= 1
        return nil
      }
    }
  }
}

/// Work in parts that any thread may do.
private protocol Divided: AnyObject, Sendable {
  /// Whether there is a part that nobody has begun.
  var hasMore: Bool { get }

  /// Does the next part, if there is one.
  func doNext()
}

private final class Work<Element: Sendable>: Divided {
  private let body: @Sendable (Int) -> Element
  private let parts: [Part]
  private let next = Atomic(0)

  /// The result of one part. Whoever comes first makes it, and who comes meanwhile waits.
  private final class Part: Sendable {
    private let result = Mutex<Element?>(nil)

    func get(_ make: () -> Element) -> Element {
      result.withLock { result in
        if let result { return result }
        let made = make()
        result = made
        return made
      }
    }
  }

  init(count: Int, _ body: @Sendable @escaping (Int) -> Element) {
    self.body = body
    parts = (0..<count).map { _ in Part() }
  }

  var hasMore: Bool { next.load(ordering: .relaxed) < parts.count }

  func doNext() {
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
    if index < parts.count { _ = parts[index].get { body(index) } }
  }

  func stop() { next.store(parts.count, ordering: .relaxed) }

  func results() -> [Element] {
    while hasMore { doNext() }
    return parts.indices.map { index in parts[index].get { body(index) } }
  }
}
