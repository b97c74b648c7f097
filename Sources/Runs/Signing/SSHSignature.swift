import Hashing
import Values

/// A signature as `ssh-keygen -Y sign` makes it (PROTOCOL.sshsig of OpenSSH): what it says of itself. Whether it is one
/// is for ssh-keygen to say.
struct SSHSignature: Hashable, Sendable {
  /// What every signature of guard's is made for: one that was made for something else says nothing of a record.
  static let namespace: Text = "guard"

  /// The bytes between the lines of the file, without base 64.
  let bytes: [UInt8]
  /// The public key that is in it.
  let key: [UInt8]
  /// What it was made for.
  let namespace: Text

  /// Whether bytes begin as such a signature does.
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  /// - Returns: `nil` for anything else.
  init?(_ bytes: [UInt8]) {
    guard Self.isOne(bytes) else { return nil }
    var rest = SSHWire(rest: bytes.dropFirst(Self.magic.count))
    guard rest.number() == 1, let key = rest.string(), let namespace = rest.string() else { return nil }
    self.bytes = bytes
    self.key = Array(key)
    self.namespace = Text(utf8: namespace)
  }

  /// The signature of a file that ssh-keygen wrote.
  init?(armored file: [UInt8]) {
    guard let text = PEM.content(of: file, "SSH SIGNATURE"), let bytes = Base64.decode(text) else {
      return nil
    }
    self.init(bytes)
  }

  /// The file as ssh-keygen reads it.
  var armored: [UInt8] { PEM.file(Base64.encode(bytes), "SSH SIGNATURE") }

  /// What names the key, as `ssh-keygen -l` prints it: of a certificate, what names the key that it is for.
  var fingerprint: Text {
    let key = SSHCertificate.key(in: key) ?? key
    return Text("SHA256:" + Base64.encode(SHA256.hash(of: key)).prefix { $0 != "=" })
  }

  private static let magic = Array("SSHSIG".utf8)
}

/// The encoding of SSH (RFC 4251, section 5): numbers of four bytes, and strings behind their length.
private struct SSHWire {
  private(set) var rest: ArraySlice<UInt8>

  mutating func number() -> Int? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func string() -> ArraySlice<UInt8>? {
    guard let count = number(), count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// Strings one after the other, as they stand there, lengths and all.
  mutating func strings(_ count: Int) -> ArraySlice<UInt8>? {
    let start = rest
    for _ in 0..<count where string() == nil { return nil }
    return start.prefix(start.count - rest.count)
  }

  init(rest: ArraySlice<UInt8>) { self.rest = rest }
}

/// Keys with the word of an authority on whose they are (PROTOCOL.certkeys of OpenSSH).
private enum SSHCertificate {
  /// The key that a certificate is for; `nil` for what is none.
  static func key(in certificate: [UInt8]) -> [UInt8]? {
    var wire = SSHWire(rest: certificate[...])
    // Its type, and then a number that nobody can know.
    guard let name = wire.string(),
      let kind = kinds.first(where: { $0.certificate.utf8.elementsEqual(name) }),
      wire.string() != nil, let parts = wire.strings(kind.parts)
    else { return nil }
    let type = Array(kind.key.utf8)
    return [0, 0, 0, UInt8(type.count)] + type + parts
  }

  /// The type of a certificate, the type of its key, and of how many parts such a key is.
  private static let kinds: [(certificate: String, key: String, parts: Int)] = [
    ("ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519", 1),
    ("sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com", 2),
    ("ssh-rsa-cert-v01@openssh.com", "ssh-rsa", 2),
    ("ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp256", 2),
    ("ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp384", 2),
    ("ecdsa-sha2-nistp521-cert-v01@openssh.com", "ecdsa-sha2-nistp521", 2),
    ("sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", 3),
  ]
}

/// Files of base 64 between two lines (RFC 7468).
enum PEM {
  /// What stands between the lines of a kind; `nil` when they are not there.
  static func content(of file: [UInt8], _ kind: String) -> String? {
    let lines = file.split { $0 == 0x0A || $0 == 0x0D }
    guard let start = lines.firstIndex(where: { $0.elementsEqual("-----BEGIN \(kind)-----".utf8) }),
      let end = lines[start...].firstIndex(where: { $0.elementsEqual("-----END \(kind)-----".utf8) })
    else { return nil }
    return String(decoding: lines[(start + 1)..<end].joined(), as: UTF8.self)
  }

  /// A file of a kind.
  static func file(_ text: String, _ kind: String) -> [UInt8] {
    let letters = Array(text.utf8)
    let lines = stride(from: 0, to: letters.count, by: 70).map { letters[$0..<min($0 + 70, letters.count)] }
    let body = lines.map { $0 + [0x0A] }.joined()
    return Array("-----BEGIN \(kind)-----\n".utf8) + body + Array("-----END \(kind)-----\n".utf8)
  }
}
