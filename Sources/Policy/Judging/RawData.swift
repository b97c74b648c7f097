import DVC
import Hashing
import Trees
import Values

/// The raw data of what is judged, for a look at what is gone or no longer the same.
struct RawData {
  /// What to do with data that changed.
  static let advice = "keep the old data, and add the new data under another name"

  private let subject: Subject
  private let directories: [RepositoryPath]
  /// What `.dvc` files hold there now.
  private var held: [(output: Output, path: RepositoryPath, project: JudgedProject)] = []
  private var hashes: Set<Text> = []
  /// What stages make.
  private let made: Set<RepositoryPath>
  /// The hashes of files that were added there.
  private let added: Set<Text>
  /// What is told of data that is not the same.
  private var changed: [Finding] = []
  /// The data that is gone, each with the file of Git's that was it or pointed to it.
  private var gone: [(path: RepositoryPath, file: RepositoryPath, hash: Text)] = []

  init(_ subject: Subject, in directories: [RepositoryPath]) throws(JudgementError) {
    self.subject = subject
    self.directories = directories
    let stages = try subject.stages()
    made = Set(stages.filter { $0.stage.name != nil }.flatMap(\.stage.outputs))
    for stage in stages where stage.stage.name == nil {
      for output in stage.stage.outs {
        guard let path = output.reference.path, directories.contains(where: path.isInside) else { continue }
        held.append((output, path, stage.project))
        if let hash = output.recorded.value { hashes.insert(hash) }
      }
    }
    var added: Set<Text> = []
    for change in try subject.changes()
    where change.kind == .added && change.path.isRawFile(in: directories) {
      if let hash = try Self.hash(of: change.path, in: subject.tree, noting: subject) { added.insert(hash) }
    }
    self.added = added
  }

  /// Looks for what `.dvc` files of the parents held and is no longer there.
  mutating func look(forDataOf before: [[JudgedStage]]) throws(JudgementError) {
    for stage in before.first ?? [] {
      for output in stage.stage.outs {
        guard let path = output.reference.path, directories.contains(where: path.isInside),
          let hash = output.recorded.value, !held.contains(where: { $0.path == path }),
          // A merge takes over what any of its parents has.
          before.allSatisfy({ $0.contains { $0.stage.outputs.contains(path) } })
        else { continue }
        let fate = try fate(of: hash, output.recorded.algorithm, at: path)
        take(fate, path, of: stage.stage.file, hash)
      }
    }
  }

  /// Looks at a file of Git's that is not as a parent has it.
  mutating func look(at change: PathChange, since parent: Subject) throws(JudgementError) {
    let file = change.path
    guard !change.isMerged,
      case .file? = try reading({ () throws(TreeError) in try parent.tree.entry(at: file) }),
      let hash = try Self.hash(of: file, in: parent.tree, noting: subject)
    else { return }
    let fate = try fate(of: hash, .md5, at: file)
    take(fate, file, of: file, hash)
  }

  private mutating func take(_ fate: Fate, _ path: RepositoryPath, of file: RepositoryPath, _ hash: Text) {
    switch fate {
    case .kept: break
    case .changed(let current):
      changed.append(
        Finding(
          "data/raw-changed", at: Place(path), key: path.text, recorded: hash, current: current,
          reason: .content, message: "raw data '\(path)' changed in place", advice: Self.advice))
    case .gone: gone.append((path, file, hash))
    }
  }

  /// What is to be told of all that was looked at.
  func findings() throws(JudgementError) -> [Finding] {
    guard !gone.isEmpty else { return changed }
    let advice = try adviceOnGone()
    return changed
      + gone.map { item in
        Finding(
          "data/raw-changed", at: Place(item.file), key: item.path.text, recorded: item.hash,
          message: "raw data '\(item.path)' deleted", advice: advice)
      }
  }

  /// What brings all back. Not a command to paste: in the work tree there may be other data in its place.
  private func adviceOnGone() throws(JudgementError) -> String {
    let files = gone.map(\.file)
    guard !subject.isCommit else {
      return files.count == 1
        ? "bring \(files[0]) back, which the commit deletes"
        : "bring back the raw data that the commit deletes"
    }
    let ignores = Set(
      gone.filter { $0.file.isPointer }.map { $0.path.parent.appending(Array(".gitignore".utf8)) })
    let lines = try subject.changes().map(\.path).filter(ignores.contains).map { "\($0)" }
    let more =
      lines.isEmpty
      ? "" : ", and \(files.count == 1 ? "its line" : "the lines") in \(lines.joined(separator: " and "))"
    let command: String
    if files.count > Self.mostNamed {
      let list = ShellCommand(
        "git diff --cached --name-only --no-renames --diff-filter=D -z --", directories)
      command = "\(list) | xargs -0 git --literal-pathspecs restore --staged --worktree --"
    } else {
      command = "\(ShellCommand("git restore --staged --worktree", files))"
    }
    return "bring \(files.count == 1 ? "it" : "them") back\(more): \(command)"
  }

  /// More are not named one by one.
  private static let mostNamed = 5

  private enum Fate {
    /// It is there still, maybe under another name, or nobody can say that it is not.
    case kept
    case changed(to: Text)
    case gone
  }

  /// What became of content that stood at a path.
  private func fate(
    of hash: Text, _ algorithm: HashAlgorithm?, at path: RepositoryPath
  ) throws(JudgementError) -> Fate {
    if made.contains(path) || path.directoriesUpward.contains(where: made.contains) { return .kept }
    switch try reading({ () throws(TreeError) in try subject.tree.entry(at: path) }) {
    case .file?:
      guard let algorithm, let current = try Self.hash(of: path, in: subject.tree, algorithm, noting: subject)
      else { return .kept }
      return current == hash ? .kept : .changed(to: current)
    // What a directory or a link holds is another question.
    case _?: return .kept
    case nil: break
    }
    if hashes.contains(hash) || added.contains(hash) { return .kept }
    for (output, place, project) in held {
      if place == path { return try fate(of: path, in: output) }
      // A directory that was taken apart, or that took the file in.
      if place.isInside(path) { return .kept }
      guard let below = path.relative(to: place), let current = output.recorded.value else { continue }
      guard project.holds(Text(utf8: below), hash, in: current) == false else { return .kept }
    }
    return .gone
  }

  /// What became of a file of Git's that DVC holds now.
  private func fate(of path: RepositoryPath, in output: Output) throws(JudgementError) -> Fate {
    guard let current = output.recorded.value, let algorithm = output.recorded.algorithm,
      let parent = try subject.ancestry().parents.first,
      let hash = try Self.hash(of: path, in: parent.tree, algorithm, noting: subject)
    else { return .kept }
    return current == hash ? .kept : .changed(to: current)
  }

  private static func hash(
    of file: RepositoryPath, in tree: any FileTree, _ algorithm: HashAlgorithm = .md5,
    noting subject: Subject
  ) throws(JudgementError) -> Text? {
    do { return Text(utf8: try tree.digest(of: file, algorithm).hexadecimal) } catch {
      guard case .notAvailable(_, let why) = error else { throw .tree(error) }
      subject.note(Unjudged(what: "whether raw data '\(file)' changed", why: why))
      return nil
    }
  }
}

extension RepositoryPath {
  /// Whether it is, by its name, a file of raw data that Git has itself.
  func isRawFile(in directories: [RepositoryPath]) -> Bool {
    guard directories.contains(where: isInside), name.first != UInt8(ascii: ".") else { return false }
    return !Self.besideData.match(name) && !Self.texts.contains { name.starts(with: $0.utf8) }
  }

  private static let besideData = NameEndings([
    ".dvc", "dvc.yaml", "dvc.lock", ".md", ".rst", ".adoc", ".py", ".R", ".r", ".jl", ".sh", ".ipynb",
    "Makefile",
    "SUMS", "SUMS.txt", ".md5", ".sha1", ".sha256",
  ])
  private static let texts = [
    "README", "Readme", "readme", "LICENSE", "LICENCE", "COPYING", "NOTICE", "CHANGELOG", "CITATION",
  ]
}
