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
    /// What it is in the skeleton; `nil` for the policy.
    let part: LayoutFile?
    /// What stands there already, which is kept.
    let state: State

    var exists: Bool { state != .missing }
    var name: String { String(decoding: path, as: UTF8.self) }
  }

  /// What stands at the place of a file.
  enum State { case missing, same, other }

  /// All files, those that are kept too.
  let files: [File]
  /// The root of the project: absolute.
  let root: [UInt8]

  /// - Parameters:
  ///   - root: the root of the project: absolute.
  ///   - layout: whether the skeleton of a project is made.
  init(at root: [UInt8], policy: String, layout: Bool) throws(Failure) {
    self.root = root
    var wanted: [(path: [UInt8], contents: [UInt8], part: LayoutFile?)] = [
      (Array(PolicyLayer.committedFile.utf8), Array(policy.utf8), nil)
    ]
    if layout { wanted += LayoutFile.all.map { ($0.path, $0.contents, $0) } }
    files = try wanted.map { (path, contents, part) throws(Failure) in
      if let obstacle = try Self.asking({ () throws(SystemError) in try Self.obstacle(above: path, in: root) }
      ) {
        throw Failure(obstacle)
      }
      let state = try Self.asking { () throws(SystemError) in
        try Self.state(of: FileSystem.join(root, path), beside: contents)
      }
      return File(path: path, contents: contents, part: part, state: state)
    }
  }

  private static func state(of place: [UInt8], beside contents: [UInt8]) throws(SystemError) -> State {
    guard let status = try FileSystem.existing(place) else { return .missing }
    guard status.kind == .file, Int(status.size) == contents.count else { return .other }
    return try FileSystem.read(place, limit: contents.count) == contents ? .same : .other
  }

  private static func asking<Value>(_ body: () throws(SystemError) -> Value) throws(Failure) -> Value {
    do { return try body() } catch { throw Failure(error) }
  }

  /// Why a file cannot be written where it is to be: what a folder above it is, when that is none. A link may lead out of
  /// the repository.
  private static func obstacle(above path: [UInt8], in root: [UInt8]) throws(SystemError) -> String? {
    var folder: [UInt8] = []
    for name in path.split(separator: UInt8(ascii: "/")).dropLast() {
      folder = FileSystem.join(folder, Array(name))
      guard let status = try FileSystem.existing(FileSystem.join(root, folder)) else { return nil }
      let shown = String(decoding: folder, as: UTF8.self)
      switch status.kind {
      case .directory: continue
      case .symbolicLink:
        return "'\(shown)' is a symbolic link, and nothing is written behind one: no file was written"
      case .file, .special: return "'\(shown)' is no folder, and the skeleton needs one: no file was written"
      }
    }
    return nil
  }

  /// What would be written and what is kept, a line a file.
  var text: String {
    files.map { "  \($0.exists ? "keep " : "write")  \($0.name)\n" }.joined()
  }

  /// Whether there is anything to write.
  var isEmpty: Bool { files.allSatisfy(\.exists) }

  /// Writes the files. When one cannot be written, what was written before is named.
  func apply() throws(Failure) {
    var written: [String] = []
    for file in files where !file.exists {
      do throws(SystemError) { try write(file) } catch {
        let before =
          written.isEmpty ? "no file was written" : "these were written: \(written.joined(separator: ", "))"
        throw Failure("\(error)\n    \(before)")
      }
      written.append(file.name)
    }
  }

  private func write(_ file: File) throws(SystemError) {
    let place = FileSystem.join(root, file.path)
    try FileSystem.createDirectories(FileSystem.parent(of: place))
    // What somebody else wrote meanwhile is kept, too.
    let descriptor = try Descriptor(
      opening: place, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o666)
    do throws(SystemError) { try descriptor.write(file.contents, path: place) } catch {
      // Half a file would be kept by the next run as if it were somebody's.
      do throws(SystemError) { try FileSystem.remove(place) } catch let second {
        throw second.isMissing ? error : second
      }
      throw error
    }
  }
}
