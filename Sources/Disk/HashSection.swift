import Hashing
import Platform

/// What a hash is known for: a name, and the state in which it was. Six words.
struct HashKey: Hashable, Sendable {
  /// A hash of the name. Two names of the same hash differ in the rest, and only the newer one is known.
  let name: UInt64
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64
  private let fifth: UInt64

  /// A file in a directory: its content is the same as long as all of these are. ctime tells of a change even
  /// when mtime was set back.
  init(file name: some Sequence<UInt8>, _ status: FileStatus) {
    self.name = Self.hash(name)
    first = status.device
    second = status.inode
    third = UInt64(bitPattern: status.size)
    fourth = UInt64(bitPattern: status.modified)
    fifth = UInt64(bitPattern: status.changed)
  }

  /// Content that is known by an identity, such as a Git blob. `nil` when that is too long to be held.
  init?(object: [UInt8]) {
    guard object.count < 40 else { return nil }
    var words: [UInt64] = [UInt64(object.count), 0, 0, 0, 0]
    for (index, byte) in object.enumerated() {
      words[(index + 1) / 8] |= UInt64(byte) << (8 * ((index + 1) % 8))
    }
    name = Self.hash(object)
    (first, second, third, fourth, fifth) = (words[0], words[1], words[2], words[3], words[4])
  }

  /// FNV-1a, 64 bits.
  static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

/// A key and the hash that it is known to have: 64 bytes without a pointer, held on disk as in memory.
struct HashRecord: Sendable {
  let key: HashKey
  private let high: UInt64
  private let low: UInt64

  init(_ key: HashKey, _ digest: MD5Digest) {
    self.key = key
    (high, low) = (digest.high, digest.low)
  }

  var digest: MD5Digest { MD5Digest(high: high, low: low) }
}

/// The records of one directory, in the order of their names' hashes, no name twice.
struct HashSection: Sendable {
  private(set) var records: [HashRecord] = []

  /// No records.
  init() {}

  /// The records that were stored; `nil` when the bytes are none.
  init?(bytes: UnsafeRawBufferPointer) {
    let size = MemoryLayout<HashRecord>.stride
    guard bytes.count % size == 0 else { return nil }
    records = [HashRecord](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      count = bytes.count / size
    }
  }

  /// A number that bytes changed by a broken disk, or moved to another section's name, do not have.
  static func checksum(_ bytes: UnsafeRawBufferPointer, name: [UInt8]) -> UInt64 {
    func mix(_ sum: UInt64, _ word: UInt64) -> UInt64 {
      let mixed = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      return mixed ^ (mixed >> 29)
    }
    let words = bytes.count / 8
    let sum = (0..<words).reduce(HashKey.hash(name)) { sum, word in
      mix(sum, bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self))
    }
    return bytes[(8 * words)...].reduce(sum) { mix($0, UInt64($1)) }
  }

  /// The hash of what is in exactly this state.
  func digest(of key: HashKey) -> MD5Digest? {
    var (low, high) = (0, records.count)
    while low < high {
      let middle = low + (high - low) / 2
      if records[middle].key.name < key.name { low = middle + 1 } else { high = middle }
    }
    guard low < records.count, records[low].key == key else { return nil }
    return records[low].digest
  }

  /// Takes records; one of a name that is there replaces it.
  mutating func merge(_ new: some Sequence<HashRecord>) {
    var merged: [HashRecord] = []
    let new = new.sorted { $0.key.name < $1.key.name }
    merged.reserveCapacity(records.count + new.count)
    var rest = records[...]
    for record in new {
      let older = rest.prefix { $0.key.name < record.key.name }
      merged += older
      rest = rest[older.endIndex...].drop { $0.key.name == record.key.name }
      if merged.last?.key.name == record.key.name { merged.removeLast() }
      merged.append(record)
    }
    records = merged + rest
  }

  /// Drops the records of all but these names.
  mutating func keep(names: Set<UInt64>) { records.removeAll { !names.contains($0.key.name) } }
}
