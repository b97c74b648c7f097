import Glibc
import Platform

/// A directory of its own for one test, taken away with all it holds.
final class Scratch {
  let path: [UInt8]

  init() throws {
    var template = "/tmp/guard-platform-XXXXXX".utf8CString
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    guard made != nil else { throw SystemError(errno, "mkdtemp") }
    path = template.dropLast().map { UInt8(bitPattern: $0) }
  }

  deinit {
    do { try Scratch.remove(path) } catch { print("\(error)") }
  }

  func callAsFunction(_ name: String) -> [UInt8] { FileSystem.join(path, Array(name.utf8)) }

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
