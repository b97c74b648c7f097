import Glibc
import Layout
import Platform
import Policy

/// The files that `guard init` writes: never over one that is there.
struct StartingPlan {
  /// A file.
  struct File {
    /// The path from the root of the project.
    let path: [UInt8]
    let contents: [UInt8]
    /// Whether something stands there already, which is kept.
    let exists: Bool

    var name: String { String(decoding: path, as: UTF8.self) }
  }

  /// All files, those that are kept too.
  let files: [File]
  private let root: [UInt8]

  /// - Parameters:
  ///   - root: the root of the project: absolute.
  ///   - layout: whether the skeleton of a project is made.
  init(at root: [UInt8], policy: String, layout: Bool) throws(Failure) {
    self.root = root
    var wanted = [(Array(PolicyLayer.committedFile.utf8), Array(policy.utf8))]
    if layout { wanted += LayoutFile.all.map { ($0.path, $0.contents) } }
    var files: [File] = []
    do throws(SystemError) {
      for (path, contents) in wanted {
        let there = try FileSystem.existing(FileSystem.join(root, path)) != nil
        files.append(File(path: path, contents: contents, exists: there))
      }
    } catch {
      throw Failure(error)
    }
    self.files = files
  }

  /// What would be written and what is kept, a line a file.
  var text: String {
    files.map { "  \($0.exists ? "keep " : "write")  \($0.name)\n" }.joined()
  }

  /// Whether there is anything to write.
  var isEmpty: Bool { files.allSatisfy(\.exists) }

  /// Writes the files.
  func apply() throws(Failure) {
    for file in files where !file.exists {
      let place = FileSystem.join(root, file.path)
      do throws(SystemError) {
        try FileSystem.createDirectories(FileSystem.parent(of: place))
        // What somebody else wrote meanwhile is kept, too.
        let descriptor = try Descriptor(
          opening: place, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o666)
        try descriptor.write(file.contents, path: place)
      } catch {
        throw Failure(error)
      }
    }
  }
}
