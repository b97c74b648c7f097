import Synchronization

/// How far an upload is; several threads may say so.
final class Gauge: Sendable {
  private let progress = Mutex(Uploader.Progress())
  private let report: @Sendable (Uploader.Progress) -> Void

  /// - Parameter report: told each change, on the thread that makes it.
  init(_ report: @escaping @Sendable (Uploader.Progress) -> Void) { self.report = report }

  /// Changes it.
  func change(_ body: (inout Uploader.Progress) -> Void) {
    report(
      progress.withLock { progress in
        body(&progress)
        return progress
      })
  }

  /// Takes note of bytes that were sent; less than zero takes back what came to nothing.
  func add(_ bytes: Int) { change { $0.sent += bytes } }
}
