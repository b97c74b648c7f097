import Glibc

/// Text encodings, by iconv(3) as Git uses it.
enum Encoding {
  /// The bytes in another encoding.
  /// - Returns: `nil` when an encoding is unknown or the bytes are not of it.
  static func convert(_ bytes: [UInt8], from source: [UInt8], to target: [UInt8]) -> [UInt8]? {
    let (target, mark) = split(target)
    var bytes = bytes[...]
    let (source, sourceMark) = split(source)
    if !sourceMark.isEmpty {
      guard bytes.starts(with: sourceMark) else { return nil }
      bytes = bytes.dropFirst(sourceMark.count)
    }
    guard let converter = open(from: source, to: target) else { return nil }
    defer { iconv_close(converter) }
    return run(converter, Array(bytes)).map { mark + $0 }
  }

  /// Git's own names for UTF-16 of a byte order, with a mark that says so (gitattributes(5)).
  private static func split(_ name: [UInt8]) -> (name: [UInt8], mark: [UInt8]) {
    switch name.text.uppercased() {
    case "UTF-16LE-BOM": (Array("UTF-16LE".utf8), [0xFF, 0xFE])
    case "UTF-16BE-BOM": (Array("UTF-16BE".utf8), [0xFE, 0xFF])
    default: (name, [])
    }
  }

  private static func open(from source: [UInt8], to target: [UInt8]) -> iconv_t? {
    // glibc would take suffixes such as //IGNORE, which drop what cannot be converted.
    guard !(source + target).contains(0), !(source + target).contains(UInt8(ascii: "/")) else { return nil }
    let opened = withCString(target) { target in withCString(source) { iconv_open(target, $0) } }
    return opened == iconv_t(bitPattern: -1) ? nil : opened
  }

  private static func run(_ converter: iconv_t, _ bytes: [UInt8]) -> [UInt8]? {
    var input = bytes.map { CChar(bitPattern: $0) }
    var result: [UInt8] = []
    var chunk = [CChar](repeating: 0, count: 1 << 16)
    return input.withUnsafeMutableBufferPointer { input in
      var source = input.baseAddress
      var left = input.count
      var isFlushed = false
      while true {
        let isFlushing = left == 0
        let (code, written, failure) = chunk.withUnsafeMutableBufferPointer { chunk in
          var target = chunk.baseAddress
          var room = chunk.count
          let code =
            isFlushing
            ? iconv(converter, nil, nil, &target, &room)
            : iconv(converter, &source, &left, &target, &room)
          return (code, chunk.count - room, errno)
        }
        result += chunk[..<written].map { UInt8(bitPattern: $0) }
        if code == -1 {
          guard failure == E2BIG, written > 0 else { return nil }
        } else if isFlushing {
          isFlushed = true
        }
        if isFlushed { return result }
      }
    }
  }
}
