import Glibc

/// A lock that one process of this machine holds, and that is gone with it, however it ends (flock(2)).
public struct FileLock: ~Copyable {
  private let file: Descriptor

  /// Takes the lock of a file, which is made when it is not there.
  /// - Parameter end: how long to wait for a process that has it, in milliseconds of the monotonic clock.
  /// - Returns: `nil` when another process has it.
  public static func take(_ path: [UInt8], until end: Int64 = 0) throws(SystemError) -> FileLock? {
    let file = try Descriptor(opening: path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o666)
    while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { throw SystemError(errno, "flock", path) }
      guard SystemClock.monotonicMilliseconds < end else { return nil }
      SystemClock.pause(microseconds: 50_000)
    }
    return FileLock(file: file)
  }
}
