import CPlatform
import Glibc

/// An open file descriptor, closed when its owner goes.
public struct Descriptor: ~Copyable, Sendable {
  /// The number that system calls want.
  public let number: Int32

  /// Takes the ownership of an open descriptor.
  public init(owning number: Int32) { self.number = number }

  deinit { _ = close(number) }

  /// Opens a path with the flags of open(2); `O_CLOEXEC` and `O_NOCTTY` are always added.
  public init(opening path: [UInt8], flags: Int32, mode: mode_t = 0) throws(SystemError) {
    number = try system("open", path) { open($0, flags | O_CLOEXEC | O_NOCTTY, mode) }
  }

  /// Opens a regular file for reading, symbolic links followed. Anything else is refused without being
  /// opened: opening a FIFO waits for a writer or breaks one, opening a device can do anything.
  /// - Throws: `EISDIR` for a directory, `EINVAL` for what is neither.
  public static func reading(_ path: [UInt8]) throws(SystemError) -> Descriptor {
    try FileSystem.status(of: path).requireRegularFile(path)
    // What stands there may have changed since: a FIFO must not block, and it is looked at again.
    let file = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK)
    try file.status(path).requireRegularFile(path)
    return file
  }

  /// What the descriptor is open on.
  /// - Parameter path: what an error names.
  public func status(_ path: [UInt8] = []) throws(SystemError) -> FileStatus {
    var raw = stat()
    guard fstat(number, &raw) == 0 else { throw SystemError(errno, "fstat", path) }
    return FileStatus(raw)
  }

  /// What stands at many names in this directory, in the order of the names; one buffer serves them all.
  /// - Parameter follow: whether a symbolic link is followed.
  public func statuses(
    of names: some Collection<ArraySlice<UInt8>>, follow: Bool
  ) -> [Result<FileStatus, SystemError>] {
    var text: [CChar] = []
    var raw = stat()
    return names.map { name in
      if name.contains(0) { return .failure(SystemError(EINVAL, "fstatat", Array(name))) }
      text.removeAll(keepingCapacity: true)
      for byte in name { text.append(CChar(bitPattern: byte)) }
      text.append(0)
      let code = uninterrupted { fstatat(number, text, &raw, follow ? 0 : AT_SYMLINK_NOFOLLOW) }
      return code == 0 ? .success(FileStatus(raw)) : .failure(SystemError(errno, "fstatat", Array(name)))
    }
  }

  /// Whether it is on a file system of Linux's own, where a directory's times tell of every name that comes,
  /// goes or is replaced. A server or a program behind a file system may think otherwise.
  public var keepsDirectoryTimes: Bool { Self.ownFileSystems.contains(guard_file_system_kind(number)) }

  /// ext2 to ext4, XFS, Btrfs, tmpfs, overlay, F2FS, ZFS, bcachefs: magic numbers of statfs(2).
  private static let ownFileSystems: Set<UInt32> = [
    0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0xF2F5_2010, 0x2FC1_2FC1, 0xCA45_1A4E,
  ]

  /// Reads what there is, at most the buffer's size.
  /// - Returns: the count; 0 at the end of the file.
  public func read(into buffer: UnsafeMutableRawBufferPointer, path: [UInt8] = []) throws(SystemError) -> Int
  {
    let count = uninterrupted { Glibc.read(number, buffer.baseAddress, buffer.count) }
    guard count >= 0 else { throw SystemError(errno, "read", path) }
    return count
  }

  /// Reads exactly so many bytes.
  /// - Throws: `EIO` when the file ends before.
  public func read(exactly count: Int, path: [UInt8] = []) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let start = filled
      let taken = uninterrupted {
        bytes.withUnsafeMutableBytes {
          Glibc.read(number, $0.baseAddress?.advanced(by: start), count - start)
        }
      }
      guard taken >= 0 else { throw SystemError(errno, "read", path) }
      guard taken > 0 else { throw SystemError(EIO, "read", path, detail: "it became shorter") }
      filled += taken
    }
    return bytes
  }

  /// Writes all the bytes, however often the system takes only some.
  public func write(_ bytes: [UInt8], path: [UInt8] = []) throws(SystemError) {
    try writeAll(bytes, to: number, path: path)
  }

  /// Writes all the bytes, however often the system takes only some.
  public func write(_ bytes: UnsafeRawBufferPointer, path: [UInt8] = []) throws(SystemError) {
    try writeAll(bytes, to: number, path: path)
  }

  /// Waits until the bytes are where a loss of power does not reach them.
  /// - Parameter path: what an error names.
  public func synchronise(_ path: [UInt8] = []) throws(SystemError) {
    guard fsync(number) == 0 else { throw SystemError(errno, "fsync", path) }
  }

  /// Sets permission bits.
  /// - Parameter path: what an error names.
  public func setMode(_ mode: UInt32, _ path: [UInt8] = []) throws(SystemError) {
    guard fchmod(number, mode) == 0 else { throw SystemError(errno, "fchmod", path) }
  }
}

/// Writes all the bytes to a descriptor, waiting when it is one that does not block.
func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: [UInt8]) throws(SystemError) {
  let result = bytes.withUnsafeBytes { bytes in
    Result { () throws(SystemError) in try writeAll(bytes, to: descriptor, path: path) }
  }
  try result.get()
}

/// Writes all the bytes to a descriptor, waiting when it is one that does not block.
private func writeAll(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: [UInt8]
) throws(SystemError) {
  var written = 0
  while written < bytes.count {
    let count = uninterrupted {
      write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
    }
    if count >= 0 {
      written += count
    } else if errno == EAGAIN {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&waiting, 1, -1)
    } else {
      throw SystemError(errno, "write", path)
    }
  }
}
