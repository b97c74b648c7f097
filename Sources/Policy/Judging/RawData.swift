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

  /// What `.dvc` files of the parents held and is no longer there.
  func lost(of before: [[JudgedStage]]) throws(JudgementError) -> [Finding] {
    guard let first = before.first else { return [] }
    var findings: [Finding] = []
    for stage in first {
      for output in stage.stage.outs {
        guard let path = output.reference.path, directories.contains(where: path.isInside),
          let hash = output.recorded.value, !held.contains(where: { $0.path == path }),
          // A merge takes over what any of its parents has.
          before.allSatisfy({ $0.contains { $0.stage.outputs.contains(path) } })
        else { continue }
        let fate = try fate(of: hash, output.recorded.algorithm, at: path)
        let pointer = stage.stage.file
        switch fate {
        case .kept: continue
        case .changed(let current):
          findings.append(changed(path, from: hash, to: current))
        case .gone:
          let ignore = path.parent.appending(Array(".gitignore".utf8))
          let isIgnoreChanged = try subject.changes().contains { $0.path == ignore }
          let line = isIgnoreChanged ? ", and its line in \(ignore)" : ""
          findings.append(deleted(path, at: pointer, hash, line))
        }
      }
    }
    return findings
  }

  /// What is to be told of a file of Git's that is not as a parent has it.
  func finding(on file: RepositoryPath, since parent: Subject) throws(JudgementError) -> Finding? {
    guard !made.contains(file), !file.directoriesUpward.contains(where: made.contains) else { return nil }
    let change = try subject.changes().first { $0.path == file }
    guard change?.isMerged == false,
      case .file? = try reading({ () throws(TreeError) in try parent.tree.entry(at: file) }),
      let hash = try Self.hash(of: file, in: parent.tree, noting: subject)
    else { return nil }
    switch try fate(of: hash, .md5, at: file) {
    case .kept: return nil
    case .changed(let current): return changed(file, from: hash, to: current)
    case .gone: return deleted(file, at: file, hash, "")
    }
  }

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

  private func changed(_ path: RepositoryPath, from recorded: Text, to current: Text) -> Finding {
    Finding(
      "data/raw-changed", at: Place(path), key: path.text, recorded: recorded, current: current,
      reason: .content, message: "raw data '\(path)' changed in place", advice: Self.advice)
  }

  private func deleted(_ path: RepositoryPath, at file: RepositoryPath, _ hash: Text, _ more: String)
    -> Finding
  {
    let restore = ShellCommand("git restore --staged --worktree", [file])
    return Finding(
      "data/raw-changed", at: Place(file), key: path.text, recorded: hash,
      message: "raw data '\(path)' deleted",
      advice: subject.isCommit
        ? "bring \(file) back, which the commit deletes" : "bring it back: \(restore)\(more)")
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
