import Values

/// A number of bytes, as people write it: `10 MB`, `256 MiB`, `512`.
struct ByteCount: CustomStringConvertible {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  /// The number that a text spells; `nil` for anything else, and for more than a machine word holds.
  init?(_ text: Text) {
    let letters = text.utf8.filter { $0 != 0x20 }
    let digits = letters.prefix { (0x30...0x39).contains($0) }
    let unit = letters.dropFirst(digits.count).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    guard let number = Int(String(decoding: digits, as: UTF8.self)),
      let factor = Self.units.first(where: { $0.name.utf8.elementsEqual(unit) })?.bytes
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    bytes = product
  }

  /// The largest unit that gives at least one, with one digit after the point where it tells something.
  var description: String {
    for unit in Self.shown where bytes >= unit.bytes {
      let tenths = bytes / (unit.bytes / 10)
      return tenths % 10 == 0 || tenths >= 1000
        ? "\(tenths / 10) \(unit.name)" : "\(tenths / 10).\(tenths % 10) \(unit.name)"
    }
    return bytes == 1 ? "1 byte" : "\(bytes) bytes"
  }

  private static let shown = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)].map {
    (name: $0.0, bytes: $0.1)
  }
  private static let units: [(name: String, bytes: Int)] = [
    ("", 1), ("b", 1), ("bytes", 1), ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000), ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40),
  ]
}
