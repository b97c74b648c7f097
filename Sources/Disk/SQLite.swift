import CSQLite

/// What SQLite complains about.
struct SQLiteError: Error {
  let code: Int32
  let message: String

  /// Whether the file is not what it should be, and a new one would be better.
  var isDamage: Bool { [SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_ERROR, SQLITE_MISMATCH].contains(code & 0xFF) }
}

/// One connection to one database file.
final class Database {
  private let handle: OpaquePointer

  /// Opens a file, or makes it. Nothing is read before the first statement.
  init(_ path: [UInt8], patience milliseconds: Int32) throws(SQLiteError) {
    var handle: OpaquePointer?
    let name = path.map { CChar(bitPattern: $0) } + [0]
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(name, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      let message = String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(handle)
      throw SQLiteError(code: code, message: message)
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, milliseconds)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements that give nothing back.
  func execute(_ sql: String) throws(SQLiteError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// Prepares a statement.
  func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var statement: OpaquePointer?
    try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
    guard let statement else { throw SQLiteError(code: SQLITE_MISUSE, message: "an empty statement") }
    return Statement(statement, in: self)
  }

  /// The number that a statement without parameters gives.
  func number(_ sql: String) throws(SQLiteError) -> Int64 {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// Runs `body` as one step that happens wholly or not at all.
  func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
    try execute("BEGIN IMMEDIATE")
    do throws(SQLiteError) {
      try body()
      try execute("COMMIT")
    } catch {
      // A full disk has rolled back already; then this fails, which says nothing new.
      _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  fileprivate func check(_ code: Int32) throws(SQLiteError) {
    guard code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE else {
      throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
  }
}

/// A prepared statement; use it again after ``reset()``.
final class Statement {
  private let handle: OpaquePointer
  private let database: Database

  fileprivate init(_ handle: OpaquePointer, in database: Database) {
    self.handle = handle
    self.database = database
  }

  deinit { sqlite3_finalize(handle) }

  /// Sets a parameter, counted from 1, to the bytes of an array.
  func bind(_ index: Int32, _ elements: [some BitwiseCopyable]) throws(SQLiteError) {
    let code = elements.withUnsafeBytes { raw in
      guard_sqlite_bind(handle, index, raw.baseAddress, UInt64(raw.count))
    }
    try database.check(code)
  }

  /// Sets a parameter, counted from 1.
  func bind(_ index: Int32, _ number: Int64) throws(SQLiteError) {
    try database.check(sqlite3_bind_int64(handle, index, number))
  }

  /// Goes on to the next row.
  /// - Returns: whether there is one.
  func step() throws(SQLiteError) -> Bool {
    let code = sqlite3_step(handle)
    try database.check(code)
    return code == SQLITE_ROW
  }

  /// Makes it ready to be run once more.
  func reset() { sqlite3_reset(handle) }

  /// A column of the row, counted from 0.
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  /// A column of the row, counted from 0; the bytes are there until the next step.
  func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(handle, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }
}
