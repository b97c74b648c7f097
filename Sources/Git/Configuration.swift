/// Git's configuration variables from all files that count, later ones last (git-config(1)).
struct Configuration: Sendable {
  private(set) var entries: [(key: [UInt8], value: [UInt8]?)]

  /// Variables in the order in which Git reads them. Keys have lower-case sections and names, as Git lists them.
  init(entries: [(key: [UInt8], value: [UInt8]?)]) { self.entries = entries }

  /// What `git config --list -z` prints: `key\nvalue`, or `key` alone for one that has no `=`.
  init(listing: [UInt8]) {
    entries = listing.split(separator: 0).map { entry in
      guard let end = entry.firstIndex(of: 0x0A) else { return (Array(entry), nil) }
      return (Array(entry[..<end]), Array(entry[(end + 1)...]))
    }
  }

  /// The last value of a variable; `true` for one that has no `=`. `nil` when it is not set.
  subscript(_ key: String) -> [UInt8]? {
    let wanted = Self.normalised(Array(key.utf8))
    guard let found = entries.last(where: { $0.key == wanted }) else { return nil }
    return found.value ?? Array("true".utf8)
  }

  /// All values of a variable, in their order.
  func values(of key: String) -> [[UInt8]] {
    let wanted = Self.normalised(Array(key.utf8))
    return entries.filter { $0.key == wanted }.map { $0.value ?? Array("true".utf8) }
  }

  /// The values of a variable by its subsection, in their order: `remote.origin.url` has it between the dots.
  func subsections(of section: String, _ name: String) -> [(subsection: [UInt8], value: [UInt8])] {
    let (start, end) = (Array("\(section).".utf8), Array(".\(name)".utf8))
    return entries.compactMap { entry in
      guard entry.key.count > start.count + end.count, entry.key.starts(with: start),
        entry.key.suffix(end.count).elementsEqual(end)
      else { return nil }
      return (Array(entry.key[start.count..<entry.key.count - end.count]), entry.value ?? [])
    }
  }

  /// Whether a file is included on a condition about the URLs of remotes.
  var hasRemoteConditions: Bool {
    entries.contains { $0.key.starts(with: Array("includeif.hasconfig:".utf8)) }
  }

  /// Whether objects may be missing because a remote promised them (partial clone).
  var isPartialClone: Bool {
    entries.contains { entry in
      entry.key == Array("extensions.partialclone".utf8) || entry.key.suffix(9) == Array(".promisor".utf8)
    }
  }

  /// A variable read as Git reads a boolean; `nil` when it is not set or is something else.
  func boolean(_ key: String) -> Bool? {
    self[key].flatMap(Self.boolean(of:))
  }

  /// A value read as Git reads a boolean; `nil` when it is something else.
  static func boolean(of value: [UInt8]) -> Bool? {
    switch value.text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off", "": return false
    case let word: return Int(word).map { $0 != 0 }
    }
  }

  /// The section (up to the first dot) and the name (after the last) know no case; what is between does.
  private static func normalised(_ key: [UInt8]) -> [UInt8] {
    guard let first = key.firstIndex(of: dot), let last = key.lastIndex(of: dot) else { return key }
    return lowered(key[..<first]) + key[first..<last] + lowered(key[last...])
  }

  private static func lowered(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  private static let dot = UInt8(ascii: ".")
}
