/// A file of `[section]` and `key = value` lines, as Python's `RawConfigParser` reads it: AWS's and Azure's.
public struct SettingsFile {
  /// Why the file is none, and where.
  public struct Invalid: Error {
    /// The line, from 1.
    public let line: Int
    /// What is wrong with it.
    public let why: String
  }

  /// Values by section and by key in lower case. A value whose first line is empty, with indented lines below it,
  /// keeps the line ends: it may be a section in the section, see ``nested(_:)``.
  public private(set) var sections: [String: [String: String]] = [:]

  /// A file of nothing.
  public init() {}

  /// The sections of a file's text.
  public init(_ text: [UInt8]) throws(Invalid) {
    var (section, key): (String?, String?) = (nil, nil)
    let lines = text.split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }
    for (index, line) in lines.enumerated() {
      let content = Self.trimmed(line)
      guard let first = content.first, !"#;".utf8.contains(first) else { continue }
      let isIndented = line.first == 0x20 || line.first == 0x09
      if isIndented, let section, let key {
        sections[section]?[key]? += "\n" + String(decoding: content, as: UTF8.self)
      } else if first == UInt8(ascii: "["), let end = content.lastIndex(of: UInt8(ascii: "]")) {
        let name = String(decoding: content[content.startIndex + 1..<end], as: UTF8.self)
        sections[name, default: [:]].merge([:]) { old, _ in old }
        (section, key) = (name, nil)
      } else {
        guard let section else { throw Invalid(line: index + 1, why: "a value before the first section") }
        guard let cut = content.firstIndex(where: { "=:".utf8.contains($0) }), cut > content.startIndex else {
          throw Invalid(line: index + 1, why: "neither a section nor a value")
        }
        let name = String(decoding: Self.trimmed(content[..<cut]), as: UTF8.self).lowercased()
        sections[section]?[name] = String(decoding: Self.trimmed(content[(cut + 1)...]), as: UTF8.self)
        key = name
      }
    }
  }

  /// The keys that a value holds, each on a line of its own below it: AWS's `s3 =`.
  public static func nested(_ value: String?) -> [String: String] {
    guard let value, value.hasPrefix("\n") else { return [:] }
    var keys: [String: String] = [:]
    for line in value.utf8.split(separator: 0x0A) {
      guard let cut = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: trimmed(line[..<cut]), as: UTF8.self)
      keys[name] = String(decoding: trimmed(line[line.index(after: cut)...]), as: UTF8.self)
    }
    return keys
  }

  private static func trimmed<Bytes: BidirectionalCollection>(_ bytes: Bytes) -> Bytes.SubSequence
  where Bytes.Element == UInt8 {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else { return bytes[bytes.startIndex..<bytes.startIndex] }
    return bytes[first...last]
  }
}
