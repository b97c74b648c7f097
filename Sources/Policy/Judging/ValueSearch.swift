import DVC
import Trees
import Values

/// Says where a value may be that a template of a `dvc.yaml` asks for in vain, or a file of values that is not there.
struct ValueSearch {
  private let error: DVCError
  private let files: [RepositoryPath]
  private let project: JudgedProject
  private let subject: Subject

  /// `nil` for an error of another kind.
  init?(for error: DVCError, of project: JudgedProject, _ subject: Subject) {
    guard let files = error.unfound?.files ?? error.missing.map({ [$0] }) else { return nil }
    self.error = error
    self.files = files
    self.project = project
    self.subject = subject
  }

  /// Makes a finding say it. That a file was only not staged is found out for all findings alike.
  func tell(by finding: inout Finding) throws(JudgementError) {
    if let file = try ignoredFile() {
      finding.message += ", and Git ignores '\(file)'"
      finding.fix = try hasIt(file) ? ShellCommand("git add -f", [file]).description : nil
      finding.advice = Mend(unignoring: file).advice
      return
    }
    guard let name = error.unfound?.name else { return }
    var there: [RepositoryPath] = []
    for file in files where try isThere(file) { there.append(file) }
    guard let file = there.last ?? files.first else { return }
    let correct = "correct \(error.file), then: \(ShellCommand(gitAdd: [error.file, file]))"
    if there.isEmpty {
      finding.message +=
        subject.kind == .workTree ? ", and there is no '\(file)'" : ", and Git does not have '\(file)'"
      finding.advice = "bring \(file) back, with '\(name)' in it, or \(correct)"
    } else {
      finding.advice = "write '\(name)' into \(file), or \(correct)"
    }
  }

  private func isThere(_ file: RepositoryPath) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in try subject.tree.target(of: file) != nil }
  }

  /// The first of the files that Git keeps out of what is judged.
  private func ignoredFile() throws(JudgementError) -> RepositoryPath? {
    guard subject.kind != .workTree else { return nil }
    for file in files where try !isThere(file) {
      if try subject.ignores(file) { return file }
    }
    return nil
  }

  /// Whether nothing of it is wrong any more when a file of the work tree is there.
  private func hasIt(_ file: RepositoryPath) throws(JudgementError) -> Bool {
    guard let here = subject.workTree?.tree,
      try reading({ () throws(TreeError) in try here.target(of: file) }) != nil
    else { return false }
    let tree = TreeOverlay(subject.tree, taking: [file], from: here)
    let attempt = JudgedProject(root: project.root, tree: tree, reader: subject.reader) { [] }
    guard case .success(let read) = attempt.project,
      case .failure(let left)? = read.files.first(where: { $0.path == error.file })?.stages
    else { return true }
    return left.message != error.message
  }
}
