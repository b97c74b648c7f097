/// One object of DVC's cache: what a `dvc.lock` or a `.dvc` file names by its hash.
public struct CacheObject: Hashable, Sendable {
  /// The object's name as it is written: 32 hexadecimal digits, and `.dir` behind them for the list of a
  /// directory's files. It comes from the repository and is not checked: see ``isWellFormed``.
  public let id: [UInt8]
  /// Whether it lies where DVC 2 and older put it, with hashes of theirs (no `hash:` key).
  public let isLegacy: Bool

  /// An object of that name.
  public init(id: [UInt8], isLegacy: Bool) {
    self.id = id
    self.isLegacy = isLegacy
  }

  /// A file by its hash.
  public init(_ digest: MD5Digest, _ algorithm: HashAlgorithm = .md5) {
    self.init(id: digest.hexadecimal, isLegacy: algorithm == .md5DOS2Unix)
  }

  /// Whether it is the list of a directory's files.
  public var isDirectory: Bool { id.count >= 4 && id.suffix(4).elementsEqual(".dir".utf8) }

  /// How its content was hashed.
  public var algorithm: HashAlgorithm { isLegacy ? .md5DOS2Unix : .md5 }

  /// Whether the name is one that DVC writes. Only such a name is made into a path: another could lead
  /// anywhere.
  public var isWellFormed: Bool { digest != nil }

  /// The hash that the name gives; `nil` when it gives none.
  public var digest: MD5Digest? { MD5Digest(hexadecimal: isDirectory ? id.dropLast(4) : id[...]) }

  /// Where the object lies below the cache's or a remote's directory: `files/md5/ab/cdef…`, or `ab/cdef…` for
  /// a legacy one (dvc-objects 5.2, `db.py`).
  public var path: [UInt8] {
    (isLegacy ? [] : Array("files/md5/".utf8)) + id.prefix(2) + [UInt8(ascii: "/")] + id.dropFirst(2)
  }

  /// Hashes the letters at once; an array would hash them one by one.
  public func hash(into hasher: inout Hasher) {
    id.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(isLegacy)
  }
}
