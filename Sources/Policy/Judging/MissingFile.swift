import DVC
import Trees
import Values

extension JudgedStage {
  /// What brings back a file that the stage reads: no run of the stage does. When the commit takes it away, or the
  /// `.dvc` file that stood for it, that file is named.
  func mendOfMissing(_ reference: PathSpace.Reference, in subject: Subject) throws(JudgementError) -> String {
    let otherwise = otherwise
    guard let path = reference.path, let gone = try deleted(from: path, in: subject) else {
      return "bring it back, or \(otherwise)"
    }
    guard !subject.isCommit else { return "bring \(gone) back, which the commit deletes, or \(otherwise)" }
    let restore = ShellCommand("git restore --staged --worktree", [gone])
    return "\(restore) to bring it back, or \(otherwise)"
  }

  /// What brings back a parameter that the stage reads: DVC runs no stage whose parameter is missing (DVC 3.67,
  /// `MissingParamsError`). When the commit takes it out of the file, that is said.
  func mendOfMissing(
    parameter key: Text, _ file: PathSpace.Reference, in subject: Subject
  ) throws(JudgementError) -> String {
    guard try isTakenOut(parameter: key, of: file, in: subject) else {
      return "bring it back, or \(otherwise)"
    }
    return "bring '\(key)' back, which the commit takes out of \(file.definition), or \(otherwise)"
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
