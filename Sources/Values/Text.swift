import Glibc

/// A Python `str`: a sequence of code points, held as UTF-8.
///
/// Two texts are equal when their bytes are. Swift's `String` treats `é` and `e` + U+0301 as equal and
/// cuts text into grapheme clusters; DVC, Git and Python do neither, so names, keys and values that
/// come from a repository are `Text` until they are shown to a person.
/// Lone surrogates, which Python's JSON reader accepts, are held as their three-byte generalised UTF-8.
public struct Text: Hashable, Sendable {
  /// The UTF-8 bytes.
  public var utf8: [UInt8]

  /// A text of the given UTF-8 bytes, which are not checked.
  public init(utf8: [UInt8]) { self.utf8 = utf8 }

  /// A text of the given UTF-8 bytes, which are not checked.
  public init(utf8: some Sequence<UInt8>) { self.utf8 = Array(utf8) }

  /// The text of a Swift string.
  public init(_ string: String) { self.utf8 = Array(string.utf8) }

  /// Whether there is no character.
  public var isEmpty: Bool { utf8.isEmpty }

  /// The text for a person to read; bytes that are not UTF-8 become U+FFFD.
  public var string: String { String(decoding: utf8, as: UTF8.self) }

  /// The code points, in order.
  public var scalars: String.UnicodeScalarView { string.unicodeScalars }

  /// Whether the text begins with `prefix`, byte for byte.
  public func hasPrefix(_ prefix: Text) -> Bool { utf8.starts(with: prefix.utf8) }

  /// Whether the text ends with `suffix`, byte for byte.
  public func hasSuffix(_ suffix: Text) -> Bool {
    utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// The parts between every occurrence of `separator`, empty ones included, as Python's `str.split(sep)`.
  public func split(separator: UInt8) -> [Text] {
    utf8.split(separator: separator, omittingEmptySubsequences: false).map { Text(utf8: Array($0)) }
  }

  /// Where `needle` begins first at or after `start`, in bytes.
  public func firstIndex(of needle: Text, from start: Int = 0) -> Int? {
    let count = needle.utf8.count
    guard count > 0, utf8.count >= count, start <= utf8.count - count else { return nil }
    return (start...(utf8.count - count)).first { utf8[$0..<$0 + count].elementsEqual(needle.utf8) }
  }

  /// The text with every occurrence of `needle` replaced, as Python's `str.replace`.
  public func replacing(_ needle: Text, with replacement: Text) -> Text {
    var result: [UInt8] = []
    var position = 0
    while let found = firstIndex(of: needle, from: position) {
      result += utf8[position..<found]
      result += replacement.utf8
      position = found + needle.utf8.count
    }
    result += utf8[position...]
    return Text(utf8: result)
  }

  /// Two texts, one after the other.
  public static func + (left: Text, right: Text) -> Text { Text(utf8: left.utf8 + right.utf8) }

  /// Appends `right`.
  public static func += (left: inout Text, right: Text) { left.utf8 += right.utf8 }
}

extension Text {
  /// Whether both have the same bytes.
  public static func == (left: Text, right: Text) -> Bool {
    left.utf8.count == right.utf8.count
      && left.utf8.withUnsafeBytes { left in
        right.utf8.withUnsafeBytes { right in
          guard let first = left.baseAddress, let second = right.baseAddress else { return left.isEmpty }
          return memcmp(first, second, left.count) == 0
        }
      }
  }

  /// Hashes the bytes at once; an array would hash them one by one.
  public func hash(into hasher: inout Hasher) {
    utf8.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension Text: Comparable {
  /// The order of code points, which is the order of UTF-8 bytes and of Python's `str`.
  public static func < (left: Text, right: Text) -> Bool {
    left.utf8.withUnsafeBytes { left in
      right.utf8.withUnsafeBytes { right in
        let common = min(left.count, right.count)
        guard common > 0, let first = left.baseAddress, let second = right.baseAddress else {
          return left.count < right.count
        }
        let order = memcmp(first, second, common)
        return order == 0 ? left.count < right.count : order < 0
      }
    }
  }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The text of a literal.
  public init(stringLiteral value: StaticString) {
    self.utf8 = value.withUTF8Buffer { Array($0) }
  }

  /// The text for a person to read.
  public var description: String { string }
}

extension Sequence<Text> {
  /// The texts, one after the other, with `separator` between them.
  public func joined(separator: Text) -> Text {
    Text(utf8: Array(map(\.utf8).joined(separator: separator.utf8)))
  }
}
