/// Strings in double quotes with C's escapes, as Git writes odd paths.
public enum CQuoting {
  /// A string in quotes, every byte that is not printable ASCII as three octal digits.
  public static func quote(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in bytes {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "\\"), 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
      }
    }
    return text + [UInt8(ascii: "\"")]
  }

  /// The string that begins with a quote here, and the position after its closing quote.
  /// - Returns: `nil` when it is not closed or an escape is unknown.
  static func unquote(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], end: Int)? {
    guard text.first == UInt8(ascii: "\"") else { return nil }
    var bytes: [UInt8] = []
    var position = text.startIndex + 1
    while position < text.endIndex {
      let byte = text[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return (bytes, position) }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard position < text.endIndex else { return nil }
      let escape = text[position]
      if let plain = plain[escape] {
        bytes.append(plain)
        position += 1
      } else {
        guard (UInt8(ascii: "0")...UInt8(ascii: "3")).contains(escape), position + 3 <= text.endIndex else {
          return nil
        }
        let digits = text[position..<(position + 3)]
        guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        bytes.append(digits.reduce(0) { $0 << 3 | ($1 - 0x30) })
        position += 3
      }
    }
    return nil
  }

  private static let plain: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
    UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "\""): UInt8(ascii: "\""),
  ]
}
