import DVC
import Disk
import Hashing
import Remotes
import Values

/// The files of directories: of each the list that its `.dir` object is, from this machine's cache, or else from
/// the remote.
struct Directories {
  /// Why a directory's files are not known.
  enum Failure: Error {
    /// Neither the cache nor the remote has the list.
    case missing
    /// What there is is no list, or the remote could not be asked.
    case unknown(StoreError)
  }

  /// One file of a directory.
  struct File {
    let path: Text
    let key: ObjectKey
  }

  /// The files of the directories that needs name, in their order; of a need that is one file, none.
  /// - Parameter fetch: reads objects that the cache does not have from the remote.
  static func files(
    of needs: [Need], fetch: ([CacheObject]) -> [Result<[UInt8], StoreError>]
  ) -> [Result<[File], Failure>] {
    var results = needs.map { local($0) }
    let absent = results.indices.filter { results[$0] == nil }
    for (index, fetched) in zip(absent, fetch(absent.map { needs[$0].output.object })) {
      results[index] = fetched.mapError { $0 == .absent ? .missing : .unknown($0) }
        .flatMap { bytes in
          // Names of files that are not there would be asked for, and those that are would not.
          needs[index].output.object.isNamed(bytes)
            ? read(bytes, needs[index]) : .failure(damaged(needs[index]))
        }
    }
    return results.map { $0 ?? .failure(.missing) }
  }

  /// The list as this machine has it; `nil` when it has none.
  static func local(_ need: Need) -> Result<[File], Failure>? {
    if let files = need.output.output.files { return list(files, need) }
    guard need.output.object.isDirectory else { return .success([]) }
    do throws(DiskError) {
      // DVC takes a list that it cannot read for one that is missing, and so another one may be better.
      return try need.caches.contents(of: need.output.object) { bytes in
        guard case .success(let files) = read(bytes, need) else { return nil }
        return .success(files)
      }
    } catch {
      return .failure(.unknown(.localFile("\(error)")))
    }
  }

  private static func read(_ bytes: [UInt8], _ need: Need) -> Result<[File], Failure> {
    guard let manifest = Manifest(bytes: bytes) else { return .failure(damaged(need)) }
    return list(manifest, need)
  }

  private static func damaged(_ need: Need) -> Failure {
    .unknown(.corrupt("the list of the directory '\(need.output.output.reference.definition)' is damaged"))
  }

  private static func list(_ manifest: Manifest, _ need: Need) -> Result<[File], Failure> {
    var files: [File] = []
    files.reserveCapacity(manifest.files.count)
    for file in manifest.files {
      guard let digest = MD5Digest(hexadecimal: file.hash.utf8) else {
        return .failure(.unknown(.corrupt("'\(file.path)' has no hash in the list of its directory")))
      }
      files.append(
        File(
          path: file.path, key: ObjectKey(digest, isDirectory: false, isLegacy: need.output.object.isLegacy)))
    }
    return .success(files)
  }
}

extension CacheObject {
  /// Whether bytes have the hash that the name gives.
  fileprivate func isNamed(_ bytes: [UInt8]) -> Bool {
    var hash = ContentHash(algorithm)
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.finish() == digest
  }
}
