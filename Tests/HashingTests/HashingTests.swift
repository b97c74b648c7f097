import Hashing
import Testing

/// The expected hashes were given by dvc-data 3.18.3 (`fobj_md5`).
@Suite struct HashingTests {
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a"
    ),
  ]) func md5IsRFC1321s(_ text: String, _ digest: String) {
    #expect(MD5Digest(of: Array(text.utf8)).description == digest)
  }

  @Test(arguments: Case.all) func dos2unixIsDVCs(_ item: Case) {
    #expect(MD5Digest(of: item.bytes, .md5DOS2Unix).description == item.digest)
  }

  @Test(arguments: [511, 4096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1]) func cutsDoNotMatter(_ step: Int) {
    var state: UInt32 = 7
    let pattern = (0..<4099).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return state >> 28 == 0 ? 0x0D : state >> 28 < 9 ? 0x0A : 0x41
    }
    let bytes = Array(repeatElement(pattern, count: 512).joined())
    #expect(pieces(bytes[...], step) == MD5Digest(of: bytes, .md5DOS2Unix))
  }

  func pieces(_ bytes: ArraySlice<UInt8>, _ step: Int) -> MD5Digest {
    var hash = ContentHash(.md5DOS2Unix)
    var rest = bytes
    while !rest.isEmpty {
      rest.prefix(step).withUnsafeBytes { hash.update($0) }
      rest = rest.dropFirst(step)
    }
    return hash.finish()
  }

  @Test(.timeLimit(.minutes(1))) func manySmallPiecesTakeLinearTime() {
    var hash = ContentHash(.md5DOS2Unix)
    let line: [UInt8] = [0x0D, 0x0A, 0x0D]
    for _ in 0..<400_000 { line.withUnsafeBytes { hash.update($0) } }
    #expect(hash.finish() != MD5Digest(of: []))
  }

  @Test func digitsAreReadAndWritten() {
    let digest = MD5Digest(of: Array("a".utf8))
    #expect(MD5Digest(hexadecimal: digest.hexadecimal) == digest)
    #expect(MD5Digest(hexadecimal: Array("0CC175B9C0F1B6A831C399E269772661".utf8)) == nil)
    #expect(MD5Digest(bytes: digest.bytes) == digest)
    #expect(MD5Digest(high: digest.high, low: digest.low) == digest)
    #expect(MD5Digest(hexadecimal: Array("0cc175b9c0f1b6a831c399e26977266".utf8)) == nil)
  }

  @Test func everyByteIsADigitOrNone() {
    let digits = Array("0cc175b9c0f1b6a831c399e269772661".utf8)
    for place in digits.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = digits
        changed[place] = byte
        let digest = MD5Digest(hexadecimal: changed)
        #expect((digest != nil) == "0123456789abcdef".utf8.contains(byte), "\(byte) at \(place)")
        if let digest { #expect(digest.hexadecimal == changed) }
      }
    }
    let digest = MD5Digest(hexadecimal: Array("00112233445566778899aabbccddeeff".utf8))
    #expect(digest?.bytes == (0..<16).map { UInt8($0 * 0x11) })
  }
}

@Suite struct CacheObjectTests {
  let digits = "0cc175b9c0f1b6a831c399e269772661"

  @Test func pathsAreWhereDVCPutsThem() {
    let file = CacheObject(id: Array(digits.utf8), isLegacy: false)
    let directory = CacheObject(id: Array((digits + ".dir").utf8), isLegacy: true)
    #expect(file.path == Array("files/md5/0c/c175b9c0f1b6a831c399e269772661".utf8))
    #expect(directory.path == Array("0c/c175b9c0f1b6a831c399e269772661.dir".utf8))
    #expect(!file.isDirectory && directory.isDirectory)
    #expect(file.isWellFormed && directory.isWellFormed)
    #expect(file.algorithm == .md5 && directory.algorithm == .md5DOS2Unix)
  }

  @Test(arguments: ["", "a", ".dir", "../../../../etc/passwd", "0cc175b9c0f1b6a831c399e26977266/", "ab\0"])
  func aHostileNameIsNotWellFormed(_ name: String) {
    let object = CacheObject(id: Array(name.utf8), isLegacy: true)
    #expect(!object.isWellFormed)
    #expect(!object.path.isEmpty)
  }
}

/// Bytes, as runs, and the hash that dvc-data gives them.
struct Case: Sendable, CustomTestStringConvertible {
  let name: String
  let runs: [([UInt8], Int)]
  let digest: String

  init(_ name: String, _ runs: [([UInt8], Int)], _ digest: String) {
    (self.name, self.runs, self.digest) = (name, runs, digest)
  }

  var bytes: [UInt8] { runs.flatMap { Array(repeatElement($0.0, count: $0.1).joined()) } }
  var testDescription: String { name }

  static let all = [
    Case("converted", [([0x61, 0x0D, 0x0A, 0x62, 0x0D, 0x0A], 1)], "dd8c6a395b5dd36c56d23275028f526c"),
    Case("nothing", [([], 1)], "d41d8cd98f00b204e9800998ecf8427e"),
    Case("aNULKeepsAll", [([0x61, 0x0D, 0x0A, 0x00], 1)], "45f547e477b625af2c2aa642fde04366"),
    Case(
      "thirtyOf100Others", [([0xFF], 30), ([0x61], 68), ([0x0D, 0x0A], 1)], "48db8896ed5fb1c5e8bd575f556f6ec7"
    ),
    Case(
      "thirtyOneOf100Others", [([0xFF], 31), ([0x61], 67), ([0x0D, 0x0A], 1)],
      "c4c2c4f44c83986feab9e2656c9dd694"),
    Case(
      "loneCarriageReturns", [([0x0D], 1), ([0x0D, 0x0D, 0x0A], 1), ([0x61, 0x0D], 1)],
      "c6fa941a5ed91bab8da7c01599c0867c"),
    Case("aNULAfter512", [([0x61], 512), ([0x00, 0x0D, 0x0A], 1)], "cf3dae686db0ee01ddf03cfaf2cfd9ac"),
    Case("aNULAt511", [([0x61], 511), ([0x00, 0x0D, 0x0A], 1)], "8aab188e9c59765e7ce80f5ba3ab39af"),
    Case(
      "verticalTabAndEscapeAreOthers", [([0x0B, 0x1B], 20), ([0x61, 0x0D, 0x0A], 10)],
      "30de7983a88064a28f4f8e9e21da36a2"),
    Case(
      "backspaceAndFormFeedAreText", [([0x08, 0x0C, 0x09], 20), ([0x61, 0x0D, 0x0A], 10)],
      "c50d402c99e1605f34a90277b449e586"),
    Case(
      "aPairAcrossTwoChunks", [([0x61], 1048575), ([0x0D, 0x0A], 1), ([0x62, 0x0D, 0x0A], 1)],
      "deb8178cc400550795d42d701b97846d"),
    Case(
      "aPairAtTheEndOfAChunk", [([0x61], 1048574), ([0x0D, 0x0A], 1), ([0x62, 0x0D, 0x0A], 1)],
      "d9d82e2ff0774fbc2af14c80ff430287"),
    Case(
      "eachChunkForItself",
      [
        ([0x61, 0x0D, 0x0A], 349525), ([0x0D], 1), ([0x00], 600), ([0x0D, 0x0A], 524288),
        ([0x78, 0x0D, 0x0A], 5),
      ], "4c2a73a6a295ca41f4b66b8ef15c14d5"),
    Case("exactlyOneChunk", [([0x0D, 0x0A], 524288)], "ed13d9af2f889d413abb821c558242c6"),
    Case("aByteMore", [([0x0D, 0x0A], 524288), ([0x0D], 1)], "cd52e5fa8bd14f7efdcf0c615b8145b1"),
    Case(
      "delIsOther", [([0x7F], 4), ([0x61, 0x61, 0x61, 0x61, 0x61, 0x61], 1), ([0x0D, 0x0A], 1)],
      "e0491ff05af4f23a33ee23a37f27fbbd"),
  ]
}
