#pragma once
#include <sqlite3.h>

/// Binds bytes that SQLite copies: its marker for that is a cast that Swift does not import.
static inline int guard_sqlite_bind(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}
