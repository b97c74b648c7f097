import Glibc
import Hashing
import Platform

/// What Git LFS stores in Git for a file (git-lfs, docs/spec.md).
struct LargeFilePointer: Hashable, Sendable {
  /// SHA-256 of the content, in 64 hexadecimal digits.
  let id: [UInt8]
  /// The size of the content in bytes.
  let size: Int

  /// Reads a pointer; `nil` for content that is none, which LFS hands through as it is.
  init?(_ bytes: [UInt8]) {
    guard bytes.count < 1024 else { return nil }
    let lines = bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    guard let first = lines.first, Self.versions.contains(first) else { return nil }
    var (id, size): ([UInt8]?, Int?) = (nil, nil)
    for line in lines.dropFirst() {
      if line.hasPrefix("oid sha256:") { id = Array(line.utf8.dropFirst(11)) }
      if line.hasPrefix("size ") { size = Int(line.dropFirst(5)) }
    }
    guard let id, id.count == 64, ObjectID(hexadecimal: id) != nil, let size, size >= 0 else { return nil }
    self.id = id
    self.size = size
  }

  private static let versions = [
    "version https://git-lfs.github.com/spec/v1", "version https://hawser.github.com/spec/v1",
    "version http://git-media.io/v/2",
  ]
}

/// The objects that Git LFS has fetched.
struct LargeFileStore: Sendable {
  /// `lfs/objects` in the common Git directory, or below `lfs.storage`.
  let directory: [UInt8]

  init(locations: Locations, configuration: Configuration) {
    let storage = configuration["lfs.storage"] ?? Array("lfs".utf8)
    directory = FileSystem.join(
      FileSystem.join(locations.commonDirectory, storage), Array("objects".utf8))
  }

  /// Where an object is; `nil` when it was not fetched, or is not of the pointer's size.
  func path(of pointer: LargeFilePointer) -> [UInt8]? {
    let folders = [pointer.id[0..<2], pointer.id[2..<4], pointer.id[...]]
    let path = folders.reduce(directory) { FileSystem.join($0, Array($1)) }
    do {
      let status = try FileSystem.status(of: path)
      return status.kind == .file && status.size == Int64(pointer.size) ? path : nil
    } catch {
      return nil
    }
  }

  /// The MD5 of an object, read piece by piece.
  static func digest(of path: [UInt8], _ algorithm: HashAlgorithm) throws(SystemError) -> MD5Digest {
    let file = try Descriptor.reading(path)
    var hash = ContentHash(algorithm)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer, path: path)
      if count == 0 { return hash.finish() }
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Whether two files hold the same bytes.
  static func areEqual(_ path: [UInt8], _ other: [UInt8]) throws(SystemError) -> Bool {
    try digest(of: path, .md5) == digest(of: other, .md5)
  }
}
