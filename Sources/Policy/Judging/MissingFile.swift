import DVC
import Trees
import Values

/// What mends a finding: a command, or words for a person, or both.
struct Mend {
  var command: String?
  var advice: String?
  /// What the command does, where it cannot lose work.
  var safe: SafeMend?
  /// What the command records anew.
  var recount: Recount?
  /// Why something is not there, where that is known.
  var cause: String?
}

extension Mend {
  /// The command that records stages anew.
  init(recounting recount: Recount) { self.init(command: recount.command, recount: recount) }

  /// A file that only needs to be staged.
  init(staging file: RepositoryPath) {
    self.init(command: ShellCommand(gitAdd: [file]).description, safe: .stage([file]))
  }

  /// A file that Git ignores and should have.
  init(unignoring file: RepositoryPath) {
    let find = ShellCommand(whyIgnored: file)
    self.init(
      advice: "take out the line that ignores it (\(find) names it), then: \(ShellCommand(gitAdd: [file]))")
  }
}

extension Subject {
  /// Whether Git ignores a file, by what the work tree's files say where there is one.
  func ignores(_ file: RepositoryPath) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in
      try (workTree?.tree ?? tree).isIgnoredByGit(file, isDirectory: false)
    }
  }
}

extension JudgedStage {
  /// What brings back a file that the stage reads. When the commit takes it away, or the `.dvc` file that stood for
  /// it, that file is named, and when Git ignores it, that is said. No run of the stage brings it back, unless
  /// another stage makes it.
  /// - Parameter isParameters: whether it is a parameters file, which is Git's to keep.
  func mendOfMissing(
    _ reference: PathSpace.Reference, isParameters: Bool = false, in subject: Subject
  ) throws(JudgementError) -> Mend {
    guard let path = reference.path else { return Mend(advice: "bring it back, or \(otherwise)") }
    if project.makesByRun(path) { return Mend(command: mend) }
    if let move = try move(of: path, in: subject) { return try mend(of: move, at: reference, in: subject) }
    guard let gone = try deleted(from: path, in: subject) else {
      guard try isIgnored(path, in: subject) else { return Mend(advice: "bring it back, or \(otherwise)") }
      var ways = [Mend(unignoring: path).advice].compactMap { $0 }
      if !isParameters, let kept = try whatDVCCanKeep(of: path, in: subject) {
        let add = ShellCommand(dvc: "add", in: project.root, [kept.relative(to: project.root) ?? kept.bytes])
        ways.append("have DVC keep it: \(add)")
      }
      return Mend(advice: (ways + [otherwise]).joined(separator: "; or "), cause: "Git ignores it")
    }
    guard !subject.isCommit else {
      return Mend(advice: "bring \(gone) back, which the commit deletes, or \(otherwise)")
    }
    return Mend(
      command: "\(ShellCommand("git restore --staged --worktree", [gone]))", advice: otherwise)
  }

  /// What brings back a parameter that the stage reads: DVC runs no stage whose parameter is missing (DVC 3.67,
  /// `MissingParamsError`). When the commit takes it out of the file, that is said.
  func mendOfMissing(
    parameter key: Text, _ file: PathSpace.Reference, in subject: Subject
  ) throws(JudgementError) -> Mend {
    if let path = file.path, try isHere(parameter: key, of: path, in: subject) { return Mend(staging: path) }
    guard try isTakenOut(parameter: key, of: file, in: subject) else {
      return Mend(advice: "bring it back, or \(otherwise)")
    }
    return Mend(
      advice: "bring '\(key)' back, which the commit takes out of \(file.definition), or \(otherwise)")
  }

  /// Whether Git keeps a path out of what is judged that is not there: one that lies in the work tree, or that a commit
  /// ignores.
  private func isIgnored(_ path: RepositoryPath, in subject: Subject) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in
      switch subject.kind {
      case .workTree: return false
      case .commit:
        // Whether it would be a directory nobody knows.
        if try subject.tree.isIgnoredByGit(path, isDirectory: false) { return true }
        return try subject.tree.isIgnoredByGit(path, isDirectory: true)
      case .staged:
        guard let here = subject.workTree?.tree, let entry = try here.target(of: path) else { return false }
        return try here.isIgnoredByGit(path, isDirectory: entry == .directory)
      }
    }
  }

  /// An ignored path, or the ignored directory around it, beside which Git takes a `.dvc` file: another DVC does not write
  /// (DVC 3.67, "bad DVC file name … is git-ignored").
  private func whatDVCCanKeep(
    of path: RepositoryPath, in subject: Subject
  ) throws(JudgementError) -> RepositoryPath? {
    let tree = subject.workTree?.tree ?? subject.tree
    return try reading { () throws(TreeError) in
      var kept = path
      while kept != project.root, kept.isInside(project.root) {
        guard try tree.isIgnoredByGit(kept.pointer, isDirectory: false) else { return kept }
        kept = kept.parent
        guard try tree.isIgnoredByGit(kept, isDirectory: true) else { return nil }
      }
      return nil
    }
  }

  /// What to do when it shall not come back.
  private var otherwise: String { "take it out of \(stage.file), then: \(mend)" }

  /// Whether the commit changes a parameters file that had a parameter before.
  private func isTakenOut(
    parameter key: Text, of file: PathSpace.Reference, in subject: Subject
  ) throws(JudgementError) -> Bool {
    guard let path = file.path, try subject.changes().contains(where: { $0.path == path }) else {
      return false
    }
    for parent in try subject.ancestry().parents {
      let old = try parent.stages().first { $0.identity == identity }
      if old?.reads(parameter: key, of: path) == true { return true }
    }
    return false
  }

  /// Whether the work tree has a parameter that is only not staged.
  private func isHere(
    parameter key: Text, of file: RepositoryPath, in subject: Subject
  ) throws(JudgementError) -> Bool {
    guard subject.kind == .staged, let here = subject.workTree?.tree,
      try !StagedBeside(subject: subject, workTree: here).differing([file]).isEmpty
    else { return false }
    let tree = TreeOverlay(subject.tree, taking: [file], from: here)
    let whole = JudgedProject(root: project.root, tree: tree, reader: subject.reader, others: project.others)
    return whole.judgedStages.first { $0.identity == identity }?.reads(parameter: key, of: file) ?? false
  }

  /// Whether it reads a parameter that is there.
  private func reads(parameter key: Text, of file: RepositoryPath) -> Bool {
    let isDeclared = stage.deps.contains { dependency in
      guard case .parameters(let keys, _) = dependency.kind, dependency.reference.path == file else {
        return false
      }
      return keys.contains { $0.text == key }
    }
    let isMissing = status.dependencies.contains { status in
      guard status.dependency.reference.path == file else { return false }
      switch status.change {
      case .path(let change, _): return change == .deleted
      case .parameters(let changes): return changes.contains { $0.key == key && $0.current == nil }
      }
    }
    return isDeclared && !isMissing
  }

  /// The file that the commit deletes and that was what stands at a path, or pointed to it.
  private func deleted(from path: RepositoryPath, in subject: Subject) throws(JudgementError)
    -> RepositoryPath?
  {
    let deleted = Set(try subject.changes().filter { $0.kind == .deleted }.map(\.path))
    if deleted.contains(path) { return path }
    guard deleted.contains(where: \.isPointer) else { return nil }
    for parent in try subject.ancestry().parents {
      let old = try parent.projects().first { $0.root == project.root }
      if let pointer = old?.pointers(to: path).first(where: deleted.contains) { return pointer }
    }
    return nil
  }
}

extension JudgedProject {
  /// Whether a run of a stage would make what is missing at a path: an output of which nothing is recorded yet, or
  /// one that Git keeps.
  fileprivate func makesByRun(_ path: RepositoryPath) -> Bool {
    unmadeOutputs.hasAny(inside: path) || path.directoriesUpward.contains(where: unmadeOutputs.contains)
  }
}
