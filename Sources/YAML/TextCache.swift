import Values

/// Short texts that were made before, so that the keys and words which a file repeats (`path`, `md5`) are
/// one piece of memory each.
struct TextCache {
  private var texts = [Text](repeating: Text(utf8: []), count: 1024)
  private static let longest = 24

  /// The text of the bytes that `excerpt` marks.
  mutating func text(of bytes: [UInt8], _ excerpt: Excerpt) -> Text {
    let range = Int(excerpt.start)..<Int(excerpt.end)
    guard range.count <= Self.longest else { return Text(utf8: Array(bytes[range])) }
    return bytes.withUnsafeBufferPointer { buffer in
      let word = UnsafeBufferPointer(rebasing: buffer[range])
      let hash = word.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
      let slot = Int((hash ^ hash >> 15) & 1023)
      let known = texts[slot]
      if known.utf8.count == word.count, known.utf8.elementsEqual(word) { return known }
      let text = Text(utf8: Array(word))
      texts[slot] = text
      return text
    }
  }
}
