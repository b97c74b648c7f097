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
    try presence(in: beginSearch(for: objects))
  }

  /// Begins to look at objects, and returns while other threads do it.
  public func beginSearch(for objects: [CacheObject]) -> Search { Search(for: objects, in: directory) }

  /// What ``presence(of:)`` says of the objects of a search.
  public func presence(in search: Search) throws(DiskError) -> [Bool] {
    let (isThere, failures) = judge(search)
    if let first = failures.min(by: { $0.key < $1.key }) { throw .unreadableObject(first.value) }
    return isThere
  }

  /// Which objects of a search are there, and why that cannot be told of some.
  private func judge(_ search: Search) -> (isThere: [Bool], failures: [Int: SystemError]) {
    let objects = search.objects
    var (looks, failures) = search.looks()
    var isThere = looks.map { $0 == .protected }
    for algorithm in [HashAlgorithm.md5, .md5DOS2Unix] {
      let indices = looks.indices.filter { looks[$0] == .open && objects[$0].algorithm == algorithm }
      let found = files.digests(of: indices.map { objects[$0].path }, algorithm)
      for (offset, index) in indices.enumerated() {
        do throws(SystemError) { isThere[index] = try found.digest(offset) == objects[index].digest } catch {
          if !error.isMissing { failures[index] = error }
        }
      }
    }
    return (isThere, failures)
  }

  /// The bytes of each object that is there, as ``presence(of:)`` judges it; `nil` of one that is not.
  public func sizes(of objects: [CacheObject]) -> [Result<Int?, DiskError>] {
    let (isThere, failures) = judge(beginSearch(for: objects))
    return objects.indices.map { index in
      if let error = failures[index] { return .failure(.unreadableObject(error)) }
      guard isThere[index] else { return .success(nil) }
      do throws(SystemError) {
        return .success(Int(try FileSystem.status(of: path(of: objects[index])).size))
      } catch {
        return error.isMissing ? .success(nil) : .failure(.unreadableObject(error))
      }
    }
  }

  /// Which objects are known to be damaged: their content was read before, is as it was, and has another hash than
  /// their names say. Nothing is read.
  public func isKnownDamaged(_ objects: [CacheObject]) -> [Bool] {
    var isDamaged = [Bool](repeating: false, count: objects.count)
    for algorithm in [HashAlgorithm.md5, .md5DOS2Unix] {
      let indices = objects.indices.filter { objects[$0].isWellFormed && objects[$0].algorithm == algorithm }
      let known = files.known(of: indices.map { objects[$0].path }, algorithm)
      for (index, digest) in zip(indices, known) {
        isDamaged[index] = digest != nil && digest != objects[index].digest
      }
    }
    return isDamaged
  }

  /// Whether an object is there and its content has the hash that its name gives; a known hash of an unchanged file
  /// is believed.
  public func isSound(_ object: CacheObject) throws(DiskError) -> Bool {
    guard let wanted = object.digest else { return false }
    do throws(SystemError) {
      return try files.digests(of: [object.path], object.algorithm).digest(0) == wanted
    } catch {
      if error.isMissing { return false }
      throw .unreadableObject(error)
    }
  }

  /// Where an object is, or would be: absolute. The object must be well-formed.
  public func path(of object: CacheObject) -> [UInt8] { FileSystem.join(directory, object.path) }

  /// An object's bytes, when it is there and they have the hash that its name gives.
  public func soundContents(of object: CacheObject) throws(DiskError) -> [UInt8]? {
    try isSound(object) ? try contents(of: object) : nil
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
