import Glibc

/// Git's index, read from its bytes: versions 2, 3 and 4 (gitformat-index(5)).
///
/// Nothing is decoded before it is asked for: an index of 50,000 entries is read in about two milliseconds.
/// The checksum at the end is not looked at, as Git itself does not (`index.skipHash` leaves it zero).
struct IndexFile: Sendable {
  /// Why the bytes cannot be read here. Git may still read them.
  enum Failure: Error, Hashable {
    /// A feature that is not ours: a split or sparse index, a new version.
    case unsupported(String)
    /// Not an index, or one that is cut short.
    case damaged(String)
  }

  /// Where one entry's parts stand.
  struct Record: Sendable {
    /// Offset in `bytes` of ten 32-bit words of stat data, which the object's name follows.
    let data: UInt32
    /// Offset of the path, in `paths` when there are some (version 4), else in `bytes`.
    let pathStart: UInt32
    let pathLength: UInt32
    fileprivate let flags: UInt16
    fileprivate let extendedFlags: UInt16

    /// 0, or the side of a conflict: 1 base, 2 ours, 3 theirs.
    var stage: Int { Int(flags >> 12 & 3) }
    /// `git update-index --assume-unchanged`.
    var isAssumedUnchanged: Bool { flags & 0x8000 != 0 }
    /// Outside a sparse checkout: the work tree need not have it.
    var skipsWorkTree: Bool { extendedFlags & 0x4000 != 0 }
    /// `git add --intent-to-add`: a promise, no content; no commit has it.
    var isIntentToAdd: Bool { extendedFlags & 0x2000 != 0 }
  }

  private(set) var records: [Record] = []
  /// The trees that `git write-tree` would make of directories that did not change since one was made,
  /// by path (the `TREE` extension).
  private(set) var cachedTrees: [[UInt8]: ObjectID] = [:]
  private(set) var bytes: [UInt8]
  private var paths: [UInt8] = []
  private let hashLength: Int

  /// An index without entries, as a repository has it before the first `git add`.
  init(hashLength: Int) {
    self.hashLength = hashLength
    bytes = []
  }

  /// Reads the bytes of an index.
  /// - Parameter hashLength: 20 in a SHA-1 repository, 32 in a SHA-256 one.
  init(bytes: [UInt8], hashLength: Int) throws(Failure) {
    guard bytes.count < Int(UInt32.max) else { throw .unsupported("an index of more than 4 GB") }
    self.bytes = bytes
    self.hashLength = hashLength
    var reader = try IndexReader(bytes: bytes, hashLength: hashLength)
    let extensions: Int
    (records, paths, extensions) = try reader.entries()
    try readExtensions(at: extensions)
  }

  /// An index of entries that were listed by `git`.
  init(listing: [ListedEntry], hashLength: Int) throws(Failure) {
    self.init(hashLength: hashLength)
    for entry in listing {
      guard bytes.count < Int(UInt32.max) - 128, paths.count < Int(UInt32.max) - entry.path.count else {
        throw .unsupported("an index of more than 4 GB")
      }
      records.append(
        Record(
          data: UInt32(bytes.count), pathStart: UInt32(paths.count), pathLength: UInt32(entry.path.count),
          flags: UInt16(truncatingIfNeeded: entry.flags & 0x8000) | UInt16(entry.stage & 3) << 12,
          extendedFlags: UInt16(truncatingIfNeeded: entry.flags >> 16)))
      for word in entry.words {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
      }
      bytes += entry.id.bytes
      paths += entry.path
    }
  }

  /// The path of an entry.
  func path(of record: Record) -> ArraySlice<UInt8> {
    let start = Int(record.pathStart)
    return (paths.isEmpty ? bytes : paths)[start..<(start + Int(record.pathLength))]
  }

  /// Calls with the bytes that all path offsets are into.
  func withPaths<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    (paths.isEmpty ? bytes : paths).withUnsafeBytes(body)
  }

  /// The name of an entry's object.
  func id(of record: Record) -> ObjectID? {
    let start = Int(record.data) + 40
    return ObjectID(bytes: bytes[start..<(start + hashLength)])
  }

  /// The type and permissions of an entry, as Git writes them: `0o100644`, `0o100755`, `0o120000`, `0o160000`.
  func mode(of record: Record) -> UInt32 { word(6, of: record) }

  /// What stat(2) said when Git last looked at the work tree's file.
  func status(of record: Record) -> IndexStatus {
    IndexStatus(
      changedSeconds: word(0, of: record), changedNanoseconds: word(1, of: record),
      modifiedSeconds: word(2, of: record), modifiedNanoseconds: word(3, of: record),
      device: word(4, of: record), inode: word(5, of: record),
      user: word(7, of: record), group: word(8, of: record), size: word(9, of: record))
  }

  private func word(_ number: Int, of record: Record) -> UInt32 {
    let start = Int(record.data) + number * 4
    return bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private mutating func readExtensions(at start: Int) throws(Failure) {
    let end = bytes.count - hashLength
    var position = start
    while position < end {
      guard end - position >= 8 else { throw .damaged("an extension is cut short") }
      let name = bytes[position..<(position + 4)]
      let size = bytes[(position + 4)..<(position + 8)].reduce(0) { $0 << 8 | Int($1) }
      guard size <= end - position - 8 else { throw .damaged("an extension is cut short") }
      let content = bytes[(position + 8)..<(position + 8 + size)]
      switch Array(name) {
      case Array("TREE".utf8): cachedTrees = CacheTree.read(content, hashLength: hashLength)
      case Array("link".utf8): throw .unsupported("a split index")
      case Array("sdir".utf8): throw .unsupported("a sparse index")
      default:
        // An extension whose name begins with a capital is optional.
        guard let initial = name.first, (0x41...0x5A).contains(initial) else {
          throw .unsupported("the index extension ‘\(Array(name).text)’")
        }
      }
      position += 8 + size
    }
  }
}

/// What Git noted of a work tree file when it last looked; 32 bits of each number.
struct IndexStatus: Hashable, Sendable {
  let changedSeconds: UInt32
  let changedNanoseconds: UInt32
  let modifiedSeconds: UInt32
  let modifiedNanoseconds: UInt32
  let device: UInt32
  let inode: UInt32
  let user: UInt32
  let group: UInt32
  let size: UInt32
}

/// An entry as `git ls-files --stage --debug` tells it.
struct ListedEntry: Hashable, Sendable {
  let path: [UInt8]
  let id: ObjectID
  let stage: Int
  /// The in-memory flags of Git: the index's in the low half, its extended flags in the high half.
  let flags: UInt32
  /// The ten words of stat data, the mode among them.
  let words: [UInt32]
}

/// The `TREE` extension.
enum CacheTree {
  /// The valid nodes by path. A damaged extension gives fewer nodes: it only saves work.
  static func read(_ content: ArraySlice<UInt8>, hashLength: Int) -> [[UInt8]: ObjectID] {
    var nodes: [[UInt8]: ObjectID] = [:]
    var open: [(path: [UInt8], left: Int)] = []
    var rest = content
    while let end = rest.firstIndex(of: 0), let line = rest[end...].firstIndex(of: 0x0A) {
      let name = rest[..<end]
      let numbers = rest[(end + 1)..<line].split(separator: 0x20)
      rest = rest[(line + 1)...]
      guard numbers.count == 2, let subtrees = decimal(numbers[1]) else { break }
      if !open.isEmpty {
        open[open.count - 1].left -= 1
        // A deep chain of nodes would make paths of quadratic length.
        guard open.count < 4096 else { break }
      }
      let parent = open.last?.path ?? []
      let path = parent.isEmpty ? Array(name) : parent + [UInt8(ascii: "/")] + name
      if numbers[0].first != UInt8(ascii: "-") {
        guard rest.count >= hashLength else { break }
        nodes[path] = ObjectID(bytes: rest.prefix(hashLength))
        rest = rest.dropFirst(hashLength)
      }
      open.append((path, subtrees))
      while let last = open.last, last.left <= 0 { open.removeLast() }
      if open.isEmpty { break }
    }
    return nodes
  }

  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count < 10, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}

/// Walks over the entries of an index.
private struct IndexReader {
  let bytes: [UInt8]
  let hashLength: Int
  let version: UInt32
  let count: Int
  /// Where the checksum begins.
  let end: Int

  init(bytes: [UInt8], hashLength: Int) throws(IndexFile.Failure) {
    guard bytes.count >= 12 + hashLength, bytes.starts(with: Array("DIRC".utf8)) else {
      throw .damaged("no index header")
    }
    let numbers = [4, 8].map { bytes[$0..<($0 + 4)].reduce(0) { $0 << 8 | UInt32($1) } }
    self.bytes = bytes
    self.hashLength = hashLength
    version = numbers[0]
    count = Int(numbers[1])
    end = bytes.count - hashLength
    guard (2...4).contains(version) else { throw .unsupported("index version \(version)") }
    guard count <= (end - 12) / (40 + hashLength + 3) else {
      throw .damaged("it says \(count) entries and has no room for them")
    }
  }

  /// All entries, the paths of version 4, and where the extensions begin.
  mutating func entries() throws(IndexFile.Failure) -> ([IndexFile.Record], [UInt8], Int) {
    var records: [IndexFile.Record] = []
    records.reserveCapacity(count)
    var paths: [UInt8] = []
    if version == 4 { paths.reserveCapacity(bytes.count) }
    let position = bytes.withUnsafeBytes { raw in
      version == 4 ? compressed(raw, &records, &paths) : plain(raw, &records)
    }
    guard let position else { throw .damaged("entry \(records.count) is cut short") }
    return (records, paths, position)
  }

  /// The fixed part of the entry at a position, and where its path begins.
  private func head(
    _ raw: UnsafeRawBufferPointer, at position: Int
  ) -> (flags: UInt16, extended: UInt16, path: Int)? {
    let flagsAt = position + 40 + hashLength
    guard flagsAt + 2 <= end else { return nil }
    let flags = UInt16(raw[flagsAt]) << 8 | UInt16(raw[flagsAt + 1])
    guard version >= 3, flags & 0x4000 != 0 else { return (flags, 0, flagsAt + 2) }
    guard flagsAt + 4 <= end else { return nil }
    return (flags, UInt16(raw[flagsAt + 2]) << 8 | UInt16(raw[flagsAt + 3]), flagsAt + 4)
  }

  /// Versions 2 and 3: whole paths, padded with NUL to a multiple of eight bytes.
  private func plain(_ raw: UnsafeRawBufferPointer, _ records: inout [IndexFile.Record]) -> Int? {
    var position = 12
    for _ in 0..<count {
      guard let (flags, extended, path) = head(raw, at: position) else { return nil }
      var length = Int(flags & 0xFFF)
      if length == 0xFFF {
        guard let found = terminator(raw, from: path) else { return nil }
        length = found - path
      }
      let next = position + ((path - position + length) / 8 + 1) * 8
      guard next <= end else { return nil }
      records.append(
        IndexFile.Record(
          data: UInt32(position), pathStart: UInt32(path), pathLength: UInt32(length), flags: flags,
          extendedFlags: extended))
      position = next
    }
    return position
  }

  /// Version 4: how many bytes of the path before to take away, then the bytes to add, then NUL.
  private func compressed(
    _ raw: UnsafeRawBufferPointer, _ records: inout [IndexFile.Record], _ paths: inout [UInt8]
  ) -> Int? {
    var position = 12
    var previous = 0..<0
    for _ in 0..<count {
      guard let (flags, extended, start) = head(raw, at: position),
        let (strip, suffix) = variableWidth(raw, at: start), strip <= previous.count,
        let found = terminator(raw, from: suffix)
      else { return nil }
      let pathStart = paths.count
      let kept = previous.count - strip
      // Paths share prefixes in the file and not here: bound what a hostile file can make of that.
      guard pathStart + kept + found - suffix < min(Int(UInt32.max), bytes.count * 64) else { return nil }
      paths.append(contentsOf: paths[previous.lowerBound..<(previous.lowerBound + kept)])
      paths.append(contentsOf: raw[suffix..<found])
      previous = pathStart..<paths.count
      records.append(
        IndexFile.Record(
          data: UInt32(position), pathStart: UInt32(pathStart), pathLength: UInt32(previous.count),
          flags: flags, extendedFlags: extended))
      position = found + 1
    }
    return position
  }

  private func terminator(_ raw: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < end, let base = raw.baseAddress, let found = memchr(base + start, 0, end - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }

  /// A number as pack files' offsets have it (gitformat-pack(5)).
  private func variableWidth(_ raw: UnsafeRawBufferPointer, at start: Int) -> (value: Int, next: Int)? {
    var position = start
    var value = 0
    while position < end, value < 1 << 40 {
      let byte = raw[position]
      value = value << 7 | Int(byte & 0x7F)
      position += 1
      if byte & 0x80 == 0 { return (value, position) }
      value += 1
    }
    return nil
  }
}
