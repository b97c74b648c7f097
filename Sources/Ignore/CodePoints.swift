/// Text as Python's `str` holds it.
enum CodePoints {
  /// The code points of a path. A byte that is not UTF-8 is the lone surrogate that Python's
  /// `surrogateescape` puts in its place.
  static func ofPath(_ bytes: [UInt8]) -> [UInt32] {
    var points: [UInt32] = []
    points.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if let (point, length) = decode(bytes, at: index) {
        points.append(point)
        index += length
      } else {
        points.append(0xDC00 + UInt32(bytes[index]))
        index += 1
      }
    }
    return points
  }

  /// The code points of a text file; `nil` when it is not UTF-8.
  static func ofText(_ bytes: [UInt8]) -> [UInt32]? {
    let points = ofPath(bytes)
    // A surrogate that is spelled out is not UTF-8 either, so every one of them is an escape.
    return points.contains { (0xD800...0xDFFF).contains($0) } ? nil : points
  }

  /// The bytes that ``ofPath(_:)`` reads back.
  static func bytes(of points: some Sequence<UInt32>) -> [UInt8] {
    var bytes: [UInt8] = []
    for point in points {
      if let scalar = Unicode.Scalar(point) {
        bytes += UTF8.encode(scalar).map { Array($0) } ?? []
      } else {
        bytes.append(UInt8(truncatingIfNeeded: point))
      }
    }
    return bytes
  }

  /// The text without white space at both ends, as Python's `str.strip()`.
  static func strip(_ points: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
    guard let first = points.firstIndex(where: { !isSpace($0) }),
      let last = points.lastIndex(where: { !isSpace($0) })
    else { return [] }
    return points[first...last]
  }

  /// Python's `str.isspace`.
  static func isSpace(_ point: UInt32) -> Bool {
    switch point {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  private static func decode(_ bytes: [UInt8], at index: Int) -> (point: UInt32, length: Int)? {
    let first = bytes[index]
    let (length, least, lead): (Int, UInt32, UInt8)
    switch first {
    case 0x00...0x7F: return (UInt32(first), 1)
    case 0xC2...0xDF: (length, least, lead) = (2, 0x80, 0x1F)
    case 0xE0...0xEF: (length, least, lead) = (3, 0x800, 0x0F)
    case 0xF0...0xF4: (length, least, lead) = (4, 0x10000, 0x07)
    default: return nil
    }
    guard index + length <= bytes.count else { return nil }
    var point = UInt32(first & lead)
    for byte in bytes[(index + 1)..<(index + length)] {
      guard byte & 0xC0 == 0x80 else { return nil }
      point = point << 6 | UInt32(byte & 0x3F)
    }
    guard point >= least, point <= 0x10FFFF, !(0xD800...0xDFFF).contains(point) else { return nil }
    return (point, length)
  }
}
