/// What `git ls-files --stage --debug -z` prints: the entries of any index that this Git reads, a split or
/// a sparse one among them.
///
/// For each entry `MODE ID STAGE\tPATH\0`, then indented lines of `name: number` pairs. Without `--debug` an
/// intent-to-add entry could not be told from an empty file.
enum IndexListing {
  /// The entries.
  /// - Returns: `nil` when the text is of another form.
  static func read(_ text: [UInt8]) -> [ListedEntry]? {
    var entries: [ListedEntry] = []
    var rest = text[...]
    while !rest.isEmpty {
      guard let end = rest.firstIndex(of: 0), let tab = rest[..<end].firstIndex(of: 0x09) else { return nil }
      let words = rest[..<tab].split(separator: 0x20)
      guard words.count == 3, let mode = number(words[0], radix: 8), let id = ObjectID(hexadecimal: words[1]),
        let stage = number(words[2], radix: 10)
      else { return nil }
      let path = Array(rest[(tab + 1)..<end])
      rest = rest[(end + 1)...]
      var values: [String: [UInt32]] = [:]
      while rest.first == 0x20 {
        let line = rest.prefix { $0 != 0x0A }
        rest = rest.dropFirst(line.count + 1)
        readPairs(line, into: &values)
      }
      guard let flags = values["flags"]?.first else { return nil }
      let (changed, modified) = (values["ctime"] ?? [], values["mtime"] ?? [])
      entries.append(
        ListedEntry(
          path: path, id: id, stage: Int(stage), flags: flags,
          words: [
            changed.first ?? 0, changed.last ?? 0, modified.first ?? 0, modified.last ?? 0,
            values["dev"]?.first ?? 0, values["ino"]?.first ?? 0, mode, values["uid"]?.first ?? 0,
            values["gid"]?.first ?? 0, values["size"]?.first ?? 0,
          ]))
    }
    return entries
  }

  /// `name: number` pairs between tabs; a time is two numbers with a colon between.
  private static func readPairs(_ line: ArraySlice<UInt8>, into values: inout [String: [UInt32]]) {
    for pair in line.split(separator: 0x09) {
      let parts = pair.split(separator: 0x3A).map { $0.filter { $0 != 0x20 } }
      guard let name = parts.first else { continue }
      let key = String(decoding: name, as: UTF8.self)
      values[key] = parts.dropFirst().compactMap { number($0[...], radix: key == "flags" ? 16 : 10) }
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>, radix: Int) -> UInt32? {
    UInt32(String(decoding: digits, as: UTF8.self), radix: radix)
  }
}
