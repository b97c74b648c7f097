/// What is read of a text file before its format is known.
public enum TextFile {
  /// The bytes with `\r\n` and `\r` as `\n`, as Python's text mode gives them.
  public static func withLineFeeds(_ raw: [UInt8]) -> [UInt8] {
    guard raw.contains(UInt8(ascii: "\r")) else { return raw }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(raw.count)
    var previous: UInt8 = 0
    for byte in raw {
      if byte == UInt8(ascii: "\r") {
        bytes.append(UInt8(ascii: "\n"))
      } else if byte != UInt8(ascii: "\n") || previous != UInt8(ascii: "\r") {
        bytes.append(byte)
      }
      previous = byte
    }
    return bytes
  }

  /// Where the first line begins that Git leaves around a conflict. A line of `=======` alone is too common
  /// in text to count.
  public static func conflictMarker(in bytes: [UInt8]) -> Position? {
    let marks = [Array("<<<<<<< ".utf8), Array(">>>>>>> ".utf8)]
    var line = 1
    var start = 0
    while start < bytes.count {
      if marks.contains(where: { bytes[start...].starts(with: $0) }) {
        return Position(line: line, column: 1)
      }
      guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      start = end + 1
      line += 1
    }
    return nil
  }
}
