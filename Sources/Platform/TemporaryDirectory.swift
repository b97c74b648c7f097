import Glibc

/// A directory that nobody else may look into, for files that another program is to read or write. It is gone with this
/// value; what cannot be taken away stays.
public struct TemporaryDirectory: ~Copyable {
  /// Where it is.
  public let path: [UInt8]

  /// Makes one below `TMPDIR`, or below `/tmp` where that is not set (`tempfile.c` of Git 2.39 does the same).
  public init(_ environment: ProcessEnvironment) throws(SystemError) {
    let parent = environment[bytes: "TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? Array("/tmp".utf8)
    var template = FileSystem.join(parent, Array("guard-XXXXXX".utf8)).map { CChar(bitPattern: $0) } + [0]
    guard !template.dropLast().contains(0) else {
      throw SystemError(EINVAL, "mkdtemp", parent, detail: "a NUL byte in the path")
    }
    guard mkdtemp(&template) != nil else { throw SystemError(errno, "mkdtemp", parent) }
    path = template.dropLast().map { UInt8(bitPattern: $0) }
  }

  deinit {
    // It holds files alone. Where one cannot be taken away, nothing can be done about it.
    do throws(SystemError) {
      for entry in try FileSystem.list(path) { try FileSystem.remove(FileSystem.join(path, entry.name)) }
      try FileSystem.removeDirectory(path)
    } catch { return }
  }

  /// The path of a file in it.
  public func callAsFunction(_ name: String) -> [UInt8] { FileSystem.join(path, Array(name.utf8)) }

  /// Writes a file that only its owner reads, without waiting for the disk.
  public func write(_ bytes: [UInt8], to name: String) throws(SystemError) {
    let file = try Descriptor(opening: self(name), flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try file.write(bytes, path: self(name))
  }
}
