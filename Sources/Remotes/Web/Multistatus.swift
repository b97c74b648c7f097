/// What a WebDAV server says of the members of a folder (RFC 4918, section 14).
struct Multistatus {
  /// One of them.
  struct Member {
    /// The path of its URL, decoded, as the server calls it.
    let path: [UInt8]
    /// The status that stands for it; 200 when there is none.
    let status: Int
    /// Whether it is a folder.
    let isFolder: Bool
    /// Its bytes, when they are told.
    let size: Int?

    /// The last part of the path.
    var name: [UInt8] { path.split(separator: UInt8(ascii: "/")).last.map { Array($0) } ?? [] }
  }

  /// All that the answer names, in its order.
  let members: [Member]

  /// What to send to be told a size and whether something is a folder.
  static let question = Array(
    #"""
    <?xml version="1.0" encoding="utf-8"?>
    <propfind xmlns="DAV:"><prop><getcontentlength/><resourcetype/></prop></propfind>
    """#.utf8)

  /// The members that a document tells of.
  /// - Throws: `corrupt` for anything that is not a whole document.
  init(_ bytes: [UInt8]) throws(StoreError) {
    guard let root = XMLElement.read(bytes), root.isDAV("multistatus") else {
      throw .corrupt("the server's listing is not a whole document of WebDAV")
    }
    members = try root.children.filter { $0.isDAV("response") }.map(Member.init)
  }
}

extension Multistatus.Member {
  fileprivate init(_ response: XMLElement) throws(StoreError) {
    guard let href = response.text("href") else { throw .corrupt("the listing has a member without a name") }
    path = Self.path(href)
    let found = response.children.filter { $0.isDAV("propstat") }
    // Properties that it does not have come with 404 in a group of their own.
    let good = found.filter { Self.status($0) ?? 200 < 300 }
    status = Self.status(response) ?? (good.isEmpty ? found.compactMap(Self.status).first : nil) ?? 200
    let properties = good.compactMap { $0.child("prop") }
    isFolder = properties.contains { $0.child("resourcetype")?.child("collection") != nil }
    size = properties.lazy.compactMap { $0.text("getcontentlength").flatMap { Int($0) } }.first { $0 >= 0 }
  }

  /// The path of a URL or a path.
  private static func path(_ href: String) -> [UInt8] {
    var bytes = Array(href.utf8.drop { $0 <= 0x20 })
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) {
      bytes = Array(bytes[(colon + 3)...].drop { $0 != UInt8(ascii: "/") })
    }
    return PathWriting.decoded(bytes)
  }

  /// The code of a status line, `HTTP/1.1 200 OK`.
  private static func status(_ element: XMLElement) -> Int? {
    element.text("status")?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }
}

extension XMLElement {
  fileprivate func isDAV(_ name: String) -> Bool { self.name == name && namespace == "DAV:" }
}
