import Glibc
import Hashing
import Values

/// A ``Manifest`` as it is spelled, file by file: a directory can hold a million.
struct ManifestList {
  private var bytes = [UInt8(ascii: "[")]

  // MARK: - Writing

  /// A list to append files to.
  init(expecting count: Int) { bytes.reserveCapacity(count * 80) }

  /// Appends a file; they come in the order of their paths.
  mutating func append(_ path: ArraySlice<UInt8>, hash: Text) { append(path) { $0 += hash.utf8 } }

  /// Appends a file; they come in the order of their paths.
  mutating func append(_ path: ArraySlice<UInt8>, hash: MD5Digest) {
    append(path) { hash.appendHexadecimal(to: &$0) }
  }

  private mutating func append(_ path: ArraySlice<UInt8>, appendHash: (inout [UInt8]) -> Void) {
    if bytes.count > 1 { Self.between.withUTF8Buffer { bytes += $0 } }
    Self.beforeHash.withUTF8Buffer { bytes += $0 }
    appendHash(&bytes)
    Self.beforePath.withUTF8Buffer { bytes += $0 }
    if path.allSatisfy(Self.isPlain) {
      bytes += path
    } else {
      Text(utf8: path).appendJSONEscaped(to: &bytes)
    }
    Self.afterPath.withUTF8Buffer { bytes += $0 }
  }

  /// The bytes of the whole list.
  consuming func finish() -> [UInt8] {
    bytes.append(UInt8(ascii: "]"))
    return bytes
  }

  // MARK: - Reading

  /// The objects that a list names, one a file; `nil` for what is no list to DVC.
  static func objects(in bytes: [UInt8], _ algorithm: HashAlgorithm) -> [CacheObject]? {
    var objects: [CacheObject] = []
    objects.reserveCapacity(bytes.count / 64)
    if scan(bytes, { digest, _ in objects.append(CacheObject(digest, algorithm)) }) { return objects }
    return Manifest(bytes: bytes)?.objects(algorithm)
  }

  /// Reads a list that is spelled as DVC spells it and whose paths need no escapes and stand in their order:
  /// nearly every one, and JSON takes four times as long.
  /// - Returns: whether it is such a list; if not, files may have been passed on before that was seen.
  static func scan(_ bytes: [UInt8], _ body: (MD5Digest, _ path: ArraySlice<UInt8>) -> Void) -> Bool {
    var cursor = Cursor(bytes)
    guard cursor.take("[") else { return false }
    var last: ArraySlice<UInt8>?
    while !cursor.take("]") {
      guard last == nil || cursor.take(between), cursor.take(beforeHash),
        let digest = MD5Digest(hexadecimal: cursor.take(32)), cursor.take(beforePath)
      else { return false }
      let path = cursor.take(while: isPlain)
      guard cursor.take(afterPath), last?.lexicographicallyPrecedes(path) ?? true else { return false }
      body(digest, path)
      last = path
    }
    return cursor.isAtEnd
  }

  /// Whether a byte stands for itself in a JSON string of ASCII.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static let beforeHash: StaticString = #"{"md5": ""#
  private static let beforePath: StaticString = #"", "relpath": ""#
  private static let afterPath: StaticString = #""}"#
  private static let between: StaticString = ", "
}

/// A place in a list that is read.
private struct Cursor {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  /// Goes on behind a text when it stands here.
  mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    let isHere = bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map { memcmp($0 + index, text.utf8Start, count) == 0 } ?? false
    }
    if isHere { index += count }
    return isHere
  }

  /// Goes on behind so many bytes, or to the end.
  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let taken = bytes[index...].prefix(count)
    index = taken.endIndex
    return taken
  }

  /// Goes on behind all bytes that are of a kind.
  mutating func take(while isOfKind: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count, isOfKind(bytes[index]) { index += 1 }
    return bytes[start..<index]
  }
}

extension Manifest {
  /// The objects that the files are in the cache.
  func objects(_ algorithm: HashAlgorithm) -> [CacheObject] {
    files.map { CacheObject(id: $0.hash.utf8, isLegacy: algorithm == .md5DOS2Unix) }
  }
}

extension Text {
  /// Appends the text as the inside of a JSON string, as Python's `json.dumps` with `ensure_ascii`.
  func appendJSONEscaped(to result: inout [UInt8]) {
    for scalar in scalars {
      switch scalar {
      case "\"": result += Array("\\\"".utf8)
      case "\\": result += Array("\\\\".utf8)
      case "\n": result += Array("\\n".utf8)
      case "\r": result += Array("\\r".utf8)
      case "\t": result += Array("\\t".utf8)
      case "\u{0C}": result += Array("\\f".utf8)
      case "\u{08}": result += Array("\\b".utf8)
      case " "..."~": result.append(UInt8(scalar.value))
      default:
        for unit in String(scalar).utf16 {
          let digits = Array("0123456789abcdef".utf8)
          result += Array("\\u".utf8)
          result += [12, 8, 4, 0].map { digits[Int(unit >> $0) & 15] }
        }
      }
    }
  }
}
