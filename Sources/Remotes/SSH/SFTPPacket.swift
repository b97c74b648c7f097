/// A request of the SSH File Transfer Protocol, version 3 (draft-ietf-secsh-filexfer-02; OpenSSH's `PROTOCOL`
/// for the extensions).
enum SFTPRequest {
  case status(path: [UInt8])
  case open(path: [UInt8], SFTPAccess)
  case openFolder(path: [UInt8])
  case readFolder(handle: [UInt8])
  case read(handle: [UInt8], offset: Int, count: Int)
  case write(handle: [UInt8], offset: Int, bytes: [UInt8])
  /// `fsync@openssh.com`
  case synchronise(handle: [UInt8])
  case close(handle: [UInt8])
  case makeFolder(path: [UInt8])
  case remove(path: [UInt8])
  /// Fails where something is.
  case rename(path: [UInt8], to: [UInt8])
  /// `posix-rename@openssh.com`: replaces what is there.
  case replace(path: [UInt8], to: [UInt8])

  /// Appends the packet that asks for it.
  func append(to bytes: inout [UInt8], id: UInt32) {
    var packet = PacketWriter()
    write(&packet, id)
    bytes.appendNumber(UInt32(packet.bytes.count))
    bytes += packet.bytes
  }

  private func write(_ packet: inout PacketWriter, _ id: UInt32) {
    switch self {
    case .status(let path): packet.begin(17, id, path)
    case .open(let path, let access):
      packet.begin(3, id, path)
      packet.bytes.appendNumber(access.rawValue)
      packet.bytes.appendNumber(UInt32(0))
    case .openFolder(let path): packet.begin(11, id, path)
    case .readFolder(let handle): packet.begin(12, id, handle)
    case .read(let handle, let offset, let count):
      packet.begin(5, id, handle)
      packet.bytes.appendNumber(UInt64(offset))
      packet.bytes.appendNumber(UInt32(count))
    case .write(let handle, let offset, let bytes):
      packet.begin(6, id, handle)
      packet.bytes.appendNumber(UInt64(offset))
      packet.string(bytes)
    case .synchronise(let handle):
      packet.begin(200, id, SFTPExtension.synchronise)
      packet.string(handle)
    case .close(let handle): packet.begin(4, id, handle)
    case .makeFolder(let path):
      packet.begin(14, id, path)
      packet.bytes.appendNumber(UInt32(0))
    case .remove(let path): packet.begin(13, id, path)
    case .rename(let path, let new):
      packet.begin(18, id, path)
      packet.string(new)
    case .replace(let path, let new):
      packet.begin(200, id, SFTPExtension.replace)
      packet.string(path)
      packet.string(new)
    }
  }
}

/// What a file is opened for.
enum SFTPAccess: UInt32 {
  case reading = 0x01
  /// Writing a file that must not be there.
  case creating = 0x2A
}

/// The names of extensions that guard uses when the server offers them.
enum SFTPExtension {
  static let replace = Array("posix-rename@openssh.com".utf8)
  static let synchronise = Array("fsync@openssh.com".utf8)
}

/// An answer of the server.
enum SFTPAnswer: Equatable {
  case status(SFTPStatus)
  case handle([UInt8])
  case data([UInt8])
  case names([Name])
  case attributes(SFTPAttributes)

  struct Name: Equatable {
    let name: [UInt8]
    let attributes: SFTPAttributes
  }

  /// Reads a packet without its length.
  /// - Throws: `corrupt` for anything that the protocol does not have.
  init(_ packet: [UInt8], id: inout UInt32) throws(StoreError) {
    var reader = PacketReader(packet)
    let kind = try reader.byte()
    id = try reader.number()
    switch kind {
    case 101: self = .status(try SFTPStatus(&reader))
    case 102: self = .handle(try reader.string())
    case 103: self = .data(try reader.string())
    case 104: self = .names(try Self.names(&reader))
    case 105: self = .attributes(try SFTPAttributes(&reader))
    default: throw .corrupt("the server sent a packet of the unknown kind \(kind)")
    }
  }

  private static func names(_ reader: inout PacketReader) throws(StoreError) -> [Name] {
    var names: [Name] = []
    for _ in 0..<(try reader.number() as UInt32) {
      let name = try reader.string()
      _ = try reader.string()  // a line as `ls -l` prints it
      names.append(Name(name: name, attributes: try SFTPAttributes(&reader)))
    }
    return names
  }
}

/// How a request ended.
struct SFTPStatus: Equatable {
  let code: UInt32
  let message: [UInt8]

  init(_ reader: inout PacketReader) throws(StoreError) {
    code = try reader.number()
    // Servers of older versions send no message.
    message = reader.isAtEnd ? [] : try reader.string()
  }

  var isSuccess: Bool { code == 0 }
  var isEnd: Bool { code == 1 }
  var isMissing: Bool { code == 2 }
  var isUnsupported: Bool { code == 8 }
}

/// What a server tells of a file; it need not tell anything.
struct SFTPAttributes: Equatable {
  enum Kind { case file, folder, symbolicLink, special }

  let size: Int?
  /// `nil` when the server does not tell.
  let kind: Kind?

  init(_ reader: inout PacketReader) throws(StoreError) {
    let flags: UInt32 = try reader.number()
    var size: Int?
    if flags & 1 != 0 {
      size = Int(exactly: try reader.number() as UInt64)
      guard size != nil else { throw .corrupt("the server tells a size that no file has") }
    }
    self.size = size
    if flags & 2 != 0 { _ = try reader.take(8) }  // user and group
    kind = flags & 4 != 0 ? Self.kind(of: try reader.number()) : nil
    if flags & 8 != 0 { _ = try reader.take(8) }  // times
    guard flags & 0x8000_0000 != 0 else { return }
    for _ in 0..<(try reader.number() as UInt32) {
      _ = try reader.string()
      _ = try reader.string()
    }
  }

  private static func kind(of mode: UInt32) -> Kind {
    switch mode & 0o170000 {
    case 0o100000: .file
    case 0o040000: .folder
    case 0o120000: .symbolicLink
    default: .special
    }
  }

  /// Whether it may be a file, for all that the server tells.
  var isFile: Bool { kind == .file || kind == nil }
}

/// Takes a packet apart and never reads beyond it.
struct PacketReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ count: Int) throws(StoreError) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw .corrupt("the server sent a packet that ends too early") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func byte() throws(StoreError) -> UInt8 { try take(1).reduce(0) { $0 | $1 } }

  mutating func number<Number: FixedWidthInteger>() throws(StoreError) -> Number {
    try take(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number($1) }
  }

  mutating func string() throws(StoreError) -> [UInt8] {
    Array(try take(Int(try number() as UInt32)))
  }
}

/// Puts a packet together.
private struct PacketWriter {
  var bytes: [UInt8] = []

  mutating func begin(_ kind: UInt8, _ id: UInt32, _ first: [UInt8]) {
    bytes.append(kind)
    bytes.appendNumber(id)
    string(first)
  }

  mutating func string(_ text: [UInt8]) {
    bytes.appendNumber(UInt32(text.count))
    bytes += text
  }
}

extension [UInt8] {
  /// Appends a number, its most significant byte first.
  mutating func appendNumber(_ number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}
