/// Bytes as digits of base 16.
public enum Hexadecimal {
  /// The digits in lower case.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes that digits of either case spell, two each; `nil` for anything else.
  public static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var rest = digits
    while let high = rest.popFirst(), let low = rest.popFirst() {
      guard let byte = byte(high, low) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// The byte that two digits of either case spell.
  public static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
    guard let high = high.hexadecimalValue, let low = low.hexadecimalValue else { return nil }
    return high << 4 | low
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
