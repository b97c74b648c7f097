import Values

/// The scheme and the host part of a URL, as Python 3.11's `urllib.parse.urlparse` finds them.
struct RemoteURL {
  /// Why Python refuses a URL.
  struct Invalid: Error {
    let why: String
  }

  /// The scheme in lower case; empty when there is none.
  let scheme: Text
  /// Whether there is something between `//` and the path.
  let hasHost: Bool

  /// The parts of a URL.
  init(_ url: Text) throws(Invalid) {
    var rest = url.utf8.drop { $0 <= 0x20 }.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }[...]
    var scheme: ArraySlice<UInt8> = []
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")), let first = rest.first, Self.isLetter(first),
      rest[..<colon].allSatisfy(Self.isSchemeCharacter)
    {
      scheme = rest[..<colon]
      rest = rest[(colon + 1)...]
    }
    self.scheme = Text(utf8: scheme).lowercased
    guard rest.starts(with: "//".utf8) else {
      hasHost = false
      return
    }
    let host = Text(utf8: rest.dropFirst(2).prefix { !"/?#".utf8.contains($0) })
    hasHost = !host.isEmpty
    try Self.checkBrackets(host)
    guard !host.codePoints.contains(where: Self.separatorLookalikes.contains) else {
      throw Invalid(why: "the host holds a character that stands for a separator")
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & ~0x20) }

  private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || "+-.".utf8.contains(byte)
  }

  /// Characters that compatibility normalization turns into `/`, `?`, `#`, `@` or `:`.
  private static let separatorLookalikes: Set<UInt32> = [
    0x2047, 0x2048, 0x2049, 0x2100, 0x2101, 0x2105, 0x2106, 0x2A74, 0xFE13, 0xFE16, 0xFE55, 0xFE56, 0xFE5F,
    0xFE6B, 0xFF03, 0xFF0F, 0xFF1A, 0xFF1F, 0xFF20,
  ]

  private static func checkBrackets(_ host: Text) throws(Invalid) {
    let open = host.utf8.firstIndex(of: UInt8(ascii: "["))
    let close = host.utf8.firstIndex(of: UInt8(ascii: "]"))
    guard open != nil || close != nil else { return }
    guard let open, close != nil else { throw Invalid(why: "a bracket of the host is missing") }
    let address = host.utf8[(open + 1)...].prefix { $0 != UInt8(ascii: "]") }
    guard isFutureAddress(address) ?? isIPv6(address) else {
      throw Invalid(why: "what stands in brackets is no IPv6 address")
    }
  }

  /// `v1.anything`; `nil` when it does not begin with a `v`.
  private static func isFutureAddress(_ address: ArraySlice<UInt8>) -> Bool? {
    guard address.first == UInt8(ascii: "v") else { return nil }
    let rest = address.dropFirst()
    guard let dot = rest.firstIndex(of: UInt8(ascii: ".")), dot > rest.startIndex else { return false }
    return rest[..<dot].allSatisfy(isHexadecimal) && dot + 1 < rest.endIndex
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & ~0x20)
  }

  private static func isIPv6(_ address: ArraySlice<UInt8>) -> Bool {
    let parts = address.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
    guard parts.count == 1 || (parts.count == 2 && !parts[1].isEmpty), let text = parts.first else {
      return false
    }
    var groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard groups.count >= 3 else { return false }
    if let last = groups.last, last.contains(UInt8(ascii: ".")) {
      guard isIPv4(last) else { return false }
      groups[groups.count - 1] = ArraySlice("0".utf8)
      groups.append(ArraySlice("0".utf8))
    }
    guard groups.count <= 9 else { return false }
    let gaps = groups.indices.dropFirst().dropLast().filter { groups[$0].isEmpty }
    guard gaps.count <= 1, groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy(isHexadecimal) }) else {
      return false
    }
    guard let gap = gaps.first else {
      return groups.count == 8 && !groups.contains(where: \.isEmpty)
    }
    let startsEmpty = groups.first?.isEmpty ?? false
    let endsEmpty = groups.last?.isEmpty ?? false
    if startsEmpty, gap != 1 { return false }
    if endsEmpty, gap != groups.count - 2 { return false }
    let before = startsEmpty ? 0 : gap
    let after = endsEmpty ? 0 : groups.count - gap - 1
    return before + after < 8
  }

  private static func isIPv4(_ address: ArraySlice<UInt8>) -> Bool {
    let octets = address.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return octets.count == 4
      && octets.allSatisfy { octet in
        (1...3).contains(octet.count) && octet.allSatisfy { (0x30...0x39).contains($0) }
          && (octet.count == 1 || octet.first != UInt8(ascii: "0"))
          && octet.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
      }
  }
}
