import DVC
import Trees
import Values

extension Rule {
  static let dataLargeFile = Rule(
    "data/large-file", .error, .change,
    summary: "a file over the limit committed to Git",
    explanation: """
      Git keeps every version of every file in every clone, for ever. A large file belongs to DVC (or to Git LFS), \
      which keep a small pointer in Git.

      ```
      model.pkl: error: 120 MB in Git, over the limit of 10 MB [data/large-file]
          fix: git rm --cached model.pkl && dvc add model.pkl && git add .gitignore model.pkl.dvc
      ```

      Every version that a commit adds is told; a merge is not blamed for what a merged commit has already. What Git \
      stores is measured: an LFS pointer is small.
      """,
    options: [
      Option("limit", .size(10_000_000), "how large a file may be"),
      Option("except", .paths([]), "paths that may be larger, with `*` and `**`"),
    ]
  ) { (subject) throws(JudgementError) in
    guard !(try subject.projects().isEmpty) else { return [] }
    let limit = subject.policy.number("limit", of: "data/large-file")
    let exceptions = subject.policy.paths("except", of: "data/large-file").map(Glob.init)
    var findings: [Finding] = []
    for change in try subject.changes() where change.kind != .deleted && !change.isMerged {
      guard let size = change.size, size > limit, !exceptions.contains(where: { $0.matches(change.path) })
      else {
        continue
      }
      guard try !subject.isOutput(change.path) else { continue }
      findings.append(
        Finding(
          "data/large-file", at: Place(change.path),
          message: "\(ByteCount(size)) in Git, over the limit of \(ByteCount(limit))",
          fix: try subject.handingOver(change.path)))
    }
    return findings
  }
}

extension Subject {
  /// Whether DVC's cache holds what is at a path: then `data/in-git` tells it.
  fileprivate func isOutput(_ path: RepositoryPath) throws(JudgementError) -> Bool {
    try stages().contains { stage in
      stage.stage.outs.contains { output in
        guard output.isCached, case .inside(let own) = output.reference.location else { return false }
        return path.isInside(own)
      }
    }
  }

  /// The command that takes a file out of Git and gives it to the innermost DVC repository around it.
  fileprivate func handingOver(_ path: RepositoryPath) throws(JudgementError) -> String {
    var steps = [ShellCommand("git rm --cached", [path])]
    if let root = try projects().map(\.root).last(where: { path.isInside($0) }) {
      steps.append(ShellCommand(dvc: "add", in: root, [path.relative(to: root) ?? path.bytes]))
      let ignore = path.parent.appending(Array(".gitignore".utf8))
      steps.append(ShellCommand(gitAdd: [path.pointer] + (try isNeeded(ignore, for: path) ? [ignore] : [])))
    }
    return steps.map(\.description).joined(separator: " && ")
  }

  /// Whether a `.gitignore` has to be staged with a file that `dvc add` takes. DVC writes none, and there may be
  /// none, when Git ignores the file already (`Git.ignore` of scmrepo).
  private func isNeeded(_ ignore: RepositoryPath, for path: RepositoryPath) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in
      if try tree.isIgnoredByGit(path, isDirectory: false) { return false }
      guard let here = workTree?.tree, try here.isIgnoredByGit(path, isDirectory: false) else { return true }
      return try here.entry(at: ignore) != nil
    }
  }
}
