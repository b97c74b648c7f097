import DVC
import Trees

extension JudgedStage {
  /// What brings back a file that the stage reads: no run of the stage does. When the commit takes it away, or the
  /// `.dvc` file that stood for it, that file is named.
  func mendOfMissing(_ reference: PathSpace.Reference, in subject: Subject) throws(JudgementError) -> String {
    let otherwise = "take it out of \(stage.file), then: \(mend)"
    guard let path = reference.path, let gone = try deleted(from: path, in: subject) else {
      return "bring it back, or \(otherwise)"
    }
    guard !subject.isCommit else { return "bring \(gone) back, which the commit deletes, or \(otherwise)" }
    let restore = ShellCommand("git restore --staged --worktree", [gone])
    return "\(restore) to bring it back, or \(otherwise)"
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
