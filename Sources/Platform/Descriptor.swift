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

  /// What stands at many names in this directory, in the order of the names. One buffer serves them all:
  /// this is the loop that looks at tens of thousands of files.
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

  /// Reads what there is, at most the buffer's size.
  /// - Returns: the count; 0 at the end of the file.
  public func read(into buffer: UnsafeMutableRawBufferPointer, path: [UInt8] = []) throws(SystemError) -> Int
  {
    let count = uninterrupted { Glibc.read(number, buffer.baseAddress, buffer.count) }
    guard count >= 0 else { throw SystemError(errno, "read", path) }
    return count
  }

  /// Writes all the bytes, however often the system takes only some.
  public func write(_ bytes: [UInt8], path: [UInt8] = []) throws(SystemError) {
    try writeAll(bytes, to: number, path: path)
  }
}

/// Writes all the bytes to a descriptor, waiting when it is one that does not block.
func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: [UInt8]) throws(SystemError) {
  var written = 0
  while written < bytes.count {
    let count = uninterrupted {
      bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
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
