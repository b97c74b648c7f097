import Hashing
import Platform

/// A store whose objects can be read where they are, without a transfer.
public protocol ContentStore: ObjectStore {
  /// Whether the bytes of objects have the hash that their names give. Every byte is read.
  /// - Parameter base: what the paths of objects begin with; empty, or ending with `/`.
  /// - Returns: in the order of the objects.
  func soundness(of objects: [CacheObject], base: [UInt8], _ effort: Effort) -> [Result<Bool, StoreError>]
}

extension FolderStore: ContentStore {
  /// Reads the files, on threads that are given up when the effort is over.
  public func soundness(
    of objects: [CacheObject], base: [UInt8], _ effort: Effort
  ) -> [Result<Bool, StoreError>] {
    let folder = folder
    return Parallel.map(count: objects.count, until: effort.end) { index -> Result<Bool, StoreError> in
      do throws(SystemError) {
        let path = folder.place(base + objects[index].path)
        return .success(try Self.hash(path, objects[index].algorithm) == objects[index].digest)
      } catch {
        return .failure(StoreError(error))
      }
    }
    .map { $0 ?? .failure(timedOut) }
  }

  private static func hash(_ path: [UInt8], _ algorithm: HashAlgorithm) throws(SystemError) -> MD5Digest {
    let file = try Descriptor.reading(path)
    let size = try file.status(path).size
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Int(min(max(size, 0) + 1, 1 << 18)), alignment: 64)
    defer { buffer.deallocate() }
    var hash = ContentHash(algorithm)
    while case let count = try file.read(into: buffer, path: path), count > 0 {
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    return hash.finish()
  }
}
