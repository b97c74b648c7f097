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
          fix: git rm --cached model.pkl && dvc add model.pkl
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
          fix: "\(ShellCommand("git rm --cached", [change.path])) && \(try subject.add(change.path))"))
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

  /// The command that gives a file to the innermost DVC repository around it.
  fileprivate func add(_ path: RepositoryPath) throws(JudgementError) -> String {
    let root = try projects().map(\.root).last { path.isInside($0) } ?? .root
    return ShellCommand(dvc: "add", in: root, [path.relative(to: root) ?? path.bytes]).description
  }
}
