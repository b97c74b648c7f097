import Values

extension JSON {
  /// The document as it is printed: indented, and without what CI systems take for a command wherever it stands in a
  /// line (see ``TerminalText/printable(_:)``). A `#` can only be in a text, where `\u0023` means the same.
  var printed: [UInt8] {
    let hash = UInt8(ascii: "#")
    let bytes = indented
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == hash, index > 0, bytes[index - 1] == hash, Self.opensCommand(bytes[(index + 1)...]) {
        result += #"\u0023"#.utf8
      } else {
        result.append(byte)
      }
    }
    return result
  }

  private static func opensCommand(_ rest: ArraySlice<UInt8>) -> Bool {
    rest.first { !(0x41...0x5A).contains($0) && !(0x61...0x7A).contains($0) } == UInt8(ascii: "[")
  }
}
