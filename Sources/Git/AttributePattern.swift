import Trees

/// A pattern of a `.gitattributes` line (gitattributes(5), gitignore(5)).
///
/// Matching takes time that grows with pattern × path and no more, whatever stars the pattern has.
struct AttributePattern: Sendable {
  private enum Shape: Sendable {
    /// The last component is exactly this.
    case name([UInt8])
    /// The last component ends so: `*.csv`.
    case suffix([UInt8])
    /// The last component matches.
    case anyName([Token])
    /// The whole path, relative to the file's directory, begins so, and the rest matches.
    case path(prefix: [UInt8], [Token])
  }

  private enum Token: Sendable {
    case one(ByteSet)
    case many(ByteSet)
    /// Goes on behind the next two tokens or at the next.
    case fork
  }

  private let shape: Shape
  private let ignoresCase: Bool

  /// Reads a pattern; `nil` for one that matches no file: it is malformed, ends with a slash, or is empty.
  init?(_ text: some Collection<UInt8>, ignoresCase: Bool) {
    self.ignoresCase = ignoresCase
    let folded = { (bytes: ArraySlice<UInt8>) in ignoresCase ? bytes.map(Self.lowered) : Array(bytes) }
    var pattern = Array(text)
    guard let last = pattern.last, last != Self.slash else { return nil }
    if pattern.contains(Self.slash) {
      if pattern.first == Self.slash { pattern.removeFirst() }
      // Git looks at the rest alone, so that `**` is special right behind a literal beginning as well.
      let prefix = pattern.prefix { !Self.isSpecial($0) }
      let rest = Array(pattern[prefix.count...])
      guard let tokens = Self.tokens(rest, ignoresCase: ignoresCase) else { return nil }
      shape = .path(prefix: folded(prefix), tokens)
    } else if !pattern.contains(where: Self.isSpecial) {
      shape = .name(folded(pattern[...]))
    } else if pattern.first == UInt8(ascii: "*"), !pattern.dropFirst().contains(where: Self.isSpecial) {
      shape = .suffix(folded(pattern.dropFirst()))
    } else {
      guard let tokens = Self.tokens(pattern, ignoresCase: ignoresCase) else { return nil }
      shape = .anyName(tokens)
    }
  }

  /// Whether a file's path matches, relative to the directory whose patterns these are.
  func matches(_ path: ArraySlice<UInt8>) -> Bool {
    let path = ignoresCase ? path.map(Self.lowered)[...] : path
    let name = path.lastIndex(of: Self.slash).map { path[($0 + 1)...] } ?? path
    return switch shape {
    case .name(let literal): name.elementsEqual(literal)
    case .suffix(let suffix): name.count >= suffix.count && name.suffix(suffix.count).elementsEqual(suffix)
    case .anyName(let tokens): Self.run(tokens, on: name)
    case .path(let prefix, let tokens):
      path.starts(with: prefix) && Self.run(tokens, on: path.dropFirst(prefix.count))
    }
  }

  /// Steps through the text with the set of all tokens that could come next.
  private static func run(_ tokens: [Token], on text: ArraySlice<UInt8>) -> Bool {
    var states = [Bool](repeating: false, count: tokens.count + 4)
    var next = states
    states[0] = true
    for byte in text {
      var isAlive = false
      for index in tokens.indices where states[index] {
        states[index] = false
        switch tokens[index] {
        case .one(let set):
          guard set.contains(byte) else { continue }
          next[index + 1] = true
        case .many(let set):
          states[index + 1] = true
          guard set.contains(byte) else { continue }
          next[index] = true
        case .fork:
          states[index + 1] = true
          states[index + 3] = true
          continue
        }
        isAlive = true
      }
      guard isAlive else { return false }
      states[tokens.count] = false
      swap(&states, &next)
    }
    for index in tokens.indices where states[index] {
      switch tokens[index] {
      case .one: continue
      case .many: states[index + 1] = true
      case .fork: (states[index + 1], states[index + 3]) = (true, true)
      }
    }
    return states[tokens.count]
  }

  /// What a pattern says (wildmatch.c of Git with WM_PATHNAME); `nil` when it is malformed.
  private static func tokens(_ pattern: [UInt8], ignoresCase: Bool) -> [Token]? {
    var tokens: [Token] = []
    var position = 0
    while position < pattern.count {
      let byte = pattern[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\\"):
        guard position < pattern.count else { return nil }
        tokens.append(.one(ByteSet([ignoresCase ? lowered(pattern[position]) : pattern[position]])))
        position += 1
      case UInt8(ascii: "?"): tokens.append(.one(.notSlash))
      case UInt8(ascii: "["):
        guard var set = ByteSet(bracketIn: pattern, at: &position, ignoresCase: ignoresCase) else {
          return nil
        }
        set.remove(slash)
        tokens.append(.one(set))
      case UInt8(ascii: "*"):
        let start = position - 1
        while position < pattern.count, pattern[position] == byte { position += 1 }
        let opens = start == 0 || pattern[start - 1] == slash
        let closes = position == pattern.count || pattern[position] == slash
        if position - start < 2 || !opens || !closes {
          tokens.append(.many(.notSlash))
        } else if position == pattern.count {
          tokens.append(.many(.all))
        } else {
          position += 1
          tokens += [.fork, .many(.all), .one(ByteSet([slash]))]
        }
      default: tokens.append(.one(ByteSet([ignoresCase ? lowered(byte) : byte])))
      }
    }
    return tokens
  }

  private static func isSpecial(_ byte: UInt8) -> Bool { "*?[\\".utf8.contains(byte) }

  static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  private static let slash = UInt8(ascii: "/")
}

/// A set of bytes.
struct ByteSet: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static let all = ByteSet(0...255)
  static let notSlash = {
    var set = all
    set.remove(UInt8(ascii: "/"))
    return set
  }()

  init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

  func contains(_ byte: UInt8) -> Bool { word(byte >> 6) >> UInt64(byte & 63) & 1 == 1 }

  mutating func insert(_ byte: UInt8) { change(byte) { $0 | $1 } }

  mutating func remove(_ byte: UInt8) { change(byte) { $0 & ~$1 } }

  /// Adds a range, with the lower case of its upper-case letters when case is to be ignored.
  mutating func insert(_ range: ClosedRange<UInt8>, ignoresCase: Bool) {
    for byte in range {
      insert(byte)
      if ignoresCase { insert(AttributePattern.lowered(byte)) }
    }
  }

  private func word(_ number: UInt8) -> UInt64 {
    switch number {
    case 0: words.0
    case 1: words.1
    case 2: words.2
    default: words.3
    }
  }

  private mutating func change(_ byte: UInt8, _ body: (UInt64, UInt64) -> UInt64) {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 = body(words.0, bit)
    case 1: words.1 = body(words.1, bit)
    case 2: words.2 = body(words.2, bit)
    default: words.3 = body(words.3, bit)
    }
  }

  static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }

  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}

extension ByteSet {
  /// The bracket expression whose `[` stands before the position; `nil` when it does not end.
  init?(bracketIn pattern: [UInt8], at position: inout Int, ignoresCase: Bool) {
    var members = ByteSet([])
    guard position < pattern.count else { return nil }
    let isNegated = pattern[position] == UInt8(ascii: "!") || pattern[position] == UInt8(ascii: "^")
    if isNegated { position += 1 }
    var previous: UInt8?
    var isFirst = true
    while true {
      guard position < pattern.count else { return nil }
      var byte = pattern[position]
      position += 1
      if byte == UInt8(ascii: "]"), !isFirst { break }
      isFirst = false
      if byte == UInt8(ascii: "-"), let low = previous, position < pattern.count,
        pattern[position] != UInt8(ascii: "]")
      {
        var high = pattern[position]
        position += 1
        if high == UInt8(ascii: "\\") {
          guard position < pattern.count else { return nil }
          high = pattern[position]
          position += 1
        }
        if low <= high { members.insert(low...high, ignoresCase: ignoresCase) }
        previous = nil
      } else if byte == UInt8(ascii: "["), position < pattern.count, pattern[position] == UInt8(ascii: ":") {
        guard let end = pattern[position...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
        if end - position >= 2, pattern[end - 1] == UInt8(ascii: ":") {
          let name = String(decoding: pattern[(position + 1)..<(end - 1)], as: UTF8.self)
          guard let ranges = Self.classes[name] else { return nil }
          for range in ranges { members.insert(range, ignoresCase: ignoresCase && name == "upper") }
          position = end + 1
          previous = nil
        } else {
          members.insert(byte)
          previous = byte
        }
      } else {
        if byte == UInt8(ascii: "\\") {
          guard position < pattern.count else { return nil }
          byte = pattern[position]
          position += 1
        }
        members.insert(byte)
        previous = byte
      }
    }
    self = isNegated ? ByteSet((UInt8.min...UInt8.max).filter { !members.contains($0) }) : members
  }

  private static let classes: [String: [ClosedRange<UInt8>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": [0x30...0x39],
    "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "space": [0x09...0x0D, 0x20...0x20], "upper": [0x41...0x5A],
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]
}
