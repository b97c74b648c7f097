import DVC
import Trees
import Values

extension Rule {
  static let lockUnreadable = Rule(
    "lock/unreadable",
    summary: "a dvc.yaml, dvc.lock, .dvc or parameters file that DVC cannot read",
    explanation: """
      A file that does not parse, holds conflict markers or a key twice, or does not have the form that DVC asks for. \
      Every `dvc` command fails on it, for everybody who has the commit.

      Conflicts in `dvc.lock` are best resolved by taking either side (`git checkout --ours dvc.lock`) and running \
      `dvc repro`. A hash in the file that no object of DVC's cache can have is told here as well, and a `.dvc` \
      directory that was removed while files of DVC's stay: without it dvc finds no repository around them.

      A template of `dvc.yaml` that finds no value is told with the file that may have it: the fix is \
      `git add params.yaml` where that was only not staged. What is wrong in a file of values is told of that file, \
      such as a date, which no template can take.
      """,
    example: Example(
      fails: #"""
        $ printf '<<<<<<< HEAD\n' >> dvc.lock
        $ git add dvc.lock
        $ guard check --staged
        dvc.lock:42: error: conflict markers of a merge that was not finished [lock/unreadable]
            do:  resolve the conflict in dvc.lock, then: git add dvc.lock
        not checked: dvc.yaml: dvc.lock cannot be read
        to commit all the same: GUARD_SKIP=lock/unreadable git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ git restore --source=HEAD --staged --worktree dvc.lock
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for project in try subject.projects() {
      for error in project.evaluation.broken {
        var finding = Finding(unreadable: error, in: project.root, of: subject.tree)
        try ValueSearch(for: error, of: project, subject)?.tell(by: &finding)
        findings.append(finding)
      }
      for status in project.evaluation.statuses {
        let stage = JudgedStage(project: project, status: status)
        findings += status.outputs.filter { $0.change == .notInCache }.map { stage.impossibleHash($0.output) }
      }
    }
    for missing in try subject.missingRoots() {
      guard case .removed(let parent) = missing.trace else { continue }
      findings.append(
        Finding(
          "lock/unreadable", at: Place(missing.directory),
          message: "removed, and DVC's files stay (\(missing.phrase)): dvc finds no repository around them",
          fix: try subject.restoring(missing.directory, from: parent).description))
    }
    return findings
  }
}

extension Finding {
  fileprivate init(unreadable error: DVCError, in root: RepositoryPath, of tree: any FileTree) {
    let add = ShellCommand(gitAdd: [error.file])
    let message: String
    var fix: String?
    var advice: String?
    switch error.kind {
    case .conflictMarkers:
      message = "conflict markers of a merge that was not finished"
      advice = "resolve the conflict in \(error.file), then: \(add)"
    case .oldLock:
      message = error.message
      let pipeline = error.file.pipelineFile
      let isHere = pipeline.parent == root
      let repro = ShellCommand(
        dvc: "repro", in: root, isHere ? [] : [pipeline.relative(to: root) ?? pipeline.bytes])
      fix = "\(ShellCommand("rm", [error.file])) && \(repro)"
    case .ignoredLock:
      message = error.message
      advice = Mend(unignoring: error.file).advice
    default:
      message = "DVC cannot read this: \(error.message)"
      advice =
        if let missing = error.missing {
          "bring \(missing) back, or take it out of \(error.file), then: "
            + ShellCommand(gitAdd: [error.file, missing]).description
        } else { "correct \(error.file), then: \(add)" }
    }
    self.init(
      "lock/unreadable", at: Place(error.file, error.position), message: message, fix: fix, advice: advice)
    compared = Compared(recorded: nil, current: Self.content(of: error.file, in: tree))
    source = error.file
    lacking = Set((error.unfound?.files ?? []) + [error.missing].compactMap { $0 })
    // A lock or a pointer that is changed claims something anew.
    if error.file.isPipelineFile || error.kind == .template { fault = Text(error.message) }
  }

  /// The hash of a file; `nil` where there is none to be had.
  private static func content(of file: RepositoryPath, in tree: any FileTree) -> Value? {
    do {
      guard case .file? = try tree.target(of: file) else { return nil }
      return .string(Text(utf8: try tree.digest(of: file, .md5).hexadecimal))
    } catch {
      // The finding itself says that the file cannot be read.
      return nil
    }
  }
}

extension JudgedStage {
  fileprivate func impossibleHash(_ output: Output) -> Finding {
    Finding(
      "lock/unreadable", at: Place(lock, output.recorded.position), of: self,
      key: output.reference.definition,
      recorded: output.recorded.value,
      message:
        "the hash of output '\(output.reference.definition)' of \(phrase) is not one that DVC can have written",
      fix: mend)
  }
}
