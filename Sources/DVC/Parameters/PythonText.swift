import Values

extension Text {
  /// The code points as Python's `str` has them, lone surrogates included; a byte that is no part of one
  /// is U+FFFD.
  var codePoints: [UInt32] {
    var points: [UInt32] = []
    points.reserveCapacity(utf8.count)
    var index = 0
    while index < utf8.count {
      let first = utf8[index]
      let length =
        first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
      let rest = utf8[(index + 1)...].prefix(Swift.max(length - 1, 0))
      guard length > 0, rest.count == length - 1, rest.allSatisfy({ $0 & 0xC0 == 0x80 }) else {
        points.append(0xFFFD)
        index += 1
        continue
      }
      let lead = UInt32(length == 1 ? first : first & (0x7F >> UInt8(length)))
      points.append(rest.reduce(lead) { $0 << 6 | UInt32($1 & 0x3F) })
      index += length
    }
    return points
  }

  /// The text of code points; those that are none become U+FFFD, lone surrogates stay.
  init(codePoints: some Sequence<UInt32>) {
    var bytes: [UInt8] = []
    for point in codePoints {
      if point < 0x80 {
        bytes.append(UInt8(point))
      } else if let scalar = Unicode.Scalar(point) {
        bytes += UTF8.encode(scalar).map { Array($0) } ?? []
      } else if (0xD800...0xDFFF).contains(point) {
        bytes += [0xED, UInt8(0x80 | (point >> 6 & 0x3F)), UInt8(0x80 | (point & 0x3F))]
      } else {
        bytes += [0xEF, 0xBF, 0xBD]
      }
    }
    self.init(utf8: bytes)
  }

  /// The text without white space at both ends, as Python's `str.strip()`.
  var trimmed: Text {
    let points = codePoints
    guard let first = points.firstIndex(where: { !CodePoint.isSpace($0) }),
      let last = points.lastIndex(where: { !CodePoint.isSpace($0) })
    else { return Text(utf8: []) }
    return Text(codePoints: points[first...last])
  }

  /// What Python's `float()` makes of the text; `nil` when it raises.
  var parsedFloat: Double? {
    var ascii: [UInt8] = []
    var wasDigit = false
    let points = trimmed.codePoints
    for (index, point) in points.enumerated() {
      if let digit = CodePoint.decimal(point) {
        ascii.append(UInt8(ascii: "0") + digit)
      } else if point == 0x5F {
        // One underscore may stand between two digits.
        guard wasDigit, index + 1 < points.count, CodePoint.decimal(points[index + 1]) != nil else {
          return nil
        }
      } else if point < 0x80 {
        ascii.append(UInt8(point))
      } else {
        return nil
      }
      wasDigit = CodePoint.decimal(point) != nil
    }
    let letters = Text(utf8: ascii).lowercased
    let hasSign = letters.utf8.first == 0x2B || letters.utf8.first == 0x2D
    let unsigned = letters.utf8.dropFirst(hasSign ? 1 : 0)
    switch Text(utf8: unsigned) {
    case "inf", "infinity", "nan": break
    default:
      guard let first = unsigned.first, (0x30...0x39).contains(first) || first == 0x2E,
        unsigned.allSatisfy({ (0x30...0x39).contains($0) || "e+-.".utf8.contains($0) })
      else { return nil }
    }
    return Double(letters.string)
  }

  /// What Python's `int()` makes of the text: white space around it, a sign, single underscores between
  /// digits of any script, at most 4,300 of them; `nil` when it raises.
  var parsedInteger: Integer? {
    var points = codePoints[...]
    while let last = points.last, CodePoint.isSpace(last) { points.removeLast() }
    points = points.drop(while: CodePoint.isSpace)
    let isNegative = points.first == 0x2D
    if isNegative || points.first == 0x2B { points.removeFirst() }
    var digits: [UInt8] = []
    var mayStop = false
    for point in points {
      if point == 0x5F, mayStop {
        mayStop = false
        continue
      }
      guard let digit = CodePoint.decimal(point), digits.count < 4300 else { return nil }
      digits.append(UInt8(ascii: "0") + digit)
      mayStop = true
    }
    return mayStop ? Integer(digits: digits, radix: 10, isNegative: isNegative) : nil
  }
}

/// What Python says of a code point.
enum CodePoint {
  /// `str.isspace`, and `\s` of `re`.
  static func isSpace(_ point: UInt32) -> Bool {
    switch point {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  /// The value of a decimal digit of any script.
  static func decimal(_ point: UInt32) -> UInt8? {
    if (0x30...0x39).contains(point) { return UInt8(point - 0x30) }
    guard point >= 0x80, let scalar = Unicode.Scalar(point),
      scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue
    else { return nil }
    return UInt8(exactly: value)
  }
}

extension Text {
  /// Python's `str.lower`.
  var lowercased: Text {
    guard utf8.contains(where: { $0 >= 0x80 }) else {
      return Text(utf8: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 })
    }
    let points = codePoints
    var result: [UInt32] = []
    for (index, point) in points.enumerated() {
      if point == 0x3A3 {
        result.append(Self.isFinal(index, in: points) ? 0x3C2 : 0x3C3)
      } else if let scalar = Unicode.Scalar(point) {
        result += scalar.properties.lowercaseMapping.unicodeScalars.map(\.value)
      } else {
        result.append(point)
      }
    }
    return Text(codePoints: result)
  }

  /// Whether a sigma ends a word: a letter stands before it and none behind it, marks aside.
  private static func isFinal(_ index: Int, in points: [UInt32]) -> Bool {
    func isLetter(_ points: some Sequence<UInt32>) -> Bool {
      let next = points.lazy.compactMap { Unicode.Scalar($0)?.properties }.first { !$0.isCaseIgnorable }
      return next?.isCased ?? false
    }
    return isLetter(points[..<index].reversed()) && !isLetter(points[(index + 1)...])
  }
}
