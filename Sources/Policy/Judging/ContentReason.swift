import DVC
import Hashing
import Trees
import Values

/// Finds out why a path's hash is not the recorded one, where Git's own bytes can tell.
struct ContentReason {
  private let tree: any FileTree
  private let project: Project
  /// The files beside what is staged; `nil` when there are none.
  private let workTree: (any FileTree)?

  /// Asks a project of a subject.
  init(_ project: Project, in subject: Subject) {
    tree = project.tree
    self.project = project
    workTree = subject.kind == .staged ? subject.workTree?.tree : nil
  }

  /// What became known.
  struct Answer {
    let reason: Reason
    /// How many files Git has of the directory.
    var fileCount: Int?
    /// The files whose line ends are other ones, or that lie beside such in the directory.
    var files: [RepositoryPath] = []
  }

  /// The reason why `path` does not have the hash that was recorded for it.
  func answer(_ path: RepositoryPath, _ recorded: RecordedHash) -> Answer {
    guard let algorithm = recorded.algorithm, let value = recorded.value else {
      return Answer(reason: .content)
    }
    do {
      return try answer(path, algorithm, value, recorded)
    } catch {
      // The finding stands without its reason: whoever reads the path for the status reports the error.
      return Answer(reason: .content)
    }
  }

  private func answer(
    _ path: RepositoryPath, _ algorithm: HashAlgorithm, _ value: Text, _ recorded: RecordedHash
  ) throws(DVCError) -> Answer {
    guard recorded.isDirectory else {
      let isFile = try tree(asked: { () throws(TreeError) in try tree.target(of: path) }) != .directory
      guard isFile else { return Answer(reason: .content) }
      for spelling in spellings where try hash(path, algorithm, spelling) == value {
        return Answer(reason: .lineEnds, files: [path])
      }
      return Answer(reason: .content)
    }
    guard let files = try CurrentContent(of: tree, for: project).hash(at: path, algorithm)?.files else {
      return Answer(reason: .content)
    }
    if let count = recorded.fileCount, count > files.files.count {
      return Answer(reason: .untrackedFiles, fileCount: files.files.count)
    }
    for spelling in spellings where try hash(files, in: path, algorithm, spelling) == value {
      let paths = files.files.compactMap { path.resolving($0.path.utf8) }
      return Answer(reason: .lineEnds, fileCount: files.files.count, files: paths)
    }
    return Answer(reason: .content, fileCount: files.files.count)
  }

  /// A way in which the lines of a text may end.
  private enum Spelling {
    /// As a checkout ends them.
    case checkout(LineEnds)
    /// As they end in the work tree, where an editor may have mixed them.
    case here(any FileTree)
  }

  private var spellings: [Spelling] {
    LineEnds.allCases.map(Spelling.checkout) + (workTree.map { [.here($0)] } ?? [])
  }

  /// The bytes of a file in a spelling; those of the tree when the work tree has other lines.
  private func contents(of path: RepositoryPath, as spelling: Spelling) throws(DVCError) -> [UInt8] {
    let bytes = try contents(of: path, in: tree)
    switch spelling {
    case .checkout(let style): return style.applied(to: bytes)
    case .here(let workTree):
      let entry = try tree(asked: { () throws(TreeError) in try workTree.target(of: path) })
      guard case .file? = entry else { return bytes }
      let here = try contents(of: path, in: workTree)
      return LineEnds.unix.applied(to: here) == LineEnds.unix.applied(to: bytes) ? here : bytes
    }
  }

  private func contents(of path: RepositoryPath, in tree: any FileTree) throws(DVCError) -> [UInt8] {
    try self.tree(asked: { () throws(TreeError) in try tree.contents(of: path) })
  }

  /// The hash of a file in a spelling.
  private func hash(
    _ path: RepositoryPath, _ algorithm: HashAlgorithm, _ spelling: Spelling
  ) throws(DVCError) -> Text {
    Text(utf8: MD5Digest(of: try contents(of: path, as: spelling), algorithm).hexadecimal)
  }

  private func hash(
    _ files: Manifest, in directory: RepositoryPath, _ algorithm: HashAlgorithm, _ spelling: Spelling
  ) throws(DVCError) -> Text {
    var converted: [Manifest.File] = []
    for file in files.files {
      guard let path = directory.resolving(file.path.utf8) else { continue }
      converted.append(Manifest.File(path: file.path, hash: try hash(path, algorithm, spelling)))
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
