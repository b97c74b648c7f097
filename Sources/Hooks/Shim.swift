/// A hook that guard installs: a few lines of POSIX shell that call what was there before, find guard and run
/// `guard hook NAME -- ARGUMENTS`. Its text is the file of that name in `hooks/` at the top of the repository, with the
/// parts beside it that it names.
///
/// The call is a stable private interface: shims stay in repositories for years and meet newer guards.
public struct Shim: Hashable, Sendable {
  /// The hook's name as Git has it, such as `pre-commit`.
  public let name: [UInt8]
  /// The text before the installer fills it in: `@SEAL@`, `@GUARD@` and `@VIA@` are open.
  let template: [UInt8]

  /// A shim of a text.
  public init(name: String, template: String) {
    self.name = Array(name.utf8)
    self.template = Array(template.utf8)
  }

  /// The hooks that this guard brings, in the order of their names.
  public static var all: [Shim] { embeddedHooks }

  /// The file to write.
  /// - Parameters:
  ///   - guardExecutable: where guard is, an absolute path.
  ///   - via: the shell that must read the previous hook so that it sees its own name; empty to just run it.
  public func text(guardExecutable: [UInt8], via: [UInt8]) -> [UInt8] {
    let open = template.filling("@GUARD@", with: guardExecutable.insideSingleQuotes)
      .flatMap { $0.filled ? [$0] : $0.bytes.filling("@VIA@", with: via.insideSingleQuotes) }
      .flatMap(\.bytes)
    return ShimSeal.sealed(open)
  }
}

/// How guard knows its own shims: the second line holds a checksum of all the rest. So every guard, older or
/// newer than the shim, can tell one that it may replace or take out from one that a person has changed.
struct ShimSeal: Hashable {
  /// What the shim expects of guard; it grows when the lines of a shim change their meaning.
  let version: Int
  /// Whether not a byte was changed since it was written.
  let isIntact: Bool

  /// The version that this guard writes.
  static let currentVersion = 5

  private static let mark = Array("\n# guard-shim ".utf8)
  private static let open = Array("@SEAL@".utf8)

  /// The seal of a file's bytes; `nil` for a file that is no shim of guard's.
  init?(of bytes: [UInt8]) {
    guard bytes.starts(with: Array("#!".utf8)), let lineEnd = bytes.firstIndex(of: newline),
      bytes[lineEnd...].starts(with: Self.mark)
    else { return nil }
    let start = lineEnd + Self.mark.count
    let end = bytes[start...].firstIndex(of: newline) ?? bytes.endIndex
    let words = bytes[start..<end].split(separator: UInt8(ascii: " "))
    guard words.count == 2, let number = Int(String(decoding: words[0], as: UTF8.self)), number > 0
    else { return nil }
    version = number
    let unsealed = bytes[..<words[1].startIndex] + Self.open + bytes[words[1].endIndex...]
    isIntact = Array(words[1]) == Self.checksum(unsealed)
  }

  /// The text with its checksum in place of `@SEAL@`.
  static func sealed(_ text: [UInt8]) -> [UInt8] {
    let checksum = checksum(text[...])
    guard let place = text.firstRange(of: open) else { return text }
    return text[..<place.lowerBound] + checksum + text[place.upperBound...]
  }

  /// FNV-1a, 64 bits, as 16 hexadecimal digits: it guards against a person's edit, not against an attacker,
  /// who could write any hook.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = Array(String(hash, radix: 16).utf8)
    return [UInt8](repeating: UInt8(ascii: "0"), count: 16 - digits.count) + digits
  }
}

let newline = UInt8(ascii: "\n")

extension [UInt8] {
  /// The bytes cut at the first `placeholder`, which is replaced: filled parts are marked, so that what a value
  /// holds is never taken for a placeholder.
  fileprivate func filling(_ placeholder: String, with value: [UInt8]) -> [(bytes: [UInt8], filled: Bool)] {
    guard let place = firstRange(of: Array(placeholder.utf8)) else { return [(self, false)] }
    return [
      (Array(self[..<place.lowerBound]), false), (value, true), (Array(self[place.upperBound...]), false),
    ]
  }

  /// What a POSIX shell reads as these bytes between two single quotes.
  var insideSingleQuotes: [UInt8] {
    flatMap { $0 == UInt8(ascii: "'") ? Array(#"'\''"#.utf8) : [$0] }
  }
}

extension Collection<UInt8> {
  /// Where another run of bytes first stands in this one.
  func firstRange(of wanted: [UInt8]) -> Range<Index>? {
    guard let head = wanted.first else { return nil }
    var start = startIndex
    while let found = self[start...].firstIndex(of: head) {
      if self[found...].starts(with: wanted) { return found..<index(found, offsetBy: wanted.count) }
      start = index(after: found)
    }
    return nil
  }
}
