import Trees

/// A commit object.
public struct Commit: Hashable, Sendable {
  /// Who did something, and when.
  public struct Signature: Hashable, Sendable {
    /// The name, as it was written.
    public let name: [UInt8]
    /// The address between angle brackets.
    public let email: [UInt8]
    /// Seconds since 1970.
    public let time: Int64
    /// Minutes east of UTC of the clock that was looked at.
    public let offset: Int
  }

  /// Its name.
  public let id: CommitID
  /// The commits before it, the first parent first; none at the boundary of a shallow clone.
  public let parents: [CommitID]
  /// Who wrote the change.
  public let author: Signature
  /// Who made the commit.
  public let committer: Signature
  /// The message in UTF-8.
  public let message: [UInt8]
  /// The tree object of its files.
  public let tree: ObjectID

  /// The first paragraph of the message in one line.
  public var subject: [UInt8] {
    let lines = message.split(separator: 0x0A, omittingEmptySubsequences: false)
      .drop { $0.allSatisfy(Self.isBlank) }.prefix { !$0.allSatisfy(Self.isBlank) }
    return Array(lines.map { $0.drop(while: Self.isBlank) }.joined(separator: [0x20]))
  }

  /// Reads a commit object's bytes.
  /// - Parameter isBoundary: whether a shallow clone ends here.
  init?(_ id: CommitID, _ bytes: [UInt8], isBoundary: Bool) {
    var rest = bytes[...]
    var (tree, parents): (ObjectID?, [CommitID]) = (nil, [])
    var (author, committer): (Signature?, Signature?) = (nil, nil)
    var encoding: [UInt8]?
    while !rest.isEmpty {
      let line = rest.prefix { $0 != 0x0A }
      rest = rest.dropFirst(line.count + 1)
      guard !line.isEmpty else { break }
      let key = line.prefix { $0 != 0x20 }
      let value = line.dropFirst(key.count + 1)
      switch String(decoding: key, as: UTF8.self) {
      case "tree": tree = tree ?? ObjectID(hexadecimal: value)
      case "parent": if let parent = ObjectID(hexadecimal: value) { parents.append(CommitID(parent)) }
      case "author": author = author ?? Signature(value)
      case "committer": committer = committer ?? Signature(value)
      case "encoding": encoding = Array(value)
      default: continue
      }
    }
    guard let tree, let author, let committer else { return nil }
    self.id = id
    self.tree = tree
    self.parents = isBoundary ? [] : parents
    self.author = author
    self.committer = committer
    let text = Array(rest)
    message = encoding.flatMap { Encoding.convert(text, from: $0, to: Array("UTF-8".utf8)) } ?? text
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension Commit.Signature {
  /// `Name <address> SECONDS +HHMM`. What is not a number is 0.
  init?(_ line: ArraySlice<UInt8>) {
    guard let open = line.firstIndex(of: UInt8(ascii: "<")),
      let close = line.lastIndex(of: UInt8(ascii: ">")), open < close
    else { return nil }
    name = Array(line[..<open].reversed().drop { $0 == 0x20 }.reversed())
    email = Array(line[(open + 1)..<close])
    let words = line[(close + 1)...].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    time = words.first.flatMap { Int64($0) } ?? 0
    let zone = words.count > 1 ? Int(words[1]) ?? 0 : 0
    offset = (-9999...9999).contains(zone) ? zone / 100 * 60 + zone % 100 : 0
  }
}
