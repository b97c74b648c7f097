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
  public func appending(_ name: String) -> [UInt8] { FileSystem.join(path, Array(name.utf8)) }

  /// Takes away a file or a directory with all that is in it. Links are not followed.
  public static func remove(_ path: [UInt8]) throws {
    guard let status = try FileSystem.existing(path) else { return }
    guard status.kind == .directory else { return try FileSystem.remove(path) }
    try FileSystem.setMode(0o700, of: path)
    for entry in try FileSystem.list(path) { try remove(FileSystem.join(path, entry.name)) }
    try FileSystem.removeDirectory(path)
  }
}
