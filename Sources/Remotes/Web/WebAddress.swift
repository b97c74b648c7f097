/// The URL of an `http` or `webdav` remote, and the URLs of objects below it, written byte for byte as the
/// libraries write them that DVC uses.
struct WebAddress {
  /// How a library writes paths.
  enum Writing {
    /// yarl 1.25, which aiohttp uses: for `http`.
    case yarl
    /// httpx 0.28 with webdav4 0.11: for `webdav`.
    case httpx
  }

  /// The user in front of the host, decoded.
  let user: String?
  /// The password in front of the host, decoded.
  let password: String?
  /// Scheme, host and port.
  let server: String
  /// Whether objects are in the query and not in the path. DVC appends their names to whatever the URL is.
  let isInQuery: Bool
  private let base: String
  private let writing: Writing

  /// The address of a remote.
  /// - Throws: `unsupported` for what is no URL, or one under which all objects would be the same.
  init(_ url: String, _ writing: Writing) throws(StoreError) {
    let parts = try Parts(url)
    (user, password) = (parts.user, parts.password)
    server = parts.server
    self.writing = writing
    switch writing {
    case .yarl:
      guard !parts.hasFragment else {
        throw .unsupported(
          "behind the '#' of its URL dvc puts what no server is told: all objects would be one")
      }
      isInQuery = parts.query != nil
      let path = PathWriting.normalised(PathWriting.requoted(parts.path.isEmpty ? [Parts.slash] : parts.path))
      if let query = parts.query {
        base = path + "?" + PathWriting.requoted(Self.folder(query), isQuery: true)
      } else {
        base = PathWriting.normalised(PathWriting.requoted(Self.folder(parts.path)))
      }
    case .httpx:
      isInQuery = false
      let path = PathWriting.decoded(
        Array(PathWriting.normalised(String(decoding: parts.path, as: UTF8.self)).utf8))
      guard !path.contains(where: { "?#".utf8.contains($0) || $0 < 0x20 || $0 == 0x7F }) else {
        throw .unsupported("the path of its URL holds what webdav4 cannot send")
      }
      base = "/" + path.split(separator: Parts.slash).map { PathWriting.quoted($0) + "/" }.joined()
    }
  }

  /// The URL of an object, or of a folder when the path ends with a `/`.
  func url(of path: [UInt8]) -> String { server + self.path(of: path) }

  /// What a server is asked for.
  func path(of path: [UInt8]) -> String {
    switch writing {
    case .yarl: base + PathWriting.requoted(path, isQuery: isInQuery)
    case .httpx: base + PathWriting.quoted(path[...])
    }
  }

  /// The whole address as messages show it.
  var shown: String { base.hasSuffix("/") && base.utf8.count > 1 ? server + base.dropLast() : server + base }

  private static func folder(_ path: [UInt8]) -> [UInt8] {
    path.last == Parts.slash ? path : path + [Parts.slash]
  }
}

extension WebAddress {
  /// The parts of a URL.
  private struct Parts {
    static let slash = UInt8(ascii: "/")

    var user: String?
    var password: String?
    let server: String
    let path: [UInt8]
    var query: [UInt8]?
    let hasFragment: Bool

    init(_ url: String) throws(StoreError) {
      let bytes = Array(url.utf8)
      guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }),
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8)
      else { throw .unsupported("its URL is none") }
      let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
      let isSecure = ["https", "webdavs"].contains(scheme)
      let authority = bytes[(colon + 3)...].prefix { !"/?#".utf8.contains($0) }
      let at = authority.lastIndex(of: UInt8(ascii: "@"))
      let host = at.map { authority[($0 + 1)...] } ?? authority
      guard !host.isEmpty, host.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw .unsupported("its URL names no server; a name with letters beyond ASCII is written as xn--…")
      }
      server = (isSecure ? "https://" : "http://") + String(decoding: host, as: UTF8.self).lowercased()
      if let at {
        let login = authority[..<at]
        let cut = login.firstIndex(of: UInt8(ascii: ":")) ?? login.endIndex
        user = String(decoding: PathWriting.decoded(Array(login[..<cut])), as: UTF8.self)
        if cut < login.endIndex {
          password = String(decoding: PathWriting.decoded(Array(login[(cut + 1)...])), as: UTF8.self)
        }
      }
      let rest = bytes[authority.endIndex...]
      let hash = rest.firstIndex(of: UInt8(ascii: "#"))
      hasFragment = hash != nil
      let shown = rest[..<(hash ?? rest.endIndex)]
      let mark = shown.firstIndex(of: UInt8(ascii: "?"))
      path = Array(shown[..<(mark ?? shown.endIndex)])
      query = mark.map { Array(shown[($0 + 1)...]) }
    }
  }
}
