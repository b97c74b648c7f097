import Glibc

/// What kind of thing stands at a path.
public enum FileKind: Hashable, Sendable {
  /// A regular file.
  case file
  /// A directory.
  case directory
  /// A symbolic link.
  case symbolicLink
  /// A FIFO, a socket or a device.
  case special
}

/// What stat(2) tells of a file.
public struct FileStatus: Hashable, Sendable {
  /// What kind of thing it is.
  public let kind: FileKind
  /// The size in bytes.
  public let size: Int64
  /// The device that holds it.
  public let device: UInt64
  /// Its number on that device.
  public let inode: UInt64
  /// When its content was last changed, in nanoseconds since 1970. Anyone can set it.
  public let modified: Int64
  /// When its content or attributes were last changed, in nanoseconds since 1970. Only the system sets it.
  public let changed: Int64
  /// Permission, set-id and sticky bits (`07777`), without the kind.
  public let mode: UInt32
  /// The user it belongs to.
  public let owner: UInt32

  /// The status that C gives.
  init(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .symbolicLink
    default: kind = .special
    }
    size = Int64(raw.st_size)
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    modified = Self.nanoseconds(raw.st_mtim)
    changed = Self.nanoseconds(raw.st_ctim)
    mode = raw.st_mode & 0o7777
    owner = raw.st_uid
  }

  /// Whether someone may execute it.
  public var isExecutable: Bool { mode & 0o111 != 0 }

  /// A file system can hold times that do not fit; they wrap, which compares as well.
  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// Throws unless it is a regular file.
  func requireRegularFile(_ path: [UInt8]) throws(SystemError) {
    switch kind {
    case .file: return
    case .directory: throw SystemError(EISDIR, "open", path)
    case .symbolicLink, .special:
      throw SystemError(EINVAL, "open", path, detail: "not a regular file")
    }
  }
}

/// One name in a directory.
public struct DirectoryEntry: Hashable, Sendable {
  /// The name's bytes.
  public let name: [UInt8]
  /// What stands there, a symbolic link not followed; `nil` when only stat(2) can tell.
  public let kind: FileKind?
}
