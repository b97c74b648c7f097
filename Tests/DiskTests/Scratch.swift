import Glibc
import Platform

/// A directory of its own for one test, taken away with all it holds.
final class Scratch {
  let path: [UInt8]

  init() throws {
    var template = "/tmp/guard-disk-XXXXXX".utf8CString
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    guard made != nil else { throw SystemError(errno, "mkdtemp") }
    path = template.dropLast().map { UInt8(bitPattern: $0) }
  }

  deinit {
    do { try Scratch.remove(path) } catch { print("\(error)") }
  }

  func callAsFunction(_ name: String) -> [UInt8] { FileSystem.join(path, Array(name.utf8)) }

  /// Writes a file in place, without the waiting for the disk that makes it last.
  func put(_ bytes: [UInt8], at path: [UInt8], mode: UInt32 = 0o644) throws {
    let file = try Descriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    try file.write(bytes, path: path)
    guard fchmod(file.number, mode) == 0 else { throw SystemError(errno, "fchmod", path) }
  }

  private static func remove(_ path: [UInt8]) throws {
    guard try FileSystem.linkStatus(of: path).kind == .directory else { return try FileSystem.remove(path) }
    try FileSystem.setMode(0o700, of: path)
    for entry in try FileSystem.list(path) { try remove(FileSystem.join(path, entry.name)) }
    try FileSystem.removeDirectory(path)
  }
}

extension [UInt8] {
  init(_ text: String) { self = Array(text.utf8) }
  var text: String { String(decoding: self, as: UTF8.self) }
}

/// The same numbers in every run: SplitMix64.
struct Seeded: RandomNumberGenerator {
  var state: UInt64 = 2

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
