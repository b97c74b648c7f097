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

  /// Fourteen digits of the local clock at a moment: `20261231235959`.
  /// - Parameter seconds: since 1970.
  /// - Returns: `nil` for a moment outside of the years 1 to 9999.
  public static func localDigits(at seconds: Int64) -> String? {
    var (moment, parts) = (time_t(seconds), tm())
    guard localtime_r(&moment, &parts) != nil, (-1899...8099).contains(parts.tm_year) else { return nil }
    let numbers = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    return digits(parts.tm_year + 1900, 4) + numbers.map { digits($0, 2) }.joined()
  }

  private static func digits(_ number: Int32, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
