import Platform

/// Standard output, where the answer of a command goes.
enum Answer {
  /// Writes a part of it.
  static func write(_ bytes: [UInt8]) throws(Failure) {
    do { try StandardStream.output.write(bytes) } catch { throw Failure(error) }
  }

  /// Writes a part of it.
  static func write(_ text: String) throws(Failure) { try write(Array(text.utf8)) }
}
