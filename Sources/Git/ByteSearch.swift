import Glibc

extension [UInt8] {
  /// Whether these bytes occur anywhere.
  func contains(sequence wanted: [UInt8]) -> Bool {
    guard let first = wanted.first else { return true }
    return withUnsafeBytes { all in
      guard let base = all.baseAddress else { return false }
      var position = 0
      while position + wanted.count <= all.count,
        let found = memchr(base + position, Int32(first), all.count - position - wanted.count + 1)
      {
        if memcmp(found, wanted, wanted.count) == 0 { return true }
        position = UnsafeRawPointer(found) - base + 1
      }
      return false
    }
  }
}
