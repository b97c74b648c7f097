import Glibc

/// A lock that one process of this machine holds, and that is gone with it, however it ends (flock(2)).
public struct FileLock: ~Copyable {
  private let file: Descriptor

  /// Takes the lock of a file, which is made when it is not there.
  /// - Returns: `nil` when another process has it.
  public static func take(_ path: [UInt8]) throws(SystemError) -> FileLock? {
    let file = try Descriptor(opening: path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o666)
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { return nil }
      throw SystemError(errno, "flock", path)
    }
    return FileLock(file: file)
  }
}
