import Platform

/// How much may be done at once, and for how long.
public struct Effort: Sendable {
  /// The most requests at the same time.
  public var jobs: Int
  /// When to give up, in milliseconds of the monotonic clock: what is not answered then is
  /// ``StoreError/unreachable(_:)``.
  public var end: Int64
  /// Told how many bytes have been sent since the last time.
  public var sent: @Sendable (Int) -> Void

  /// An effort of at most `seconds` from now.
  public init(jobs: Int, seconds: Int, sent: @escaping @Sendable (Int) -> Void = { _ in }) {
    self.jobs = jobs
    end = SystemClock.monotonicMilliseconds + Int64(seconds) * 1000
    self.sent = sent
  }

  /// The milliseconds that are left; zero when there is no time left.
  public var left: Int { Int(max(0, end - SystemClock.monotonicMilliseconds)) }
}
