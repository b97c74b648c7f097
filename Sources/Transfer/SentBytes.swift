import Synchronization

/// Bytes that were sent since somebody looked; several threads may send.
final class SentBytes: Sendable {
  private let count = Atomic(0)

  func add(_ bytes: Int) { count.add(bytes, ordering: .relaxed) }

  func take() -> Int { count.exchange(0, ordering: .relaxed) }
}
