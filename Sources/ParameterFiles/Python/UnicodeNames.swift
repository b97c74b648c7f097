import Values

/// Characters by their Unicode names, for `\N{…}`.
enum UnicodeNames {
  /// The character of a name in any case, or of an alias of a control character.
  static func scalar(named name: ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard (1...128).contains(name.count) else { return nil }
    let key = Text(utf8: name.map { $0.isASCIILetter ? $0 & ~0x20 : $0 })
    // Python computes the names of ideographs and of Hangul, and minds their case.
    let isComputed = key.hasPrefix("CJK UNIFIED IDEOGRAPH-") || key.hasPrefix("HANGUL SYLLABLE ")
    if isComputed, !name.elementsEqual(key.utf8) { return nil }
    guard key.hasPrefix("CJK UNIFIED IDEOGRAPH-") else { return table[key] }
    let digits = key.utf8.drop { $0 != UInt8(ascii: "-") }.dropFirst()
    guard let code = UInt32(Text(utf8: digits).string, radix: 16), let scalar = Unicode.Scalar(code),
      scalar.properties.name.map({ Text($0) }) == key
    else { return nil }
    return scalar
  }

  /// Built when a file first needs it.
  private static let table: [Text: Unicode.Scalar] = {
    var table: [Text: Unicode.Scalar] = [:]
    let named: [ClosedRange<UInt32>] = [0...0x1_FFFF, 0x2_F800...0x2_FA1F, 0xE_0000...0xE_01FF]
    for scalar in named.joined().lazy.compactMap(Unicode.Scalar.init) {
      let properties = scalar.properties
      if let name = properties.name, !name.hasPrefix("CJK UNIFIED") { table[Text(name)] = scalar }
      if let alias = properties.nameAlias { table[Text(alias)] = scalar }
    }
    for (code, names) in controls {
      for name in names { table[name] = Unicode.Scalar(code) }
    }
    return table
  }()

  /// The control characters have no names, only aliases (Unicode, `NameAliases.txt`).
  private static let controls: [UInt8: [Text]] = [
    0x00: ["NULL", "NUL"], 0x01: ["START OF HEADING", "SOH"], 0x02: ["START OF TEXT", "STX"],
    0x03: ["END OF TEXT", "ETX"], 0x04: ["END OF TRANSMISSION", "EOT"], 0x05: ["ENQUIRY", "ENQ"],
    0x06: ["ACKNOWLEDGE", "ACK"], 0x07: ["ALERT", "BEL"], 0x08: ["BACKSPACE", "BS"],
    0x09: ["CHARACTER TABULATION", "HORIZONTAL TABULATION", "HT", "TAB"],
    0x0A: ["LINE FEED", "NEW LINE", "END OF LINE", "LF", "NL", "EOL"],
    0x0B: ["LINE TABULATION", "VERTICAL TABULATION", "VT"], 0x0C: ["FORM FEED", "FF"],
    0x0D: ["CARRIAGE RETURN", "CR"], 0x0E: ["SHIFT OUT", "LOCKING-SHIFT ONE", "SO"],
    0x0F: ["SHIFT IN", "LOCKING-SHIFT ZERO", "SI"], 0x10: ["DATA LINK ESCAPE", "DLE"],
    0x11: ["DEVICE CONTROL ONE", "DC1"], 0x12: ["DEVICE CONTROL TWO", "DC2"],
    0x13: ["DEVICE CONTROL THREE", "DC3"], 0x14: ["DEVICE CONTROL FOUR", "DC4"],
    0x15: ["NEGATIVE ACKNOWLEDGE", "NAK"], 0x16: ["SYNCHRONOUS IDLE", "SYN"],
    0x17: ["END OF TRANSMISSION BLOCK", "ETB"], 0x18: ["CANCEL", "CAN"],
    0x19: ["END OF MEDIUM", "EOM", "EM"],
    0x1A: ["SUBSTITUTE", "SUB"], 0x1B: ["ESCAPE", "ESC"],
    0x1C: ["INFORMATION SEPARATOR FOUR", "FILE SEPARATOR", "FS"],
    0x1D: ["INFORMATION SEPARATOR THREE", "GROUP SEPARATOR", "GS"],
    0x1E: ["INFORMATION SEPARATOR TWO", "RECORD SEPARATOR", "RS"],
    0x1F: ["INFORMATION SEPARATOR ONE", "UNIT SEPARATOR", "US"], 0x20: ["SP"], 0x7F: ["DELETE", "DEL"],
    0x85: ["NEXT LINE", "NEL"], 0xA0: ["NBSP"], 0xAD: ["SHY"],
  ]
}
