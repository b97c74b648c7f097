import Values

/// Ids of MLflow's runs in files that a training left.
public enum RunID {
  /// The ids that stand in a text: runs of exactly 32 hexadecimal digits in lower case.
  public static func all(in text: [UInt8]) -> [Text] {
    text.split { !isWord($0) }.filter { $0.count == 32 && $0.allSatisfy(isDigit) }.map { Text(utf8: $0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte.hexadecimalValue != nil && !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte)
      || (0x61...0x7A).contains(byte | 0x20)
  }
}
