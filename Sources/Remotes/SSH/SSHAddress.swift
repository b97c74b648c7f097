/// A server that ssh reaches, and where a remote's base is on it.
///
/// Read as DVC reads it (fsspec's `infer_storage_options`): no percent-encoding, a query is not part of the
/// path, and keys of the configuration win over the URL.
struct SSHAddress: Hashable, Sendable {
  let host: String
  let user: String?
  let port: Int?
  /// The base folder; empty for the directory where a login begins.
  let base: [UInt8]

  /// - Throws: `unsupported` for what ssh, or a command of the user's configuration for ssh, could take for
  ///   something else than a name.
  init(_ remote: RemoteDescription) throws(StoreError) {
    guard remote.scheme == "ssh" else { throw .unsupported("the remote's URL does not begin with ssh://") }
    let rest = Array(remote.url.utf8.dropFirst("ssh://".utf8.count))
    let end = rest.firstIndex { [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) }
    let authority = rest[..<(end ?? rest.endIndex)]
    base = Array(rest[authority.endIndex...].prefix { $0 != UInt8(ascii: "?") })
    guard !base.contains(0) else { throw .unsupported("the path of the URL holds a NUL") }
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    let login = at.map { authority[..<$0] } ?? []
    let place = at.map { authority[($0 + 1)...] } ?? authority
    let (name, number) = try Self.split(place)
    host = try Self.checkedHost(remote.text("host") ?? name)
    let named = login.prefix { $0 != UInt8(ascii: ":") }
    let user = remote.text("user") ?? (named.isEmpty ? nil : String(decoding: named, as: UTF8.self))
    self.user = try user.map(Self.checkedUser)
    port = try (remote.text("port") ?? number).map(Self.checkedPort)
  }

  /// As messages show it.
  var shown: String {
    (user.map { "\($0)@" } ?? "") + (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
  }

  /// The path of something below the base.
  func place(_ path: [UInt8]) -> [UInt8] {
    if base.isEmpty { return path }
    let slash = UInt8(ascii: "/")
    return base.last == slash ? base + path : base + [slash] + path
  }

  private static func split(_ place: ArraySlice<UInt8>) throws(StoreError) -> (String, String?) {
    let text = { (part: ArraySlice<UInt8>) in String(decoding: part, as: UTF8.self) }
    var rest = place
    var name = place
    if place.first == UInt8(ascii: "[") {
      guard let close = place.firstIndex(of: UInt8(ascii: "]")) else {
        throw .unsupported("the host of the URL has no closing bracket")
      }
      name = place[(place.startIndex + 1)..<close]
      rest = place[(close + 1)...]
    } else {
      let colon = place.lastIndex(of: UInt8(ascii: ":")) ?? place.endIndex
      name = place[..<colon]
      rest = place[colon...]
    }
    guard let first = rest.first else { return (text(name), nil) }
    guard first == UInt8(ascii: ":") else {
      throw .unsupported("the host of the URL is followed by \(text(rest))")
    }
    return (text(name), rest.count > 1 ? text(rest.dropFirst()) : nil)
  }

  /// Names and addresses. A host that begins with `-` would be an option, and one with other characters could
  /// end up in a shell by `ProxyCommand` of the user's configuration.
  private static func checkedHost(_ host: String) throws(StoreError) -> String {
    let others: [UInt8] = Array("._-:%".utf8)
    guard let first = host.utf8.first, first != UInt8(ascii: "-"),
      host.utf8.allSatisfy({ isAlphanumeric($0) || others.contains($0) })
    else { throw .unsupported("the host of the remote's URL is no name of a host") }
    return host
  }

  private static func checkedUser(_ user: String) throws(StoreError) -> String {
    let others: [UInt8] = Array("._-+@%$\\~".utf8)
    guard let first = user.utf8.first, first != UInt8(ascii: "-"), user.utf8.last != UInt8(ascii: "\\"),
      user.utf8.allSatisfy({ isAlphanumeric($0) || others.contains($0) || $0 >= 0x80 })
    else { throw .unsupported("the user of the remote is no name of a user") }
    return user
  }

  private static func checkedPort(_ text: String) throws(StoreError) -> Int {
    guard let port = Int(text), (1...65535).contains(port) else {
      throw .unsupported("the port of the remote is not a number from 1 to 65535")
    }
    return port
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
