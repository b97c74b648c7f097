import Values

/// Bytes as they stand in a URL (RFC 3986).
public enum PercentEncoding {
  /// A path: what is not a letter, a digit, `-._~` or `/` is encoded.
  public static func path(_ bytes: some Sequence<UInt8>) -> String { encode(bytes, keepsSlash: true) }

  /// A name or a value of a query, or of a form: `/` is encoded as well.
  public static func component(_ bytes: some Sequence<UInt8>) -> String { encode(bytes, keepsSlash: false) }

  /// A name or a value of a query.
  public static func component(_ text: String) -> String { component(text.utf8) }

  /// Pairs as a query or a form, in their order.
  public static func form(_ pairs: [(name: String, value: String)]) -> String {
    pairs.map { component($0.name) + "=" + component($0.value) }.joined(separator: "&")
  }

  /// The bytes of an encoded text; `nil` when a `%` has no two digits behind it.
  /// - Parameter plus: whether a `+` is a space, as in forms.
  public static func decode(_ text: [UInt8], plus: Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "%"):
        guard let byte = byte(text, after: index) else { return nil }
        bytes.append(byte)
        index += 3
      case UInt8(ascii: "+") where plus:
        bytes.append(0x20)
        index += 1
      case let byte:
        bytes.append(byte)
        index += 1
      }
    }
    return bytes
  }

  /// The byte whose two digits stand behind a `%`.
  public static func byte(_ text: [UInt8], after percent: Int) -> UInt8? {
    percent + 2 < text.count ? Hexadecimal.byte(text[percent + 1], text[percent + 2]) : nil
  }

  /// Appends a `%` and the two digits of a byte.
  public static func append(_ byte: UInt8, to text: inout [UInt8]) {
    text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func encode(_ bytes: some Sequence<UInt8>, keepsSlash: Bool) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        text.append(byte)
      case UInt8(ascii: "/") where keepsSlash: text.append(byte)
      default: append(byte, to: &text)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
