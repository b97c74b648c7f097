import DVC
import Trees
import Values

extension Rule {
  static let dataInGit = Rule(
    "data/in-git",
    summary: "a file that DVC tracks and Git tracks too, or that no .gitignore covers",
    explanation: """
      What DVC's cache holds does not belong in Git: `dvc checkout` and `git checkout` would fight over it, and a \
      `git add .` takes the data into the history for ever. DVC writes a line in `.gitignore` beside every output; it \
      has to be committed with the `.dvc` or `dvc.lock` file.

      Metrics and plots are often meant to be in Git: with `cache: false` below them in `dvc.yaml` DVC leaves them \
      to it, and `dvc.lock` stays as it is.

      Outputs that no `.gitignore` of the commit covers are told only by the commit that brings the output or changes \
      the `.gitignore`.
      """,
    example: Example(
      fails: #"""
        $ git add -f model.pkl
        $ guard check --staged
        dvc.yaml:17: error: Git tracks 'model.pkl', which DVC tracks too [data/in-git]
            fix: git rm -r --cached model.pkl
        to commit all the same: GUARD_SKIP=data/in-git git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ git rm -q -r --cached model.pkl
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for stage in try subject.stages() {
      for output in stage.stage.outs where output.isCached && output.reference.isInRepository {
        guard case .inside(let path) = output.reference.location, !path.isRoot else { continue }
        if let finding = try stage.inGit(output, path, subject) { findings.append(finding) }
      }
    }
    return findings
  }
}

extension JudgedStage {
  fileprivate func inGit(
    _ output: Output, _ path: RepositoryPath, _ subject: Subject
  ) throws(JudgementError) -> Finding? {
    let place = Place(stage.file, output.position)
    let key = output.reference.definition
    if let tracked = try reading({ () throws(TreeError) in try subject.tracked.entry(at: path) }) {
      let isSmall = (output.recorded.size ?? 0) <= subject.policy.number("limit", of: "data/large-file")
      let mayStay = output.role != .data && stage.name != nil && isSmall
      let cover =
        try isCovered(path, output, in: subject.tree) ? nil : try covering(path, output, subject)
      let steps = [ShellCommand("git rm -r --cached", [path]).description, cover?.command]
      var finding = Finding(
        "data/in-git", at: place, of: self, key: key,
        message: "Git tracks \(tracked == .directory ? "files in " : "")'\(path)', which DVC tracks too",
        fix: steps.compactMap(\.self).joined(separator: " && "),
        advice: mayStay ? "set cache: false for it in \(stage.file), to keep it in Git" : nil)
      finding.removal = Removal(path: path, cover: cover?.mend)
      return finding
    }
    guard try !isCovered(path, output, in: subject.tree), try isOfThisCommit(path, subject) else {
      return nil
    }
    let (fix, mend) = try covering(path, output, subject)
    return Finding(
      "data/in-git", at: place, of: self, key: key,
      message: "no .gitignore covers '\(path)', which DVC tracks: Git would take it in", fix: fix
    ).proposing(mend)
  }

  private func isCovered(_ path: RepositoryPath, _ output: Output, in tree: any FileTree)
    throws(JudgementError) -> Bool
  {
    try reading { () throws(TreeError) in
      // dvc writes the line where the output really is.
      let path = try tree.place(of: path)
      if try tree.isIgnoredByGit(path, isDirectory: output.recorded.isDirectory) { return true }
      guard output.recorded.value == nil else { return false }
      return try tree.isIgnoredByGit(path, isDirectory: true)
    }
  }

  /// Whether the commit brings the output, or changes what could cover it.
  private func isOfThisCommit(_ path: RepositoryPath, _ subject: Subject) throws(JudgementError) -> Bool {
    let files: Set = [stage.file, lock, path.parent.appending(Array(".gitignore".utf8))]
    return try subject.changes().contains { files.contains($0.path) }
  }

  /// The command that makes a `.gitignore` cover it, and what it does.
  private func covering(
    _ path: RepositoryPath, _ output: Output, _ subject: Subject
  ) throws(JudgementError) -> (command: String, mend: SafeMend) {
    let file = path.parent.appending(Array(".gitignore".utf8))
    let add = ShellCommand(gitAdd: [file]).description
    if let workTree = subject.workTree, subject.kind == .staged,
      try isCovered(path, output, in: workTree.tree)
    {
      return (add, .stage([file]))
    }
    let line = IgnoreLine.literal(Array(path.name))
    let append = try subject.appending([line], toIgnoreFileIn: path.parent)
    return ("\(append) && \(add)", .ignore(line: line, file: file))
  }
}
