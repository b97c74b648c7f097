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

      Of an output that its stage leaves to Git with `cache: false` the fix says how DVC takes it over.

      Every version that a commit adds is told; a merge is not blamed for what a merged commit has already. What Git \
      stores is measured: an LFS pointer is small.
      """,
    example: Example(
      fails: #"""
        $ head -c 12000000 /dev/zero > embeddings.bin
        $ git add embeddings.bin
        $ guard check --staged
        embeddings.bin: error: 12 MB in Git, over the limit of 10 MB [data/large-file]
            fix: git rm --cached embeddings.bin && dvc add embeddings.bin && git add .gitignore embeddings.bin.dvc
        to commit all the same: GUARD_SKIP=data/large-file git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ git rm -q --cached embeddings.bin && dvc add -q embeddings.bin
        $ git add .gitignore embeddings.bin.dvc
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    options: [
      Option("limit", .size(10_000_000), "how large a file may be", isPerPath: true),
      Option("except", .paths([]), "paths that may be larger, with `*` and `**`"),
    ]
  ) { (subject) throws(JudgementError) in
    guard !(try subject.projects().isEmpty) else { return [] }
    let common = subject.policy.number("limit", of: "data/large-file")
    let exceptions = subject.policy.paths("except", of: "data/large-file").map(Glob.init)
    var findings: [Finding] = []
    var unknown: [(file: RepositoryPath, why: String)] = []
    for change in try subject.changes() where change.kind != .deleted && !change.isMerged {
      if case .unknown(let why) = change.size, !exceptions.contains(where: { $0.matches(change.path) }) {
        unknown.append((change.path, why))
      }
      let limit =
        subject.policy.hasPaths
        ? subject.policy.number("limit", of: "data/large-file", at: change.path) : common
      guard case .bytes(let size) = change.size, size > limit,
        !exceptions.contains(where: { $0.matches(change.path) })
      else {
        continue
      }
      let owner = try subject.output(at: change.path)
      if let owner, owner.output.isCached { continue }
      let mend =
        if let owner {
          Mend(advice: try subject.handingOver(owner))
        } else {
          Mend(command: try subject.handingOver(change.path))
        }
      findings.append(
        Finding(
          "data/large-file", at: Place(change.path),
          message: "\(ByteCount(size)) in Git, over the limit of \(ByteCount(limit))",
          fix: mend.command, advice: mend.advice))
    }
    subject.note(sizesOf: unknown)
    return findings
  }
}

/// An output, whose it is, and where it stands.
private typealias Owner = (stage: JudgedStage, output: Output, path: RepositoryPath)

extension Subject {
  /// Takes down that nobody knows how large some files are. A commit may bring thousands of them.
  fileprivate func note(sizesOf unknown: [(file: RepositoryPath, why: String)]) {
    guard let first = unknown.first else { return }
    let names = unknown.prefix(3).map(\.file.description).joined(separator: ", ")
    let more = unknown.count > 3 ? " and \(unknown.count - 3) more" : ""
    note(Unjudged(what: "how large \(names)\(more) is in Git", why: first.why))
  }

  /// The output that holds what is at a path. When that is in DVC's cache, `data/in-git` tells it.
  fileprivate func output(at path: RepositoryPath) throws(JudgementError) -> Owner? {
    for stage in try stages() {
      for output in stage.stage.outs {
        guard case .inside(let own) = output.reference.location, path.isInside(own) else { continue }
        return (stage, output, own)
      }
    }
    return nil
  }

  /// What hands an output over that its stage leaves to Git.
  fileprivate func handingOver(_ owner: Owner) throws(JudgementError) -> String {
    let file = owner.stage.stage.file
    let line = owner.output.position.map { ":\($0.line)" } ?? ""
    let isDirectory = owner.output.recorded.isDirectory
    let steps = [
      ShellCommand(isDirectory ? "git rm -r --cached" : "git rm --cached", [owner.path]).description,
      owner.stage.recordAnew,
      ShellCommand(
        gitAdd: [file, owner.stage.lock] + (try ignoreFile(for: owner.path))
      ).description,
    ]
    return "take 'cache: false' of '\(owner.output.reference.definition)' away in \(file)\(line), then: "
      + steps.joined(separator: " && ")
  }

  /// The command that takes a file out of Git and gives it to the innermost DVC repository around it.
  fileprivate func handingOver(_ path: RepositoryPath) throws(JudgementError) -> String {
    var steps = [ShellCommand("git rm --cached", [path])]
    if let root = try projects().map(\.root).last(where: { path.isInside($0) }) {
      steps.append(ShellCommand(dvc: "add", in: root, [path.relative(to: root) ?? path.bytes]))
      steps.append(ShellCommand(gitAdd: [path.pointer] + (try ignoreFile(for: path))))
    }
    return steps.map(\.description).joined(separator: " && ")
  }

  /// The `.gitignore` that has to be staged with what DVC takes over. DVC writes none, and there may be none, when
  /// Git ignores the path already (`Git.ignore` of scmrepo).
  private func ignoreFile(for path: RepositoryPath) throws(JudgementError) -> [RepositoryPath] {
    let file = path.parent.appending(Array(".gitignore".utf8))
    let isNeeded = try reading { () throws(TreeError) in
      if try tree.isIgnoredByGit(path, isDirectory: false) { return false }
      guard let here = workTree?.tree, try here.isIgnoredByGit(path, isDirectory: false) else { return true }
      return try here.entry(at: file) != nil
    }
    return isNeeded ? [file] : []
  }
}
