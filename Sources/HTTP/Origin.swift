/// The part of a URL that says which server it is: scheme, host, port (RFC 6454).
struct Origin: Hashable {
  let isSecure: Bool
  let host: [UInt8]
  let port: Int

  /// The origin of a URL; `nil` when it is no plain `http` or `https` URL. Two programs can read an odd URL
  /// as two servers, so what is odd is refused: a user name, a backslash, anything but the letters of a host.
  init?(_ url: String) {
    let bytes = Array(url.utf8)
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8)
    else { return nil }
    switch bytes[..<colon].map(Self.lowercased) {
    case Array("http".utf8): isSecure = false
    case Array("https".utf8): isSecure = true
    default: return nil
    }
    let authority = bytes[(colon + 3)...].prefix { !"/?#".utf8.contains($0) }
    let end = authority.lastIndex(of: UInt8(ascii: "]")).map { $0 + 1 }
    let cut = authority[(end ?? authority.startIndex)...].firstIndex(of: UInt8(ascii: ":"))
    host = authority[..<(cut ?? authority.endIndex)].map(Self.lowercased)
    guard !host.isEmpty, Self.isHost(host) else { return nil }
    guard let cut else {
      port = isSecure ? 443 : 80
      return
    }
    let digits = authority[(cut + 1)...]
    guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    port = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Whether a redirect from here to there may be followed.
  func mayLead(to other: Origin) -> Bool { !isSecure || other.isSecure }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  private static func isHost(_ host: [UInt8]) -> Bool {
    let isLiteral = host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
    let letters = isLiteral ? host.dropFirst().dropLast() : host[...]
    return !letters.isEmpty
      && letters.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || "-._".utf8.contains(byte)
          || (isLiteral && ":%".utf8.contains(byte))
      }
  }
}
