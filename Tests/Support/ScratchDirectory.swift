import Glibc
import Platform

/// A directory of its own for one test, taken away with the value; kept when `GUARD_KEEP_SCRATCH` is set.
public final class ScratchDirectory {
  /// Its absolute path, without symbolic links.
  public let path: [UInt8]

  /// Makes one below `TMPDIR`.
  public init(_ name: String = "guard-test") throws {
    let base = ProcessEnvironment.current()[bytes: "TMPDIR"] ?? Array("/tmp".utf8)
    let unique = "\(name)-\(UInt64.random(in: .min ... .max))"
    let place = FileSystem.join(base, Array(unique.utf8))
    try FileSystem.createDirectories(place)
    path = try FileSystem.realPath(of: place)
  }

  deinit {
    guard ProcessEnvironment.current()["GUARD_KEEP_SCRATCH"] == nil else { return }
    do { try Self.remove(path) } catch { print("left behind: \(error)") }
  }

  /// The absolute path of something in it.
  public func callAsFunction(_ name: String) -> [UInt8] { FileSystem.join(path, Array(name.utf8)) }

  /// Writes a file in place, without the waiting for the disk that makes it last: a test writes many.
  public func put(_ bytes: [UInt8], at path: [UInt8], mode: UInt32 = 0o644) throws {
    let file = try Descriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    try file.write(bytes, path: path)
    guard fchmod(file.number, mode) == 0 else { throw SystemError(errno, "fchmod", path) }
  }

  /// Takes away a file or a directory with all that is in it. Links are not followed.
  public static func remove(_ path: [UInt8]) throws {
    guard let status = try FileSystem.existing(path) else { return }
    guard status.kind == .directory else { return try FileSystem.remove(path) }
    try FileSystem.setMode(0o700, of: path)
    for entry in try FileSystem.list(path) { try remove(FileSystem.join(path, entry.name)) }
    try FileSystem.removeDirectory(path)
  }
}
