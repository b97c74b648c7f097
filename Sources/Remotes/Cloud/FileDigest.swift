import Glibc
import HTTP
import Hashing
import Platform
import Values

/// What is to be known of a file that is sent: its hashes, part by part, and whether it stays the same.
enum FileDigest {
  /// The SHA-256; `nil` when so many bytes cannot be read.
  static func sha256(_ path: [UInt8], offset: Int, size: Int) -> [UInt8]? {
    var hash = SHA256()
    guard read(path, offset: offset, size: size, into: { hash.update($0) }) else { return nil }
    return hash.finish()
  }

  /// The MD5; `nil` when so many bytes cannot be read.
  fileprivate static func md5(_ path: [UInt8], offset: Int, size: Int) -> MD5Digest? {
    var hash = ContentHash(.md5)
    guard read(path, offset: offset, size: size, into: { hash.update($0) }) else { return nil }
    return hash.finish()
  }

  /// What stands at the path, to see later whether it is still that.
  static func status(_ path: [UInt8]) throws(StoreError) -> FileStatus {
    do throws(SystemError) {
      return try FileSystem.status(of: path)
    } catch {
      throw .localFile("cannot read \(error)")
    }
  }

  private static func read(
    _ path: [UInt8], offset: Int, size: Int, into take: (UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    do throws(SystemError) {
      let file = try Descriptor.reading(path)
      var buffer = [UInt8](repeating: 0, count: min(max(size, 1), 1 << 18))
      var (place, left) = (offset, size)
      while left > 0 {
        let room = min(left, buffer.count)
        let count = buffer.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, room, off_t(place)) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        buffer.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        place += count
        left -= count
      }
      return true
    } catch {
      return false
    }
  }
}

extension Upload {
  /// The MD5 of all bytes in base 64, as a server takes it; `nil` when they cannot be read, which sending them tells.
  var contentMD5: String? {
    md5.map { Base64.encode($0) } ?? contentMD5(offset: 0, size: size)
  }

  /// The MD5 of a part in base 64; `nil` when it cannot be read, which sending it tells.
  func contentMD5(offset: Int, size: Int) -> String? {
    FileDigest.md5(file, offset: offset, size: size).map { Base64.encode($0.bytes) }
  }
}
