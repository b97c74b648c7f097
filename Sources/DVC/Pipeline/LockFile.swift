import Hashing
import Trees
import Values

/// A `dvc.lock` that fits its schema.
struct LockFile {
  /// The entries of stages by name.
  let stages: Mapping
  /// The `datasets` section, as it stands.
  let datasets: Node?

  /// The lock of no stage: what a missing file says.
  static let empty = LockFile(stages: Mapping(), datasets: nil)

  /// Reads and checks a lock file.
  init(_ file: RepositoryPath, _ loader: DocumentLoader) throws(DVCError) {
    let document: Node
    do { document = try loader.document(file, .lockFile) } catch {
      // DVC before 2.0 wrote the stages at the top, with no schema (dvc/schema.py of 1.x). The file parsed a
      // moment ago; if it no longer does, the first error is the one to tell.
      if error.kind == .invalid, let map = try? loader.yaml(file).map, map["schema"] == nil, !map.isEmpty {
        let message = "this lock was written by DVC before 2.0 (no 'schema' key)"
        throw DVCError(file, at: error.position, .oldLock, message)
      }
      throw error
    }
    stages = document.map?["stages"]?.map ?? Mapping()
    datasets = document.map?["datasets"]
  }

  private init(stages: Mapping, datasets: Node?) {
    self.stages = stages
    self.datasets = datasets
  }

  /// The entry of a stage; an empty entry is none.
  func entry(of name: Text) -> Entry? {
    guard let found = stages.entry(name), let map = found.value.map, !map.isEmpty else { return nil }
    return Entry(map: map, position: found.key.position)
  }

  /// What the lock says of one stage.
  struct Entry {
    /// The entry as it stands.
    let map: Mapping
    /// Where its name stands.
    let position: Position?

    /// The command that gave the results.
    var command: Node { map["cmd"] ?? Node(.null) }

    /// What is recorded under `deps` or `outs` for a path; of several entries the last counts.
    func data(_ section: Text, _ path: Text) -> Node? {
      map[section]?.list?.last { $0.map?["path"]?.text == path }
    }

    /// The parameters recorded for a file.
    func parameters(_ file: Text) -> Mapping? { map["params"]?.map?[file]?.map }
  }
}

extension RecordedHash {
  /// What an entry of `deps` or `outs` records (DVC 3.67, `Output._compute_hash_info_from_meta`).
  /// - Parameters:
  ///   - data: the entry, or `nil` when there is none.
  ///   - isInRepository: whether the path belongs to the DVC repository; elsewhere the file system
  ///     of the path decides which key holds the hash.
  ///   - externalKey: that key.
  init(_ data: Node?, isInRepository: Bool, externalKey: Text = "md5", in file: RepositoryPath)
    throws(DVCError)
  {
    guard let data, let entry = data.map else {
      // A path that the lock does not have is hashed the old way: no `hash:` key is there to say otherwise.
      self = .none(isInRepository ? .md5DOS2Unix : .md5)
      return
    }
    var map = entry
    if let cloud = entry["cloud"]?.map?.entries.first?.value.map {
      for item in cloud.entries { if let key = item.key.text { map.set(key, item.value) } }
    }
    let name = entry["hash"]?.text
    if isInRepository, name?.isEmpty == true {
      throw DVCError(
        file, at: entry["hash"]?.position, .unsupported, "'hash' names no way to hash: write 'hash: md5'")
    }
    let key: Text = isInRepository ? name ?? "md5" : externalKey
    if isInRepository, let name, !Self.namesThatDVCKnows.contains(name) {
      refusal = Refusal(
        DVCError(
          file, at: entry["hash"]?.position, .unsupported, "DVC knows no hash '\(name)': write 'hash: md5'"))
    }
    algorithm = !isInRepository ? .md5 : name == nil ? .md5DOS2Unix : name == "md5" ? .md5 : nil
    let node = map[key]
    switch node?.value {
    case .string(let text)?: value = text.isEmpty ? nil : text
    case .null?, nil: value = nil
    case let other?:
      let error = DVCError(
        file, at: node?.position, .unsupported,
        "the hash must be in quotes: DVC reads it as \(other.typeName)")
      // Of a directory that is known by its number of files DVC does not look at the letters before the cache does.
      guard case .integer(let number) = other, map["nfiles"]?.value.int ?? 0 != 0 else { throw error }
      value = Text(number.description)
      refusal = refusal ?? Refusal(error, isOfCache: true)
    }
    fileCount = map["nfiles"]?.value.int
    size = map["size"]?.value.int
    position = node?.position ?? data.position
  }

  /// Those of Python's hashlib with OpenSSL 3, and of `dvc_data/hashfile/hash.py` (dvc-data 3.18).
  private static let namesThatDVCKnows: Set<Text> = [
    "md5", "md5-dos2unix", "blake2b", "blake2s", "md5-sha1", "ripemd160", "sha1", "sha224", "sha256",
    "sha384", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "sha512", "sha512_224", "sha512_256", "sm3",
  ]
}

extension Value {
  /// The machine word of an integer.
  var int: Int? { if case .integer(let integer) = self { integer.int } else { nil } }
}
