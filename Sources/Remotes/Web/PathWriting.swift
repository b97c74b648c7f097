import HTTP

/// How the libraries under DVC write the paths of URLs. Two URLs that mean the same to people can be two objects
/// to a server, so guard writes what DVC writes.
enum PathWriting {
  /// What yarl makes of a path or a query that may hold escapes: escapes of harmless characters are resolved,
  /// the others get capital digits, what may not stand there is escaped (yarl 1.25, `_quoters.py`).
  static func requoted(_ bytes: [UInt8], isQuery: Bool = false) -> String {
    let plain = isQuery ? queryPlain : pathPlain
    let kept = isQuery ? queryKept : pathKept
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      defer { index += 1 }
      if byte == UInt8(ascii: "%") {
        guard let value = PercentEncoding.byte(bytes, after: index) else {
          PercentEncoding.append(byte, to: &text)
          continue
        }
        index += 2
        if plain.contains(value), !kept.contains(value) {
          text.append(value)
        } else {
          PercentEncoding.append(value, to: &text)
        }
      } else if isQuery, byte == UInt8(ascii: " ") {
        text.append(UInt8(ascii: "+"))
      } else if plain.contains(byte) {
        text.append(byte)
      } else {
        PercentEncoding.append(byte, to: &text)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What httpx makes of a path without escapes; a `%` stays one (httpx 0.28, `_urlparse.py`).
  static func quoted(_ bytes: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      if (0x21...0x7E).contains(byte), !##""#<>?`{}"##.utf8.contains(byte) {
        text.append(byte)
      } else {
        PercentEncoding.append(byte, to: &text)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes with their escapes resolved; a `%` without two digits stays.
  static func decoded(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      defer { index += 1 }
      if byte == UInt8(ascii: "%"), let value = PercentEncoding.byte(bytes, after: index) {
        text.append(value)
        index += 2
      } else {
        text.append(byte)
      }
    }
    return text
  }

  /// An absolute path without `.` and `..` (RFC 3986, section 5.2.4).
  static func normalised(_ path: String) -> String {
    guard path.utf8.contains(UInt8(ascii: ".")) else { return path }
    var kept: [Substring] = []
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for part in parts {
      switch part {
      case ".": break
      case "..": _ = kept.popLast()
      default: kept.append(part)
      }
    }
    if parts.last == "." || parts.last == ".." { kept.append("") }
    return "/" + kept.joined(separator: "/")
  }

  private static let unreserved =
    Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,".utf8)
  private static let pathPlain = Set(unreserved + Array("+&=;@:/".utf8))
  private static let pathKept = Set("/+".utf8)
  private static let queryPlain = Set(unreserved + Array("+&=;?/:@".utf8))
  private static let queryKept = Set("=+&;".utf8)
}
