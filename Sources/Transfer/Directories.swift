import DVC
import Disk
import Hashing
import Remotes
import Values

/// The files of directories: of each the list that its `.dir` object is, from this machine's caches, or else from the
/// remote. A list can name a million files and there may be many of them, so who reads one says what to keep.
enum Directories {
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

    init(path: Text, key: ObjectKey) {
      self.path = path
      self.key = key
    }

    init(_ key: ObjectKey, _ path: ArraySlice<UInt8>) { self.init(path: Text(utf8: path), key: key) }
  }

  /// What is to be kept of a file.
  typealias Keeping<Element> = (ObjectKey, _ path: ArraySlice<UInt8>) -> Element?

  /// The files of a directory as this machine knows them; `nil` when it has no list. Of a need that is one file, none.
  static func local<Element>(_ need: Need, _ keep: Keeping<Element>) -> Result<[Element], Failure>? {
    if let files = need.output.output.files { return read(files.bytes, need, keep) }
    guard need.output.object.isDirectory else { return .success([]) }
    do throws(DiskError) {
      // DVC takes a list that it cannot read, or whose content has another hash, for one that is missing; so another
      // cache's may be better, or the remote's.
      return try need.caches.soundContents(of: need.output.object) { bytes in
        guard case .success(let files) = read(bytes, need, keep) else { return nil }
        return .success(files)
      }
    } catch {
      return .failure(.unknown(.localFile("\(error)")))
    }
  }

  /// The list that a remote gave. Under another name it would have files asked for that are not the directory's.
  static func checked(_ fetched: Result<[UInt8], StoreError>, _ need: Need) -> Result<[UInt8], Failure> {
    switch fetched {
    case .failure(.absent): .failure(.missing)
    case .failure(let error): .failure(.unknown(error))
    case .success(let bytes):
      need.output.object.isName(of: bytes) ? .success(bytes) : .failure(damaged(need))
    }
  }

  /// The files that a list names.
  static func read<Element>(
    _ bytes: [UInt8], _ need: Need, _ keep: Keeping<Element>
  ) -> Result<[Element], Failure> {
    var nameless: Text?
    let isLegacy = need.output.object.isLegacy
    let files = Manifest.files(in: bytes) { digest, path -> Element? in
      guard let digest else {
        nameless = nameless ?? Text(utf8: path)
        return nil
      }
      return keep(ObjectKey(digest, isDirectory: false, isLegacy: isLegacy), path)
    }
    guard let files else { return .failure(damaged(need)) }
    if let nameless {
      return .failure(.unknown(.corrupt("'\(nameless)' has no hash in the list of its directory")))
    }
    return .success(files)
  }

  private static func damaged(_ need: Need) -> Failure {
    .unknown(.corrupt("the list of the directory '\(need.output.output.reference.definition)' is damaged"))
  }
}
