import DVC
import Hashing
import Trees
import Values

/// Finds out why a path's hash is not the recorded one, where Git's own bytes can tell.
struct ContentReason {
  let tree: any FileTree
  let project: Project

  /// What became known.
  struct Answer {
    let reason: Reason
    /// How many files Git has of the directory.
    let fileCount: Int?
  }

  /// The reason why `path` does not have the hash that was recorded for it.
  func answer(_ path: RepositoryPath, _ recorded: RecordedHash) -> Answer {
    guard let algorithm = recorded.algorithm, let value = recorded.value else {
      return Answer(reason: .content, fileCount: nil)
    }
    do {
      return try answer(path, algorithm, value, recorded)
    } catch {
      // The finding stands without its reason: whoever reads the path for the status reports the error.
      return Answer(reason: .content, fileCount: nil)
    }
  }

  private func answer(
    _ path: RepositoryPath, _ algorithm: HashAlgorithm, _ value: Text, _ recorded: RecordedHash
  ) throws(DVCError) -> Answer {
    guard recorded.isDirectory else {
      let isFile = try tree(asked: { () throws(TreeError) in try tree.target(of: path) }) != .directory
      guard isFile else { return Answer(reason: .content, fileCount: nil) }
      for style in LineEnds.allCases where try hash(path, algorithm, style) == value {
        return Answer(reason: .lineEnds, fileCount: nil)
      }
      return Answer(reason: .content, fileCount: nil)
    }
    guard let files = try CurrentContent(of: tree, for: project).hash(at: path, algorithm)?.files else {
      return Answer(reason: .content, fileCount: nil)
    }
    if let count = recorded.fileCount, count > files.files.count {
      return Answer(reason: .untrackedFiles, fileCount: files.files.count)
    }
    for style in LineEnds.allCases where try hash(files, in: path, algorithm, style) == value {
      return Answer(reason: .lineEnds, fileCount: files.files.count)
    }
    return Answer(reason: .content, fileCount: files.files.count)
  }

  /// The hash of a file as a checkout with these line ends would have it.
  private func hash(_ path: RepositoryPath, _ algorithm: HashAlgorithm, _ style: LineEnds) throws(DVCError)
    -> Text
  {
    let bytes = try tree(asked: { () throws(TreeError) in try tree.contents(of: path) })
    return Text(utf8: MD5Digest(of: style.applied(to: bytes), algorithm).hexadecimal)
  }

  private func hash(
    _ files: Manifest, in directory: RepositoryPath, _ algorithm: HashAlgorithm, _ style: LineEnds
  ) throws(DVCError) -> Text {
    var converted: [Manifest.File] = []
    for file in files.files {
      guard let path = directory.resolving(file.path.utf8) else { continue }
      converted.append(Manifest.File(path: file.path, hash: try hash(path, algorithm, style)))
    }
    return Manifest(converted).objectID
  }

  private func tree<Answer>(asked body: () throws(TreeError) -> Answer) throws(DVCError) -> Answer {
    do { return try body() } catch {
      switch error {
      case .notAvailable(let path, let why):
        throw DVCError(file: path, position: nil, kind: .notAvailable, message: why)
      case .unreadable(let path, let why):
        throw DVCError(file: path, position: nil, kind: .unreadable, message: why)
      }
    }
  }
}

/// The two ways in which checkouts end the lines of a text.
enum LineEnds: CaseIterable {
  case windows, unix

  /// A text with these line ends; what Git would not take for a text stays as it is.
  func applied(to bytes: [UInt8]) -> [UInt8] {
    // Git looks for a NUL in the first 8000 bytes (git's xdiff-interface.c, buffer_is_binary).
    guard !bytes.prefix(8000).contains(0) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 16)
    for (index, byte) in bytes.enumerated() {
      switch (self, byte) {
      case (.windows, 0x0A) where index == 0 || bytes[index - 1] != 0x0D: result += [0x0D, 0x0A]
      case (.unix, 0x0D) where index + 1 < bytes.count && bytes[index + 1] == 0x0A: continue
      default: result.append(byte)
      }
    }
    return result
  }
}
