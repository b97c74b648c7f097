/// One object of DVC's cache: what a `dvc.lock` or a `.dvc` file names by its hash.
public struct CacheObject: Hashable, Sendable {
  private let name: Name
  /// Whether it lies where DVC 2 and older put it, with hashes of theirs (no `hash:` key).
  public let isLegacy: Bool

  /// A well-formed name takes no memory of its own: a directory has tens of thousands of them.
  private enum Name: Hashable {
    case file(MD5Digest)
    case directory(MD5Digest)
    case malformed([UInt8])
  }

  /// An object of that name, which comes from the repository and is not checked: see ``isWellFormed``.
  public init(id: [UInt8], isLegacy: Bool) {
    let isDirectory = Self.hasSuffix(id)
    let digest = MD5Digest(hexadecimal: isDirectory ? id.dropLast(4) : id[...])
    name = digest.map { isDirectory ? .directory($0) : .file($0) } ?? .malformed(id)
    self.isLegacy = isLegacy
  }

  /// A file by its hash.
  public init(_ digest: MD5Digest, _ algorithm: HashAlgorithm = .md5) {
    name = .file(digest)
    isLegacy = algorithm == .md5DOS2Unix
  }

  /// The object's name as it is written: 32 hexadecimal digits, and `.dir` behind them for the list of a
  /// directory's files.
  public var id: [UInt8] {
    var id: [UInt8] = []
    appendID(to: &id)
    return id
  }

  /// Appends ``id``.
  public func appendID(to bytes: inout [UInt8]) {
    switch name {
    case .file(let digest): digest.appendHexadecimal(to: &bytes)
    case .directory(let digest):
      digest.appendHexadecimal(to: &bytes)
      bytes += Self.suffix
    case .malformed(let id): bytes += id
    }
  }

  /// Whether it is the list of a directory's files.
  public var isDirectory: Bool {
    switch name {
    case .file: false
    case .directory: true
    case .malformed(let id): Self.hasSuffix(id)
    }
  }

  /// How its content was hashed.
  public var algorithm: HashAlgorithm { isLegacy ? .md5DOS2Unix : .md5 }

  /// Whether the name is one that DVC writes. Only such a name is made into a path: another could lead
  /// anywhere.
  public var isWellFormed: Bool { digest != nil }

  /// The hash that the name gives; `nil` when it gives none.
  public var digest: MD5Digest? {
    switch name {
    case .file(let digest), .directory(let digest): digest
    case .malformed: nil
    }
  }

  /// Whether bytes have the hash that the name gives.
  public func isName(of bytes: [UInt8]) -> Bool {
    var hash = ContentHash(algorithm)
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.finish() == digest
  }

  /// Where the object lies below the cache's or a remote's directory: `files/md5/ab/cdef…`, or `ab/cdef…` for
  /// a legacy one (dvc-objects 5.2, `db.py`).
  public var path: [UInt8] { folder + [UInt8(ascii: "/")] + id.dropFirst(2) }

  /// The directory of ``path``, one of 256; the name in it is ``id`` without its first two letters.
  public var folder: [UInt8] { (isLegacy ? [] : Array("files/md5/".utf8)) + id.prefix(2) }

  private static let suffix = Array(".dir".utf8)

  private static func hasSuffix(_ id: [UInt8]) -> Bool { id.count >= 4 && id.suffix(4) == suffix[...] }
}
