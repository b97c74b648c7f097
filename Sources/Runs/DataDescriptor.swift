import DVC
import Trees
import Values

/// A file or directory of data with the hash that DVC recorded of it: an in-toto ResourceDescriptor.
struct DataDescriptor {
  /// The path from the root of the Git repository, or what else it is called.
  let name: Text
  /// The name of the digest and its letters; `nil` when DVC recorded none that is known.
  private(set) var digest: (name: Text, value: Text)?
  private var annotations: [(key: Text, value: JSON)]

  /// - Parameters:
  ///   - record: an entry of `deps` or `outs`.
  ///   - list: the hash of the list of files that stands in place of one (`files:`).
  init(_ record: Mapping, name: Text, list: Text? = nil, annotations: [(key: Text, value: JSON)] = []) {
    self.name = URLText.withoutUser(name)
    self.annotations = annotations
    let algorithm = record["hash"]?.text
    if let hash = list ?? record["md5"]?.text, algorithm == nil || algorithm == "md5" {
      digest = Self.digest(hash, isLegacy: algorithm == nil && list == nil)
      if digest == nil { self.annotations.append(("md5", .text(hash))) }
    }
    var kept: Set<Text> = ["size", "nfiles", "isexec", "etag", "checksum", "version_id", "cloud"]
    if let algorithm, algorithm != "md5" { kept.formUnion(["hash", algorithm]) }
    for entry in record.entries {
      guard let key = entry.key.text, kept.contains(key), !entry.value.isNull else { continue }
      self.annotations.append((key, JSON(entry.value.value)))
    }
  }

  /// `md5` is the hash of bytes, `dvcDirMd5` of DVC's list of a directory; of DVC before 3.0, where carriage returns
  /// before line feeds do not count, both have names of their own.
  private static func digest(_ hash: Text, isLegacy: Bool) -> (Text, Text)? {
    let isDirectory = hash.hasSuffix(".dir")
    let letters = isDirectory ? hash.utf8.dropLast(4) : hash.utf8[...]
    guard letters.count == 32,
      letters.allSatisfy({ $0.hexadecimalValue != nil && !(0x41...0x46).contains($0) })
    else { return nil }
    let name: Text =
      switch (isDirectory, isLegacy) {
      case (false, false): "md5"
      case (false, true): "dvcMd5Dos2unix"
      case (true, false): "dvcDirMd5"
      case (true, true): "dvcDirMd5Dos2unix"
      }
    return (name, Text(utf8: letters))
  }

  /// As it stands in a record.
  var json: JSON {
    var entries: [(key: Text, value: JSON)] = [("name", .text(name))]
    if let digest {
      entries.append(("digest", .object([(digest.name, .text(digest.value))])))
    } else {
      // Of name, URI and digest, in-toto wants one of the latter two.
      entries.append(("uri", .text(name)))
    }
    if !annotations.isEmpty { entries.append(("annotations", .object(annotations))) }
    return .object(entries)
  }

  /// What of it makes the input of a stage another one: path and hash, no sizes.
  var input: JSON {
    var entries: [(key: Text, value: JSON)] = [("path", .text(name))]
    if let digest { entries.append((digest.name, .text(digest.value))) }
    let hashes: Set<Text> = ["size", "nfiles", "isexec"]
    if digest == nil { entries += annotations.filter { !hashes.contains($0.key) } }
    return .object(entries)
  }
}

/// URLs in records.
public enum URLText {
  /// A URL without the user and the password in it; anything else as it is.
  public static func withoutUser(_ text: Text) -> Text {
    guard let start = text.firstIndex(of: "://").map({ $0 + 3 }) else { return text }
    let authority = text.utf8[start...].prefix { !Array("/?#".utf8).contains($0) }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return text }
    return Text(utf8: text.utf8[..<start] + text.utf8[(at + 1)...])
  }

  /// Whether a URL in a text has a password before its host. One that a variable stands for is none.
  static func holdPassword(_ text: some Collection<UInt8>) -> Bool {
    var rest = Array(text)[...]
    while let mark = rest.firstRange(of: Array("://".utf8)) {
      rest = rest[mark.upperBound...]
      let authority = rest.prefix { $0 > 0x20 && !Array("/?#\"'".utf8).contains($0) }
      guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
        let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
      else { continue }
      let password = authority[(colon + 1)..<at]
      if !password.isEmpty, password.first != UInt8(ascii: "$") { return true }
    }
    return false
  }
}
