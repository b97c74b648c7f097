/// Where a service is: the URL that a configuration gives.
public struct Endpoint: Hashable, Sendable {
  /// `http` or `https`.
  public let scheme: String
  /// The host in lower case; an IPv6 address in brackets.
  public let host: String
  /// The port where it is not the scheme's own.
  public let port: Int?
  /// What stands in front of every path, without a slash at its end; encoded as it was written.
  public let path: String

  /// A host of a scheme.
  public init(scheme: String, host: String) {
    self.scheme = scheme
    self.host = host
    port = nil
    path = ""
  }

  /// The endpoint that a URL names; `nil` when it is no URL of HTTP. A user and a password in it are not used.
  public init?(_ url: String) {
    guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let lowercased = url.lowercased()
    guard let scheme = ["http", "https"].first(where: { lowercased.hasPrefix($0 + "://") }) else {
      return nil
    }
    let rest = Array(url.utf8.dropFirst(scheme.utf8.count + 3))
    var authority = rest.prefix { !"/?#".utf8.contains($0) }
    let path = rest[authority.endIndex...].prefix { !"?#".utf8.contains($0) }
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
    var port: Int?
    if let colon = authority.lastIndex(of: UInt8(ascii: ":")),
      !authority[colon...].contains(UInt8(ascii: "]"))
    {
      let digits = authority[(colon + 1)...]
      if !digits.isEmpty {
        guard let number = Int(String(decoding: digits, as: UTF8.self)), (1...65_535).contains(number) else {
          return nil
        }
        port = number == (scheme == "https" ? 443 : 80) ? nil : number
      }
      authority = authority[..<colon]
    }
    guard !authority.isEmpty else { return nil }
    self.scheme = scheme
    host = String(decoding: authority, as: UTF8.self).lowercased()
    self.port = port
    var text = String(decoding: path, as: UTF8.self)
    while text.hasSuffix("/") { text.removeLast() }
    self.path = text
  }

  /// The host and the port, as the `Host` header has them.
  public var authority: String { port.map { "\(host):\($0)" } ?? host }

  /// Whether the host is an address and no name.
  public var isAddress: Bool {
    if host.hasPrefix("[") { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The same with another host.
  public func with(host: String) -> Endpoint { Endpoint(self, host: host) }

  private init(_ other: Endpoint, host: String) {
    scheme = other.scheme
    port = other.port
    path = other.path
    self.host = host
  }
}

extension Endpoint: CustomStringConvertible {
  /// The URL, which holds no secret.
  public var description: String { "\(scheme)://\(authority)\(path)" }
}
