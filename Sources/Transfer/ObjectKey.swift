import Hashing

/// The name of an object as a word: 200,000 of them are held at once.
struct ObjectKey: Hashable {
  let digest: MD5Digest
  let isDirectory: Bool
  let isLegacy: Bool

  init(_ digest: MD5Digest, isDirectory: Bool, isLegacy: Bool) {
    self.digest = digest
    self.isDirectory = isDirectory
    self.isLegacy = isLegacy
  }

  /// The name of an object; `nil` when it is not one that DVC writes.
  init?(_ object: CacheObject) {
    guard let digest = object.digest else { return nil }
    self.init(digest, isDirectory: object.isDirectory, isLegacy: object.isLegacy)
  }

  var object: CacheObject {
    CacheObject(id: digest.hexadecimal + (isDirectory ? Array(".dir".utf8) : []), isLegacy: isLegacy)
  }
}
