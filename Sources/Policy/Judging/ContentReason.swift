import DVC
import Hashing
import Trees
import Values

/// Finds out why a path's hash is not the recorded one, where Git's own bytes and the work tree beside them can tell.
struct ContentReason {
  private let subject: Subject
  private let judged: JudgedProject
  private let project: Project
  /// What a fresh clone holds after `dvc checkout`.
  private let tree: any FileTree
  /// The files beside what is staged; `nil` when there are none.
  private let workTree: (any FileTree)?

  /// Asks a project of a subject; `nil` when the project cannot be read.
  init?(_ judged: JudgedProject, in subject: Subject) {
    guard case .success(let project) = judged.project else { return nil }
    self.subject = subject
    self.judged = judged
    self.project = project
    tree = judged.checkedOut
    workTree = subject.kind == .staged ? subject.workTree?.tree : nil
  }

  /// What became known.
  struct Answer {
    let reason: Reason
    /// The files whose line ends are other ones, or that lie beside such in the directory.
    var files: [RepositoryPath] = []
    /// How many files the directory has, of those that the record counted.
    var fileCount = 0
    /// The files that Git does not have, where there is a work tree to show them.
    var untracked: UntrackedFiles?
    /// Whether the hash itself proves that only those are missing.
    var isProven = false
  }

  /// The reason why `path` does not have the hash that was recorded for it.
  func answer(_ path: RepositoryPath, _ recorded: RecordedHash) -> Answer {
    guard let algorithm = recorded.algorithm, let value = recorded.value else {
      return Answer(reason: .content)
    }
    do {
      if recorded.isDirectory { return try answer(directory: path, algorithm, value, recorded.fileCount) }
      let entry = try reading { () throws(TreeError) in try tree.target(of: path) }
      guard case .file? = entry else { return Answer(reason: .content) }
      for spelling in spellings where try hash(path, algorithm, spelling) == value {
        return Answer(reason: .lineEnds, files: [path])
      }
      return Answer(reason: .content)
    } catch {
      // The finding stands without its reason: whoever reads the path for the status reports the error.
      return Answer(reason: .content)
    }
  }

  private func answer(
    directory path: RepositoryPath, _ algorithm: HashAlgorithm, _ value: Text, _ count: Int?
  ) throws(JudgementError) -> Answer {
    guard let files = try list(of: path, algorithm, in: tree) else { return Answer(reason: .content) }
    if let count, count > files.files.count {
      return try answer(directory: path, files, algorithm, countingMore: RecordedDirectory(value, count))
    }
    for spelling in spellings where try respelled(files, in: path, algorithm, spelling).objectID == value {
      return Answer(reason: .lineEnds, files: files.files.compactMap { path.resolving($0.path.utf8) })
    }
    return Answer(reason: .content)
  }

  /// The reason where the record counted more files than a clone has. The work tree may show which, or that they
  /// explain nothing: then the content changed as well.
  private func answer(
    directory path: RepositoryPath, _ files: Manifest, _ algorithm: HashAlgorithm,
    countingMore recorded: RecordedDirectory
  ) throws(JudgementError) -> Answer {
    var answer = Answer(reason: .untrackedFiles, fileCount: files.files.count)
    answer.untracked = try UntrackedFiles(in: path, of: judged, subject)
    guard let untracked = answer.untracked, untracked.isComplete else { return answer }
    var here: [Manifest.File] = []
    if let workTree {
      let both = TreeOverlay(tree, taking: untracked.files, from: workTree)
      here = try list(of: path, algorithm, in: both)?.files.filter { files.hash(of: $0.path) == nil } ?? []
      var explanation = recorded.explained(by: files, with: here)
      for spelling in spellings where explanation == .refuted {
        explanation = recorded.explained(
          by: try respelled(files, in: path, algorithm, spelling), with: here)
      }
      if explanation == .refuted { return Answer(reason: .content) }
      answer.isProven = explanation == .proven
    }
    if !answer.isProven, let ignored = try listed(untracked.ignored, in: path, algorithm) {
      // A line that was written after the run may take them out. They prove what they explain, and refute nothing: they
      // may never have counted.
      answer.isProven = recorded.explained(by: files, with: here + ignored) == .proven
      answer.untracked?.wereCounted = answer.isProven
    }
    return answer
  }

  /// The most bytes of ignored files that are read to prove something.
  private static let mostIgnored = 1 << 25

  /// Files of the work tree below a directory as a list of it would name them; `nil` where there are none, or too many.
  private func listed(
    _ files: [RepositoryPath], in directory: RepositoryPath, _ algorithm: HashAlgorithm
  ) throws(JudgementError) -> [Manifest.File]? {
    guard let source = subject.workTree, !files.isEmpty else { return nil }
    return try reading { () throws(TreeError) in
      guard try source.cost(files).bytes <= Self.mostIgnored else { return nil }
      var listed: [Manifest.File] = []
      for file in files {
        let hash = MD5Digest(of: try source.tree.contents(of: file), algorithm).hexadecimal
        let name = Text(utf8: file.relative(to: directory) ?? file.bytes)
        listed.append(Manifest.File(path: name, hash: Text(utf8: hash)))
      }
      return listed
    }
  }

  private func list(
    of directory: RepositoryPath, _ algorithm: HashAlgorithm, in tree: any FileTree
  ) throws(JudgementError) -> Manifest? {
    do { return try CurrentContent(of: tree, for: project).hash(at: directory, algorithm)?.files } catch {
      throw .dvc(error)
    }
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
  private func contents(of path: RepositoryPath, as spelling: Spelling) throws(TreeError) -> [UInt8] {
    let bytes = try tree.contents(of: path)
    switch spelling {
    case .checkout(let style): return style.applied(to: bytes)
    case .here(let workTree):
      guard case .file? = try workTree.target(of: path) else { return bytes }
      let here = try workTree.contents(of: path)
      return LineEnds.unix.applied(to: here) == LineEnds.unix.applied(to: bytes) ? here : bytes
    }
  }

  /// The hash of a file in a spelling.
  private func hash(
    _ path: RepositoryPath, _ algorithm: HashAlgorithm, _ spelling: Spelling
  ) throws(JudgementError) -> Text {
    let bytes = try reading { () throws(TreeError) in try contents(of: path, as: spelling) }
    return Text(utf8: MD5Digest(of: bytes, algorithm).hexadecimal)
  }

  /// A directory with Git's files in a spelling; what DVC keeps has its bytes from the cache.
  private func respelled(
    _ files: Manifest, in directory: RepositoryPath, _ algorithm: HashAlgorithm, _ spelling: Spelling
  ) throws(JudgementError) -> Manifest {
    var converted: [Manifest.File] = []
    for file in files.files {
      let path = directory.appending(file.path.utf8)
      let isGits = try reading { () throws(TreeError) in try project.tree.target(of: path) != nil }
      converted.append(
        isGits ? Manifest.File(path: file.path, hash: try hash(path, algorithm, spelling)) : file)
    }
    return Manifest(converted)
  }
}

extension ContentReason.Answer {
  /// What is the matter with a directory of which only some files are missing.
  func untrackedPhrase(_ recorded: RecordedHash) -> String {
    "was recorded with \(recorded.fileCount ?? 0) files, and a clone has \(fileCount) of them"
      + (untracked?.phrase ?? "")
  }
}

extension JudgedStage {
  /// What a finding about a directory says where the commit changed it under the record that the parents had: Git alone
  /// cannot tell that from an edit after the run, whatever the work tree proves.
  func asContent(
    _ finding: Finding, _ answer: ContentReason.Answer?, otherwise message: String, in subject: Subject
  )
    -> Finding.AsContent
  {
    guard let answer, answer.reason == .untrackedFiles else {
      return Finding.AsContent(message: message, fix: mend)
    }
    if answer.isProven {
      return Finding.AsContent(message: finding.message, fix: finding.fix, advice: finding.advice)
    }
    let other = untrackedMend(answer, in: subject)
    return Finding.AsContent(
      message: message, fix: mend(in: subject),
      advice: (other.command ?? other.advice).map { "where that finds nothing to do: \($0)" })
  }

  /// Why a path does not have the hash that was recorded for it; asked once, whoever needs it.
  func reason(
    of path: RepositoryPath, _ recorded: RecordedHash, in subject: Subject
  ) -> ContentReason.Answer? {
    let question = JudgedProject.Question(path: path, recorded: recorded.value)
    if let known = project.reasons[question] { return known }
    let answer = ContentReason(project, in: subject)?.answer(path, recorded)
    project.reasons[question] = answer
    return answer
  }

  /// What mends the record of a directory of which only some files are missing.
  func untrackedMend(_ answer: ContentReason.Answer?, in subject: Subject) -> Mend {
    if let mend = answer?.untracked?.mend(self, in: subject) { return mend }
    let naming = "name what tools left there in .dvcignore (often __pycache__/), then: "
    return Mend(advice: naming + softMend(in: subject))
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
