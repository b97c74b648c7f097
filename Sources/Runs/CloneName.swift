import Git
import Hashing
import Platform
import Values

/// The name of a clone among all that write to a tracking server: made by chance once, and kept below its Git
/// directory.
public enum CloneName {
  /// The name: 32 hexadecimal digits.
  public static func of(_ repository: Repository) throws(RunsError) -> String {
    let folder = FileSystem.join(repository.commonDirectory, Array("guard".utf8))
    let file = FileSystem.join(folder, Array("clone".utf8))
    do throws(SystemError) {
      do throws(SystemError) {
        let kept = try FileSystem.read(file, limit: 64).filter { $0 != 0x0A }
        if kept.count == 32, kept.allSatisfy({ $0.hexadecimalValue != nil }) {
          return String(decoding: kept, as: UTF8.self)
        }
      } catch  where error.isMissing {}
      let name = Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })
      try FileSystem.createDirectories(folder)
      try FileSystem.write(Array((name + "\n").utf8), to: file)
      return name
    } catch {
      throw .disk(error)
    }
  }
}
