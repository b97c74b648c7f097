import ParameterFiles
import Trees
import Values

/// Something that a process of DVC's writes now, as it says in `.dvc/tmp/rwlock` (DVC 3.67, `dvc/rwlock.py`).
public struct RunningWrite: Hashable, Sendable {
  /// The output.
  public let path: RepositoryPath
  /// The process.
  public let process: Int
  /// Its command line.
  public let command: Text

  /// What the file says of paths below a root; nothing when DVC would not read it either.
  public static func read(_ bytes: [UInt8], below root: [UInt8]) -> [RunningWrite] {
    let document: Node
    do { document = try ParameterFile.read(bytes, format: .json) } catch { return [] }
    let start = root.last == UInt8(ascii: "/") ? root : root + [UInt8(ascii: "/")]
    return (document.map?["write"]?.map?.entries ?? []).compactMap { entry in
      guard let path = entry.key.text?.utf8, path.starts(with: start),
        let process = entry.value.map?["pid"]?.value.int
      else { return nil }
      return RunningWrite(
        path: RepositoryPath(normalized: path.dropFirst(start.count)), process: process,
        command: entry.value.map?["cmd"]?.text ?? "")
    }
  }
}
