import Glibc

/// The system's clocks.
public enum SystemClock {
  /// Nanoseconds since some moment; never goes back. For measuring.
  public static var monotonicNanoseconds: Int64 { read(CLOCK_MONOTONIC) }

  /// Milliseconds since some moment; never goes back. For measuring and deadlines.
  public static var monotonicMilliseconds: Int64 { monotonicNanoseconds / 1_000_000 }

  /// Nanoseconds since 1970 by the wall clock, which people and daemons set.
  public static var wallNanoseconds: Int64 { read(CLOCK_REALTIME) }

  /// Waits about so long.
  public static func pause(microseconds: UInt32) { usleep(microseconds) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
