import CCrypto
import Glibc

/// The one seam to a hash implementation: bytes in, MD5 out. It cannot fail.
public struct ContentHash: ~Copyable {
  private var context = MD5_CTX()
  private let algorithm: HashAlgorithm
  /// The bytes of a chunk that is not whole yet; only what is converted is looked at in chunks.
  private var pending: [UInt8] = []

  /// A hash of no bytes yet.
  public init(_ algorithm: HashAlgorithm) {
    self.algorithm = algorithm
    MD5_Init(&context)
  }

  /// Takes the next bytes. However they are cut, the hash is the same.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch algorithm {
    case .md5: take(bytes)
    case .md5DOS2Unix: chunk(bytes)
    }
  }

  /// The hash of all bytes taken.
  public consuming func finish() -> MD5Digest {
    pending.withUnsafeBytes { convert($0) }
    var bytes = [UInt8](repeating: 0, count: 16)
    MD5_Final(&bytes, &context)
    return MD5Digest(digest: bytes)
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) {
    if !bytes.isEmpty { MD5_Update(&context, bytes.baseAddress, bytes.count) }
  }

  private mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>) {
    take(UnsafeRawBufferPointer(rebasing: bytes))
  }
}

/// Line ends as DVC 2 and older saw them: dvc-data 3.18, `hashfile/hash.py` and `hashfile/istextfile.py`.
extension ContentHash {
  /// DVC reads 1 MiB at a time and decides for each such chunk whether it is text. A CR LF across the border
  /// of two chunks stays as it is.
  private static let chunkSize = 1 << 20

  private mutating func chunk(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    if !pending.isEmpty {
      let missing = rest.prefix(Self.chunkSize - pending.count)
      pending += missing
      rest = rest[missing.endIndex...]
      guard pending.count == Self.chunkSize else { return }
      let whole = pending
      pending.removeAll(keepingCapacity: true)
      whole.withUnsafeBytes { convert($0) }
    }
    while rest.count >= Self.chunkSize {
      convert(UnsafeRawBufferPointer(rebasing: rest.prefix(Self.chunkSize)))
      rest = rest.dropFirst(Self.chunkSize)
    }
    pending += rest
  }

  private mutating func convert(_ chunk: UnsafeRawBufferPointer) {
    guard Self.isText(chunk.prefix(512)) else { return take(chunk) }
    var rest = chunk[...]
    while let carriageReturn = Self.firstCarriageReturnLineFeed(in: rest) {
      take(rest[..<carriageReturn])
      rest = rest[(carriageReturn + 1)...]
    }
    take(rest)
  }

  /// memchr(3) looks at many bytes at once.
  private static func firstCarriageReturnLineFeed(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard let base = bytes.base.baseAddress else { return nil }
    var position = bytes.startIndex
    while position < bytes.endIndex {
      guard let found = memchr(base + position, 0x0D, bytes.endIndex - position) else { return nil }
      let index = UnsafeRawPointer(found) - base
      if index + 1 < bytes.endIndex, bytes[index + 1] == 0x0A { return index }
      position = index + 1
    }
    return nil
  }

  /// Text has no NUL, and at most three bytes of ten that are neither printable ASCII nor white space.
  private static func isText(_ head: Slice<UnsafeRawBufferPointer>) -> Bool {
    if head.contains(0) { return false }
    let others = head.lazy.filter {
      !(0x20...0x7E).contains($0) && ![0x0A, 0x0D, 0x09, 0x0C, 0x08].contains($0)
    }
    return head.isEmpty || Double(others.count) / Double(head.count) <= 0.30
  }
}

extension MD5Digest {
  /// The hash of bytes in memory.
  public init(of bytes: [UInt8], _ algorithm: HashAlgorithm = .md5) {
    var hash = ContentHash(algorithm)
    bytes.withUnsafeBytes { hash.update($0) }
    self = hash.finish()
  }
}
