import Hashing
import Platform

/// DVC's cache directory on this disk. It is read as DVC reads it, and never changed: DVC deletes an object
/// that is not what its name says and takes the write permission from one that is; here neither happens.
public struct LocalCache {
  private let directory: [UInt8]
  private let files: FileDigests

  /// A cache directory, such as `.dvc/cache`; it need not be there.
  public init(directory: [UInt8], hashes: HashCache?) {
    self.directory = directory
    files = FileDigests(root: directory, cache: hashes)
  }

  /// Which objects DVC holds to be there: one that nobody may write (mode 0444) is trusted unread, any other
  /// is there when its content has its name's hash (dvc-data 3.18, `check` in `hashfile/db`).
  /// - Returns: in the order of the objects.
  public func presence(of objects: [CacheObject]) throws(DiskError) -> [Bool] {
    let names = objects.map(\.digest)
    let paths = zip(objects, names).map { object, name in name == nil ? [] : object.path }
    let statuses = DirectoryGroups(paths, below: directory).statuses()
    var isThere = [Bool](repeating: false, count: objects.count)
    var doubtful: [Int] = []
    for (index, status) in statuses.enumerated() where names[index] != nil {
      switch status {
      case .success(let status) where status.mode == 0o444: isThere[index] = true
      case .success(let status): if status.kind == .file { doubtful.append(index) }
      case .failure(let error): if !error.isMissing { throw .unreadableObject(error) }
      }
    }
    for algorithm in [HashAlgorithm.md5, .md5DOS2Unix] {
      let indices = doubtful.filter { objects[$0].algorithm == algorithm }
      let digests = files.digests(of: indices.map { paths[$0] }, algorithm)
      for (index, digest) in zip(indices, digests) {
        switch digest {
        case .success(let digest): isThere[index] = digest == names[index]
        case .failure(let error): if !error.isMissing { throw .unreadableObject(error) }
        }
      }
    }
    return isThere
  }

  /// An object's bytes, whatever their hash; `nil` when it is not there.
  /// - Parameter limit: the most bytes taken into memory; a list of a million files takes 70 MB.
  public func contents(of object: CacheObject, limit: Int = 1 << 28) throws(DiskError) -> [UInt8]? {
    guard object.isWellFormed else { return nil }
    do throws(SystemError) {
      return try FileSystem.read(FileSystem.join(directory, object.path), limit: limit)
    } catch {
      if error.isMissing { return nil }
      throw .unreadableObject(error)
    }
  }
}
