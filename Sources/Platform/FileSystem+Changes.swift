import Glibc

/// Changing the file system.
extension FileSystem {
  /// Puts a file in place in one step: a reader, or a machine that loses its power, finds the old bytes or
  /// the new ones. A symbolic link at the path is replaced, not followed.
  /// - Parameter mode: permission bits; without them a file that is there keeps its own, and a new one gets
  ///   0666 less the umask.
  public static func write(_ bytes: [UInt8], to path: [UInt8], mode: UInt32? = nil) throws(SystemError) {
    let kept: UInt32? =
      if let mode { mode } else { try existing(path).flatMap { $0.kind == .file ? $0.mode : nil } }
    let temporary = try writeTemporary(bytes, beside: path, mode: kept)
    do {
      try rename(temporary, to: path)
    } catch {
      discard(temporary)
      throw error
    }
    synchronise(directory: parent(of: path))
  }

  /// Writes a file that somebody named, as a shell's `>` does: one that is there is overwritten where it is, be it a
  /// pipe, a device or behind a symbolic link; a new one gets 0666 less the umask.
  public static func overwrite(_ path: [UInt8], with bytes: [UInt8]) throws(SystemError) {
    let file = try Descriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o666)
    try file.write(bytes, path: path)
  }

  /// Makes an empty file, without waiting for the disk; one that is there stays as it is.
  public static func createEmpty(_ path: [UInt8]) throws(SystemError) {
    _ = try Descriptor(opening: path, flags: O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o666)
  }

  /// Removes a file or a symbolic link.
  public static func remove(_ path: [UInt8]) throws(SystemError) {
    try system("unlink", path) { unlink($0) }
  }

  /// Removes an empty directory.
  public static func removeDirectory(_ path: [UInt8]) throws(SystemError) {
    try system("rmdir", path) { rmdir($0) }
  }

  /// Renames, replacing a file that is there.
  public static func rename(_ path: [UInt8], to new: [UInt8]) throws(SystemError) {
    try system("rename", path, new) { Glibc.rename($0, $1) }
  }

  /// Makes a directory and those above it that are not there. One that is there is kept as it is.
  /// - Parameter mode: permission bits of new ones, less the umask.
  public static func createDirectories(_ path: [UInt8], mode: UInt32 = 0o777) throws(SystemError) {
    var missing: [[UInt8]] = []
    var here = path
    while true {
      do {
        try system("mkdir", here) { mkdir($0, mode) }
        break
      } catch  where error.code == EEXIST {
        guard try status(of: here).kind == .directory else { throw SystemError(ENOTDIR, "mkdir", here) }
        break
      } catch  where error.code == ENOENT && parent(of: here) != here {
        missing.append(here)
        here = parent(of: here)
      }
    }
    for directory in missing.reversed() {
      do {
        try system("mkdir", directory) { mkdir($0, mode) }
      } catch  where error.code == EEXIST {
        continue  // another process was as fast
      }
    }
  }

  /// Makes a symbolic link at `path` that holds `target`.
  public static func createSymbolicLink(at path: [UInt8], to target: [UInt8]) throws(SystemError) {
    try system("symlink", path, target) { symlink($1, $0) }
  }

  /// Sets permission bits.
  public static func setMode(_ mode: UInt32, of path: [UInt8]) throws(SystemError) {
    try system("chmod", path) { chmod($0, mode) }
  }

  /// The directory that holds a path, by its letters.
  public static func parent(of path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    guard let end = path.lastIndex(where: { $0 != slash }) else { return path.isEmpty ? path : [slash] }
    guard let cut = path[...end].lastIndex(of: slash) else { return Array(".".utf8) }
    return path[..<cut].lastIndex { $0 != slash }.map { Array(path[...$0]) } ?? [slash]
  }

  /// Writes a new file into the directory of `path`, where a rename to `path` is one step.
  private static func writeTemporary(
    _ bytes: [UInt8], beside path: [UInt8], mode: UInt32?
  ) throws(SystemError) -> [UInt8] {
    var failure = SystemError(EEXIST, "open", path)
    for _ in 0..<16 {
      let name = ".guard-\(getpid())-\(UInt32.random(in: .min ... .max))"
      let temporary = join(parent(of: path), Array(name.utf8))
      do throws(SystemError) {
        let file = try Descriptor(opening: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
        do throws(SystemError) {
          if let mode, fchmod(file.number, mode) != 0 { throw SystemError(errno, "fchmod", temporary) }
          try file.write(bytes, path: temporary)
          guard fsync(file.number) == 0 else { throw SystemError(errno, "fsync", temporary) }
        } catch {
          discard(temporary)
          throw error
        }
        return temporary
      } catch  where error.code == EEXIST {
        failure = error
      }
    }
    throw failure
  }

  /// Takes a temporary file away. Where that fails too, the first failure is the one to tell.
  private static func discard(_ temporary: [UInt8]) {
    do throws(SystemError) { try remove(temporary) } catch { return }
  }

  /// Makes a rename last. Where a file system cannot, the rename stands all the same.
  private static func synchronise(directory: [UInt8]) {
    do throws(SystemError) {
      _ = fsync(try Descriptor(opening: directory, flags: O_RDONLY | O_DIRECTORY).number)
    } catch { return }
  }
}
