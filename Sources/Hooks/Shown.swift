/// Bytes as a person sees them.
enum Shown {
  /// A path in a sentence: control characters, which could rewrite a terminal's lines, are escaped.
  static func path(_ bytes: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x0A: text += "\\n"
      case ..<0x20, 0x7F..<0xA0: text += "\\x" + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// A path in a command that can be pasted into any POSIX shell.
  static func word(_ bytes: [UInt8]) -> String {
    let plain = bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/._-+,@%".utf8.contains(byte)
      }
    }
    if plain && !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    return "'" + String(decoding: bytes.insideSingleQuotes, as: UTF8.self) + "'"
  }

  /// Permission bits, as chmod(1) takes them.
  static func mode(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
