extension StoreKey {
  /// Whether the path names something below the base and nowhere else. Paths of versioned files come from the
  /// repository.
  var staysBelowBase: Bool {
    !path.contains(0)
      && path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
      }
  }

  /// Why a remote of files by their hashes is not asked for it; `nil` when it is.
  var refusal: StoreError? {
    if version != nil { return .unsupported("this remote keeps no versions of a file") }
    return staysBelowBase ? nil : .corrupt("a path that leads out of the remote")
  }

  /// Whether so many bytes can be the object. A file system that lost its power leaves files without bytes,
  /// and only one hash is that of no bytes; the list of a directory's files is never empty.
  func admits(size: Int) -> Bool {
    guard size == 0, version == nil else { return size >= 0 }
    let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let name = parts.last, let folder = parts.dropLast().last, folder.count == 2 else { return true }
    let id = folder + name
    guard id.prefix(32).count == 32, id.prefix(32).allSatisfy(Self.isHexadecimal) else { return true }
    return id.elementsEqual("d41d8cd98f00b204e9800998ecf8427e".utf8)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
