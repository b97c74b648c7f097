import Hashing
import Platform

/// The hash of one file as it was read, and whether it may be remembered.
struct FileHash: Sendable {
  let digest: MD5Digest
  /// The state in which the file was when it was read.
  let state: FileStatus
  /// Whether it was in that state before and after.
  let isWhole: Bool
  /// Whether any later change must show in the state.
  let isSettled: Bool

  /// Reads a regular file, symbolic links followed. One that changes while it is read is read again, three
  /// times in all; one that never rests (a log) has the hash of what was read last, as with DVC.
  static func reading(_ path: [UInt8], _ algorithm: HashAlgorithm) throws(SystemError) -> FileHash {
    for _ in 0..<2 {
      let hash = try FileHash(path, algorithm)
      if hash.isWhole { return hash }
    }
    return try FileHash(path, algorithm)
  }

  /// Whether a file that is in this state later has this hash.
  var isLasting: Bool { isWhole && isSettled }

  private init(_ path: [UInt8], _ algorithm: HashAlgorithm) throws(SystemError) {
    let file = try Descriptor.reading(path)
    let now = SystemClock.wallNanoseconds
    state = try file.status(path)
    isSettled = Self.isSettled(modified: state.modified, changed: state.changed, now: now)
    // A small file takes a small buffer: fresh memory costs more than reading it.
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Int(min(max(state.size, 0) + 1, 1 << 18)), alignment: 64)
    defer { buffer.deallocate() }
    var hash = ContentHash(algorithm)
    var count: Int64 = 0
    while true {
      let read = try file.read(into: buffer, path: path)
      if read == 0 { break }
      count += Int64(read)
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
    }
    digest = hash.finish()
    isWhole = try file.status(path) == state && count == state.size
  }

  /// Two changes within one tick of a file system's clock leave the same times; so a file that changed in the
  /// tick in which it is read is not remembered (Git calls such entries racy). Linux ticks every 10 ms at
  /// most; times without a fraction are those of a file system that counts in seconds, FAT in two.
  static func isSettled(modified: Int64, changed: Int64, now: Int64) -> Bool {
    let isCoarse = changed % 1_000_000_000 == 0 || modified % 1_000_000_000 == 0
    return max(changed, modified) < now - (isCoarse ? 2_100_000_000 : 30_000_000)
  }
}
