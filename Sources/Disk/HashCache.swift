import CSQLite
import Hashing
import Platform

/// Hashes that were computed before, in an SQLite file that several processes use at once.
///
/// It only ever makes a run shorter. A file that is damaged is made anew and nothing of it is believed; where
/// it cannot be read or written (a read-only directory, a full disk, another process at work) the run goes
/// on without it, and the `report` closure is told why. It is opened when first asked, so a run that hashes
/// nothing does not pay for it.
///
/// One row holds all that is known of one directory, because 20,000 rows are slower to look up than 20,000
/// files are to look at. Rows carry a checksum, which SQLite's pages do not. Nothing is synchronised to the
/// disk: after a power cut the file is old, or damaged and made anew.
public final class HashCache {
  private let file: [UInt8]
  private let limit: Int
  private let report: (String) -> Void
  private var connection = Connection.closed
  private var wasRebuilt = false
  private var pending: [[UInt8]: [UInt64: HashRecord]] = [:]
  private var pendingCount = 0
  private var snapshots: [[UInt8]: DirectorySnapshot] = [:]
  private var lastSave = SystemClock.monotonicMilliseconds

  private enum Connection {
    case closed
    case open(Database)
    case off
  }

  /// A cache in a file; its directory is made when it is not there.
  /// - Parameters:
  ///   - file: the path, such as `<git dir>/guard/hashes.db`.
  ///   - limit: how large the file may grow, in bytes; then what was stored first is dropped.
  ///   - report: told, in a line for `-v`, why the cache cannot be used.
  public init(file: [UInt8], limit: Int = 1 << 28, report: @escaping (String) -> Void = { _ in }) {
    self.file = file
    self.limit = limit
    self.report = report
  }

  deinit { save() }

  /// The hashes of objects by identity; `nil` for each that is not known. An identity is all that the content
  /// depends on (a blob's id, the algorithm, the conversions of a checkout), at most 39 bytes.
  public func digests(ofObjects identities: [[UInt8]]) -> [MD5Digest?] {
    let keys = identities.map { HashKey(object: $0) }
    var found = [MD5Digest?](repeating: nil, count: keys.count)
    for (bucket, indices) in Dictionary(grouping: keys.indices, by: { Self.bucket(keys[$0]) }) {
      let section = Section.objects(bucket)
      let digests = self.digests(for: indices.map { keys[$0] }, in: section)
      for (index, digest) in zip(indices, digests) { found[index] = digest }
    }
    return found
  }

  /// Remembers the hashes of objects by identity; one that is too long is not kept.
  public func store(objects: [(identity: [UInt8], digest: MD5Digest)]) {
    for (identity, digest) in objects {
      guard let key = HashKey(object: identity) else { continue }
      add(HashRecord(key, digest), to: .objects(Self.bucket(key)))
    }
    saveSometimes()
  }

  /// Writes what was remembered, and lets go of the file: whoever is the last to do so merges the journal,
  /// which others would have to go through whenever they open it. Also done now and then, and when the cache
  /// is let go; a process that ends by `exit` should ask for it.
  public func save() {
    defer { lastSave = SystemClock.monotonicMilliseconds }
    guard !pending.isEmpty || !snapshots.isEmpty else { return }
    attempt { (database) throws(SQLiteError) in
      try database.transaction { () throws(SQLiteError) in
        for (name, records) in pending { try merge(records.values, into: name, database) }
        for (name, snapshot) in snapshots { try replace(name, snapshot.bytes, database) }
        try dropOldest(database)
      }
    }
    pending = [:]
    pendingCount = 0
    snapshots = [:]
    if case .open = connection { connection = .closed }
  }

  /// The hashes for keys in a section; `nil` for each that is not known.
  func digests(for keys: [HashKey?], in section: Section) -> [MD5Digest?] {
    let known = known(in: section)
    return keys.map { key in key.flatMap { known.digest(of: $0) } }
  }

  /// What is known in a section, for any thread to ask.
  func known(in section: Section) -> Known {
    var stored = HashSection()
    attempt { (database) throws(SQLiteError) in stored = try load(section.name, database) ?? stored }
    return Known(stored: stored, new: pending[section.name] ?? [:])
  }

  /// What was known of a section at one moment.
  struct Known: Sendable {
    fileprivate let stored: HashSection
    fileprivate let new: [UInt64: HashRecord]

    /// The hash for a key; `nil` when it is not known.
    func digest(of key: HashKey) -> MD5Digest? {
      if let record = new[key.name], record.key == key { return record.digest }
      return stored.digest(of: key)
    }
  }

  /// What was found out of a directory, whether or not it is as it was then.
  func snapshot(of directory: [UInt8]) -> DirectorySnapshot? {
    let name = Section.snapshot(directory).name
    if let new = snapshots[name] { return new }
    var stored: DirectorySnapshot?
    attempt { (database) throws(SQLiteError) in
      stored = try row(name, database) { DirectorySnapshot(bytes: Array($0)) }
    }
    return stored
  }

  /// Remembers what was found out of a directory.
  func store(_ snapshot: DirectorySnapshot, of directory: [UInt8]) {
    snapshots[Section.snapshot(directory).name] = snapshot
    saveSometimes()
  }

  /// Remembers hashes.
  func store(_ records: [HashRecord], in section: Section) {
    for record in records { add(record, to: section) }
    saveSometimes()
  }

  private func add(_ record: HashRecord, to section: Section) {
    if pending[section.name, default: [:]].updateValue(record, forKey: record.key.name) == nil {
      pendingCount += 1
    }
  }

  /// A long run that is killed keeps most of its work, and many hashes do not fill the memory.
  private func saveSometimes() {
    if pendingCount > 1 << 16 || SystemClock.monotonicMilliseconds - lastSave > 2000 { save() }
  }

  private static func bucket(_ key: HashKey?) -> UInt8 { UInt8(truncatingIfNeeded: (key?.name ?? 0) >> 56) }
}

extension HashCache {
  /// What a row holds.
  enum Section {
    /// The files of a directory, by its path.
    case directory([UInt8], HashAlgorithm)
    /// A 256th of all objects.
    case objects(UInt8)
    /// All that is below a directory, by its path.
    case snapshot([UInt8])

    /// The row's name.
    var name: [UInt8] {
      switch self {
      case .directory(let path, let algorithm): [0, algorithm.rawValue] + path
      case .objects(let bucket): [1, bucket]
      case .snapshot(let path): [2] + path
      }
    }
  }

  private func load(_ name: [UInt8], _ database: Database) throws(SQLiteError) -> HashSection? {
    try row(name, database) { HashSection(bytes: $0) }
  }

  /// What the bytes of a row mean; `nil` when there is no row.
  private func row<Meaning>(
    _ name: [UInt8], _ database: Database, _ read: (UnsafeRawBufferPointer) -> Meaning?
  ) throws(SQLiteError) -> Meaning? {
    let query = try database.prepare("SELECT records, checksum FROM sections WHERE name = ?")
    try query.bind(1, name)
    guard try query.step() else { return nil }
    let (bytes, checksum) = (query.bytes(0), UInt64(bitPattern: query.integer(1)))
    guard HashSection.checksum(bytes, name: name) == checksum, let meaning = read(bytes) else {
      throw SQLiteError(code: SQLITE_CORRUPT, message: "a row does not have its checksum")
    }
    return meaning
  }

  private func replace(
    _ name: [UInt8], _ elements: [some BitwiseCopyable], _ database: Database
  ) throws(SQLiteError) {
    let checksum = elements.withUnsafeBytes { HashSection.checksum($0, name: name) }
    let insert = try database.prepare(
      "INSERT OR REPLACE INTO sections(name, records, checksum) VALUES (?, ?, ?)")
    try insert.bind(1, name)
    try insert.bind(2, elements)
    try insert.bind(3, Int64(bitPattern: checksum))
    _ = try insert.step()
  }

  /// Another process may have stored as much meanwhile: what is there now is kept.
  private func merge(
    _ records: some Sequence<HashRecord>, into name: [UInt8], _ database: Database
  ) throws(SQLiteError) {
    var section = try load(name, database) ?? HashSection()
    let before = section.records.count
    section.merge(records)
    prune(&section, name, before: before)
    try replace(name, section.records, database)
  }

  /// Names that are no longer there would pile up in a directory whose files come and go. Whenever a row
  /// doubles, those that are not there now are dropped.
  private func prune(_ section: inout HashSection, _ name: [UInt8], before: Int) {
    let count = section.records.count
    guard count > 4096, count.leadingZeroBitCount != before.leadingZeroBitCount, name.first == 0 else {
      return
    }
    do throws(SystemError) {
      let present = try FileSystem.list(Array(name.dropFirst(2)))
      section.keep(names: Set(present.map { HashKey.hash($0.name) }))
    } catch {
      section = HashSection()
    }
  }

  private func dropOldest(_ database: Database) throws(SQLiteError) {
    let pages = try database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count")
    guard try pages * database.number("PRAGMA page_size") > limit else { return }
    try database.execute(
      """
      DELETE FROM sections WHERE id <=
        (SELECT id FROM sections ORDER BY id LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM sections))
      """
    )
  }
}

extension HashCache {
  /// Uses the database; a damaged one is made anew, and then there is nothing to look up.
  private func attempt(_ body: (Database) throws(SQLiteError) -> Void) {
    do throws(SQLiteError) {
      guard let database = try database() else { return }
      try body(database)
    } catch  where error.isDamage && !wasRebuilt {
      wasRebuilt = true
      report("the hash cache \(text(file)) is damaged and made anew: \(error.message)")
      connection = .closed
      removeFiles()
      attempt(body)
    } catch {
      report("running without the hash cache \(text(file)): \(error.message)")
      connection = .off
    }
  }

  private func database() throws(SQLiteError) -> Database? {
    switch connection {
    case .open(let database): return database
    case .off: return nil
    case .closed: break
    }
    Signals.ignoreFileSizeLimit()
    do throws(SystemError) {
      try FileSystem.createDirectories(FileSystem.parent(of: file))
    } catch {
      throw SQLiteError(code: SQLITE_CANTOPEN, message: error.description)
    }
    let database = try Database(file, patience: 200)
    try prepare(database)
    connection = .open(database)
    return database
  }

  private func prepare(_ database: Database) throws(SQLiteError) {
    try database.execute("PRAGMA trust_schema = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY")
    guard try database.number("PRAGMA user_version") != Self.version else { return }
    try database.execute("PRAGMA journal_mode = WAL")
    try database.transaction { () throws(SQLiteError) in
      guard try database.number("PRAGMA user_version") != Self.version else { return }
      try database.execute(
        """
        DROP TABLE IF EXISTS sections;
        CREATE TABLE sections(
          id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, records BLOB NOT NULL,
          checksum INTEGER NOT NULL);
        PRAGMA user_version = \(Self.version);
        """)
    }
  }

  private func removeFiles() {
    for suffix in ["-wal", "-shm", "-journal", ""] {
      do throws(SystemError) { try FileSystem.remove(file + Array(suffix.utf8)) } catch { continue }
    }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The version of the rows' form; a file of another one is emptied.
  private static let version: Int64 = 2
}
