/// Applies a conversion to bytes.
struct Converter {
  let conversion: Conversion

  /// What a checkout writes for an object's bytes. Filters are the caller's.
  /// - Parameter id: the object, which `$Id$` is expanded to.
  func workTreeBytes(_ object: [UInt8], id: ObjectID) -> [UInt8] {
    var bytes = object
    if conversion.expandsIdent { bytes = Ident.expanded(bytes, id: id, isStreamed: conversion.isStreamed) }
    if conversion.lineEnds.hasCarriageReturn, !bytes.isEmpty {
      let statistics = TextStatistics(bytes)
      if statistics.lineFeeds > 0,
        !conversion.lineEnds.isGuessed
          || (statistics.carriageReturns == 0 && statistics.pairs == 0 && !statistics.isBinary)
      {
        bytes = Self.withCarriageReturns(bytes)
      }
    }
    // Git writes the bytes as they are where they cannot be encoded.
    if !bytes.isEmpty, let encoding = conversion.encoding,
      let encoded = Encoding.convert(bytes, from: Self.utf8, to: encoding)
    {
      bytes = encoded
    }
    return bytes
  }

  /// What `git add` would store for a work tree file's bytes.
  /// - Parameter indexed: the object that the index has for the path: a file that got in with CRLF is not
  ///   normalised by guess.
  /// - Returns: `nil` where Git would refuse: the bytes are not in the encoding that attributes name.
  func objectBytes(_ file: [UInt8], indexed: () throws(GitError) -> [UInt8]?) throws(GitError) -> [UInt8]? {
    var bytes = file
    if !bytes.isEmpty, let encoding = conversion.encoding {
      guard let decoded = Encoding.convert(bytes, from: encoding, to: Self.utf8) else { return nil }
      bytes = decoded
    }
    if conversion.lineEnds != .binary, !bytes.isEmpty {
      bytes = try withoutCarriageReturns(bytes, indexed: indexed)
    }
    return conversion.expandsIdent ? Ident.collapsed(bytes) : bytes
  }

  private func withoutCarriageReturns(
    _ bytes: [UInt8], indexed: () throws(GitError) -> [UInt8]?
  ) throws(GitError) -> [UInt8] {
    let statistics = TextStatistics(bytes)
    guard statistics.pairs > 0 else { return bytes }
    if conversion.lineEnds.isGuessed {
      if statistics.isBinary { return bytes }
      if let indexed = try indexed(), indexed.contains(0x0D) {
        let old = TextStatistics(indexed)
        if !old.isBinary, old.pairs > 0 { return bytes }
      }
    }
    var converted: [UInt8] = []
    converted.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
      converted.append(byte)
    }
    return converted
  }

  private static func withCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
    var converted: [UInt8] = []
    converted.reserveCapacity(bytes.count + bytes.count / 16)
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == 0x0A, previous != 0x0D { converted.append(0x0D) }
      converted.append(byte)
      previous = byte
    }
    return converted
  }

  private static let utf8 = Array("UTF-8".utf8)
}

/// What Git counts to guess whether bytes are text (convert.c, `gather_stats`).
struct TextStatistics: Hashable {
  private(set) var nuls = 0
  /// CR without LF.
  private(set) var carriageReturns = 0
  /// LF without CR.
  private(set) var lineFeeds = 0
  /// CR with LF.
  private(set) var pairs = 0
  private(set) var printable = 0
  private(set) var nonPrintable = 0

  init(_ bytes: [UInt8]) {
    var previousIsReturn = false
    for byte in bytes {
      let afterReturn = previousIsReturn
      previousIsReturn = false
      switch byte {
      case 0x0A:
        if afterReturn { pairs += 1 } else { lineFeeds += 1 }
        continue
      case 0x0D: previousIsReturn = true
      case 0x08, 0x09, 0x0C, 0x1B: printable += 1
      case 0:
        nuls += 1
        nonPrintable += 1
      case 1..<0x20, 0x7F: nonPrintable += 1
      default: printable += 1
      }
      if afterReturn { carriageReturns += 1 }
    }
    if previousIsReturn { carriageReturns += 1 }
    // A file may end with Ctrl-Z.
    if bytes.last == 0x1A { nonPrintable -= 1 }
  }

  /// Whether they look binary.
  var isBinary: Bool { carriageReturns > 0 || nuls > 0 || printable >> 7 < nonPrintable }
}

/// The keyword `$Id$`.
enum Ident {
  /// The bytes with the object's name in each `$Id$`, as a checkout writes them.
  /// - Parameter isStreamed: whether Git converts on the way to the file (streaming), where it goes on behind
  ///   what turned out to be no keyword; else it goes on behind the dollar sign.
  static func expanded(_ bytes: [UInt8], id: ObjectID, isStreamed: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let dollar = rest.firstIndex(of: Self.dollar) {
      result += rest[...dollar]
      rest = rest[(dollar + 1)...]
      let (length, isKeyword) = keyword(at: rest, isStreamed: isStreamed)
      if isKeyword {
        result += Array("Id: ".utf8) + id.hexadecimal + Array(" $".utf8)
      } else if isStreamed {
        result += rest.prefix(length)
      }
      if isKeyword || isStreamed { rest = rest.dropFirst(length) }
    }
    return result + rest
  }

  /// Whether `Id$` or `Id: …$` stands here, and how many bytes were looked at to know.
  private static func keyword(at text: ArraySlice<UInt8>, isStreamed: Bool) -> (length: Int, found: Bool) {
    let start = zip(text, [0x49, 0x64] as [UInt8]).prefix { $0 == $1 }.count
    guard start == 2, text.count >= 3 else { return (min(start + 1, text.count), false) }
    let third = text[text.startIndex + 2]
    guard third == colon else { return (3, third == Self.dollar) }
    guard let end = text.dropFirst(3).firstIndex(where: { $0 == Self.dollar || $0 == 0x0A }) else {
      return (text.count, false)
    }
    let inside = text[..<end].dropFirst(3)
    let length = end + 1 - text.startIndex
    guard text[end] == Self.dollar else { return (length, false) }
    // A space within: the keyword of another system, which is kept.
    let isForeign =
      isStreamed
      ? inside.first == 0x20
        && inside.dropFirst().dropLast().contains { (0x09...0x0D).contains($0) || $0 == 0x20 }
      : inside.dropFirst().firstIndex(of: 0x20).map { $0 < end - 1 } ?? false
    return (length, !isForeign)
  }

  /// The bytes with each `$Id: …$` as `$Id$`, as `git add` stores them.
  static func collapsed(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let dollar = rest.firstIndex(of: Self.dollar) {
      result += rest[...dollar]
      rest = rest[(dollar + 1)...]
      guard rest.count > 3, rest.starts(with: [0x49, 0x64, colon]) else { continue }
      guard let close = rest.dropFirst(3).firstIndex(of: Self.dollar) else { break }
      if rest[..<close].contains(0x0A) { continue }
      result += [0x49, 0x64, Self.dollar]
      rest = rest[(close + 1)...]
    }
    return result + rest
  }

  private static let dollar = UInt8(ascii: "$")
  private static let colon = UInt8(ascii: ":")
}
