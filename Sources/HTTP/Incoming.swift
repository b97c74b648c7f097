/// An answer as it comes in, within bounds.
struct Incoming {
  /// The most bytes of all headers.
  private static let headerLimit = 1 << 18

  private(set) var headers: [(name: String, value: String)] = []
  private(set) var body: [UInt8] = []
  /// Whether there was more than the limit.
  private(set) var isTooLarge = false
  /// Whether a body that is not wanted began.
  private(set) var isCut = false
  private let limit: Int
  private let wantsBody: Bool
  private var headerSize = 0

  init(limit: Int, wantsBody: Bool) {
    self.limit = limit
    self.wantsBody = wantsBody
  }

  /// Takes one line of the head of an answer. A status line begins another answer: of a proxy, an interim one.
  mutating func take(headerLine: UnsafeRawBufferPointer) -> Bool {
    headerSize += headerLine.count
    guard headerSize <= Self.headerLimit else {
      isTooLarge = true
      return false
    }
    if headerLine.starts(with: "HTTP/".utf8) {
      headers.removeAll(keepingCapacity: true)
    } else if let colon = headerLine.firstIndex(of: UInt8(ascii: ":")) {
      let name = String(decoding: headerLine[..<colon], as: UTF8.self)
      let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
      let value = headerLine[(colon + 1)...].drop(while: isBlank)
      let end = value.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? value.startIndex
      headers.append((name, String(decoding: value[..<end], as: UTF8.self)))
    }
    return true
  }

  /// Takes a piece of the body.
  mutating func take(body piece: UnsafeRawBufferPointer) -> Bool {
    guard wantsBody else {
      isCut = true
      return false
    }
    guard piece.count <= limit - body.count else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: piece)
    return true
  }
}
