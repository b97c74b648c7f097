import Runs
import Trees
import Values

/// Places in URIs (RFC 3986).
public enum URIText {
  /// A path as a relative reference, byte for byte: what is neither a letter, a digit nor one of `-._~` is
  /// encoded, so that no name is taken for a scheme or a query.
  static func relative(_ path: RepositoryPath) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in path.bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        result.append(byte)
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Where a repository is to be found, by the URL of a remote of Git's and without the user and password in it; `nil`
  /// for a path of this machine. `host:path` is SSH (git-fetch(1), "Git URLs").
  public static func repository(ofRemote remote: Text) -> Text? {
    guard remote.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }) else {
      return nil
    }
    let schemes: [Text] = ["https://", "http://", "ssh://", "git://"]
    if schemes.contains(where: remote.hasPrefix) { return URLText.withoutUser(remote) }
    guard remote.firstIndex(of: "://") == nil, let colon = remote.firstIndex(of: ":") else { return nil }
    let host = remote.utf8[..<colon].split(separator: UInt8(ascii: "@")).last ?? []
    guard host.count > 1, !remote.utf8[..<colon].contains(UInt8(ascii: "/")) else { return nil }
    let path = remote.utf8[(colon + 1)...].drop { $0 == UInt8(ascii: "/") }
    return Text(utf8: Array("ssh://".utf8) + host + [UInt8(ascii: "/")] + path)
  }
}
