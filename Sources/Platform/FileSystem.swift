import Glibc

/// Reading the file system. Paths are bytes, as the system has them; a relative path is seen from the
/// current directory. Nothing here changes anything; see `FileSystem+Changes.swift` for what does.
public enum FileSystem {
  /// What stands at a path, symbolic links followed.
  public static func status(of path: [UInt8]) throws(SystemError) -> FileStatus {
    var raw = Glibc.stat()
    try system("stat", path) { stat($0, &raw) }
    return FileStatus(raw)
  }

  /// What stands at a path, a symbolic link at its end not followed.
  public static func linkStatus(of path: [UInt8]) throws(SystemError) -> FileStatus {
    var raw = Glibc.stat()
    try system("lstat", path) { lstat($0, &raw) }
    return FileStatus(raw)
  }

  /// What stands at a name in an open directory. Nothing is allocated for the answer.
  /// - Parameter follow: whether a symbolic link at its end is followed.
  public static func status(
    of name: ArraySlice<UInt8>, in directory: borrowing Descriptor, follow: Bool
  ) throws(SystemError) -> FileStatus {
    var raw = Glibc.stat()
    let number = directory.number
    try system("fstatat", name) { fstatat(number, $0, &raw, follow ? 0 : AT_SYMLINK_NOFOLLOW) }
    return FileStatus(raw)
  }

  /// What stands at a path, a symbolic link not followed; `nil` when nothing does.
  public static func existing(_ path: [UInt8]) throws(SystemError) -> FileStatus? {
    do {
      return try linkStatus(of: path)
    } catch  where error.isMissing {
      return nil
    }
  }

  /// Whether something stands at a path, be it a broken symbolic link.
  /// A directory that cannot be searched hides what it holds: `false`.
  public static func exists(_ path: [UInt8]) -> Bool {
    do throws(SystemError) { return try existing(path) != nil } catch { return false }
  }

  /// Whether this process may write to what a path leads to: access(2).
  public static func isWritable(_ path: [UInt8]) -> Bool {
    do throws(SystemError) {
      try system("access", path) { access($0, W_OK) }
      return true
    } catch { return false }
  }

  /// Whether a path is a directory, or a link to one. What cannot be looked at is none.
  public static func isDirectory(_ path: [UInt8]) -> Bool {
    do throws(SystemError) { return try status(of: path).kind == .directory } catch { return false }
  }

  /// A regular file's bytes.
  /// - Parameter limit: the most bytes taken into memory; a longer file throws `EFBIG`.
  /// - Throws: `EISDIR` or `EINVAL` for what is no regular file, which is not opened.
  public static func read(_ path: [UInt8], limit: Int) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.reading(path)
    // A size is a hint: /proc says 0, and a file that is mostly holes says more than memory has.
    // One byte more shows the end of the file.
    var room = Int(min(try file.status(path).size, Int64(limit), 1 << 24)) + 1
    var bytes: [UInt8] = []
    while true {
      let count = try bytes.appendRead(from: file, room: room, path)
      guard count > 0 else { return bytes }
      guard bytes.count <= limit else {
        throw SystemError(EFBIG, "read", path, detail: "larger than the limit of \(limit) bytes")
      }
      room = room > count ? room - count : 1 << 16
    }
  }

  /// The last bytes of a regular file, all of one that has no more.
  /// - Parameter limit: how many.
  public static func readEnd(of path: [UInt8], limit: Int) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.reading(path)
    // Of a shorter file there is no such place, and it is read from its beginning.
    _ = lseek(file.number, -off_t(limit), SEEK_END)
    var bytes: [UInt8] = []
    while bytes.count < limit, try bytes.appendRead(from: file, room: limit - bytes.count, path) > 0 {}
    return bytes
  }

  /// The names in a directory in no order, without `.` and `..`.
  public static func list(_ path: [UInt8]) throws(SystemError) -> [DirectoryEntry] {
    try list(try Descriptor(opening: path, flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK), path)
  }

  /// The names in an open directory in no order, without `.` and `..`.
  /// - Parameter path: what an error names.
  public static func list(_ directory: borrowing Descriptor, _ path: [UInt8]) throws(SystemError)
    -> [DirectoryEntry]
  {
    // The stream closes its descriptor, so it gets one of its own.
    let copy = fcntl(directory.number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw SystemError(errno, "fcntl", path) }
    guard let stream = fdopendir(copy) else {
      let code = errno
      _ = close(copy)
      throw SystemError(code, "fdopendir", path)
    }
    defer { _ = closedir(stream) }
    rewinddir(stream)
    var entries: [DirectoryEntry] = []
    while true {
      errno = 0
      guard let raw = readdir(stream) else { break }
      if let entry = DirectoryEntry(raw) { entries.append(entry) }
    }
    guard errno == 0 else { throw SystemError(errno, "readdir", path) }
    return entries
  }

  /// The bytes of a symbolic link.
  public static func linkTarget(of path: [UInt8]) throws(SystemError) -> [UInt8] {
    var size = 256
    while true {
      var buffer = [UInt8](repeating: 0, count: size)
      let count = try system("readlink", path) { text in
        buffer.withUnsafeMutableBytes { raw in
          raw.assumingMemoryBound(to: CChar.self).baseAddress.map { readlink(text, $0, raw.count) } ?? 0
        }
      }
      if count < size { return Array(buffer[..<count]) }
      size *= 4
    }
  }

  /// The absolute path without symbolic links, `.` and `..`; everything on it must exist.
  public static func realPath(of path: [UInt8]) throws(SystemError) -> [UInt8] {
    let found = try withCString(path[...], for: "realpath") { realpath($0, nil) }
    guard let found else { throw SystemError(errno, "realpath", path) }
    defer { free(found) }
    return bytes(of: found)
  }

  /// The absolute path of the current directory.
  public static func currentDirectory() throws(SystemError) -> [UInt8] {
    guard let found = getcwd(nil, 0) else { throw SystemError(errno, "getcwd") }
    defer { free(found) }
    return bytes(of: found)
  }

  /// The path of a name in a directory; the name itself when it is absolute or the directory is empty.
  public static func join(_ directory: [UInt8], _ name: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    if directory.isEmpty || name.first == slash { return name }
    if name.isEmpty { return directory }
    return directory.last == slash ? directory + name : directory + [slash] + name
  }
}

/// The bytes of a C string.
func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}

extension DirectoryEntry {
  /// What readdir(3) gives; `nil` for `.` and `..`.
  fileprivate init?(_ raw: UnsafeMutablePointer<dirent>) {
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
    // Only the name's own bytes may be read: a record is shorter than the struct.
    let start = UnsafeRawPointer(raw).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    let dot = CChar(bitPattern: UInt8(ascii: "."))
    if start[0] == dot, start[1] == 0 || (start[1] == dot && start[2] == 0) { return nil }
    name = bytes(of: start)
    switch Int(raw.pointee.d_type) {
    case Int(DT_REG): kind = .file
    case Int(DT_DIR): kind = .directory
    case Int(DT_LNK): kind = .symbolicLink
    case Int(DT_UNKNOWN): kind = nil
    default: kind = .special
    }
  }
}

extension [UInt8] {
  /// Appends what one read gives, at most `room` bytes, and says how many they are.
  fileprivate mutating func appendRead(
    from file: borrowing Descriptor, room: Int, _ path: [UInt8]
  ) throws(SystemError) -> Int {
    let number = file.number
    var code: Int32 = 0
    // Memory that is not cleared first, and not copied when this is the first read.
    let read = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      let taken = uninterrupted { Glibc.read(number, buffer.baseAddress, room) }
      code = taken < 0 ? errno : 0
      count = Swift.max(taken, 0)
    }
    guard code == 0 else { throw SystemError(code, "read", path) }
    if isEmpty { self = read } else { self += read }
    return read.count
  }
}
