import Support

/// Makes inputs of others, in ways that break readers: the same numbers give the same inputs.
struct Mutator {
  private var generator: SeededGenerator
  /// What the seeds are made of, and what breaks many readers.
  private let words: [[UInt8]]

  /// Larger inputs find nothing that smaller ones do not.
  private static let largest = 1 << 13

  init(seeds: [[UInt8]], generator: SeededGenerator) {
    self.generator = generator
    let parts = seeds.flatMap { $0.split { $0 <= 0x20 }.filter { $0.count <= 40 }.map { Array($0) } }
    words = Set(parts).sorted { $0.lexicographicallyPrecedes($1) } + Self.bad
  }

  private static let bad: [[UInt8]] =
    [
      "", "\n", "\r", "\t", "\n  ", "\n- ", ": ", "? ", "#", "'", "\"", "'''", "\"\"\"", "\\", "\\u",
      "\\U0010FFFF", "\\x",
      "[", "]", "{", "}", "(", ")", "${", "}", "&a ", "*a", "<<: *a", "!!binary ", "!!set ", "|2\n", ">-\n",
      "---\n",
      "...\n", "%YAML 1.1\n", "..", "/", "//", "*", "**", "?", "[!", "!", "-", "+", "0", "-1", "0x", "1e",
      "1e999", "1_0",
      "9223372036854775807", "9223372036854775808", "-9223372036854775809", "4294967295", "65536",
      "2147483648",
      "123456789012345678901234567890", ".inf", ".nan", "null", "~", "true", "<<<<<<< HEAD\n", "e\u{301}",
      "\u{FEFF}",
      "\u{2028}", "\u{85}", "\u{1F642}", "2001-02-30", "23:59:60", "1:2:3",
    ].map { Array($0) } + [
      [0], [0xFF], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0, 0, 0, 0],
    ]

  /// One of the inputs, changed in a few places.
  mutating func mutate(_ inputs: [[UInt8]]) -> [UInt8] {
    var bytes = pick(inputs)
    for _ in 0..<number(in: 1...4) { change(&bytes, beside: inputs) }
    return Array(bytes.prefix(Self.largest))
  }

  private mutating func change(_ bytes: inout [UInt8], beside inputs: [[UInt8]]) {
    let part = range(of: bytes)
    switch number(in: 0...9) {
    case 0: if !part.isEmpty { bytes[part.lowerBound] ^= 1 << number(in: 0...7) }
    case 1: if !part.isEmpty { bytes[part.lowerBound] = UInt8(number(in: 0...255)) }
    case 2, 3: bytes.insert(contentsOf: pick(words), at: part.lowerBound)
    case 4: bytes.replaceSubrange(part, with: pick(words))
    case 5: bytes.removeSubrange(part)
    case 6: bytes.insert(contentsOf: bytes[part], at: range(of: bytes).lowerBound)
    case 7:
      let other = pick(inputs)
      bytes.replaceSubrange(part, with: other[range(of: other)])
    case 8:
      let unit = bytes[part].prefix(number(in: 1...8))
      let times = number(in: 1...(number(in: 0...9) == 0 ? 2000 : 20))
      bytes.insert(contentsOf: Array(repeating: unit, count: times).joined(), at: part.lowerBound)
    default: bytes = Array(bytes.prefix(part.upperBound))
    }
  }

  /// A part of the bytes, mostly a short one.
  private mutating func range(of bytes: [UInt8]) -> Range<Int> {
    let start = number(in: 0...bytes.count)
    let longest = number(in: 0...3) == 0 ? bytes.count : 16
    return start..<number(in: start...min(bytes.count, start + longest))
  }

  private mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  private mutating func pick(_ items: [[UInt8]]) -> [UInt8] { items.randomElement(using: &generator) ?? [] }
}
