import Platform

/// A small file that holds a key or a token.
enum CredentialFile {
  /// Its bytes.
  static func bytes(_ path: [UInt8]) throws(StoreError) -> [UInt8] {
    do throws(SystemError) {
      return try FileSystem.read(path, limit: 1 << 20)
    } catch {
      throw .unauthorised("cannot read \(error)")
    }
  }

  /// Its text.
  static func text(_ path: [UInt8]) throws(StoreError) -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }
}
