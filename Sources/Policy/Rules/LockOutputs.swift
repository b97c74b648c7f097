import DVC
import Trees
import Values

extension Rule {
  static let lockOutputs = Rule(
    "lock/outs",
    summary: "an output in Git whose content is not the one in dvc.lock",
    explanation: """
      Metrics, plots and other outputs with `cache: false` are kept by Git, and `dvc.lock` holds their hashes. When the \
      file in the commit is another one, it was edited by hand, made by another run, or not staged.

      When only an output changed, and the stage in `dvc.lock` is as it was before, `dvc commit train -f` records the output \
      as it is (without `-f` DVC asks first), and `git restore` brings back what the last commit has. When an input changed as \
      well, when the commit brings a new run in `dvc.lock`, or when the output is that of another run in the last five commits, \
      `dvc repro train` makes it again: `dvc commit` would record results that these inputs did not give. An output that is \
      missing because a `.gitignore` covers it is put into Git by `git add -f`: no run of the stage does that. Line ends that another checkout wrote make the finding a warning, mended as \
      `lock/deps` tells.
      """,
    example: Example(
      fails: #"""
        $ echo '{"accuracy": 1.0}' > metrics.json
        $ git add metrics.json
        $ guard check --staged
        dvc.yaml:19: error: output 'metrics.json' of stage 'train' is not the one in dvc.lock [lock/outs]
            recorded: d8556de1ab9a67ba29638420936ab7e1 (dvc.lock:36)
            current:  7faf1ea07f820a30dde8cf93b7e259b2
            fix: dvc commit train -f
            or:  to throw the change away: git restore --source=HEAD --staged --worktree metrics.json
        to commit all the same: GUARD_SKIP=lock/outs git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ git restore --source=HEAD --staged --worktree metrics.json
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for stage in try subject.stages() where !stage.isUnrecorded {
      for output in stage.status.outputs {
        if let finding = try stage.outputFinding(output, in: subject) { findings.append(finding) }
      }
    }
    return findings
  }
}

extension JudgedStage {
  fileprivate func outputFinding(
    _ status: OutputStatus, in subject: Subject
  ) throws(JudgementError) -> Finding? {
    let output = status.output
    guard let value = output.recorded.value, status.change != .notInCache else { return nil }
    let what = "output '\(output.reference.definition)' of \(phrase)"
    let answer = status.change == .modified ? answer(output, in: subject) : nil
    let reason = answer?.reason ?? .content
    let difference: String
    var advice: String?
    var recount: Recount?
    var fix: String? =
      stage.name == nil ? recordAnew : reason.isSoft ? softMend(in: subject) : mend(in: subject)
    let differsHere = needsRerun ? false : try differsInWorkTree(subject)
    if fix == recordAnew, differsHere { fix = rerun }
    switch (reason, status.change) {
    case (.lineEnds, _):
      difference = "differs from \(lockName) only in line ends"
      fix = try LineEndsMend(subject).fix(
        self, answer?.files ?? [], of: output.reference.path, output.recorded)
    case (.untrackedFiles, _):
      difference = answer?.untrackedPhrase(output.recorded) ?? ""
      let mend = untrackedMend(answer, in: subject)
      (fix, advice, recount) = (mend.command, mend.advice, mend.recount)
    case (_, .deleted):
      let mend = try mendOfIgnored(output, in: subject)
      difference = mend == nil ? "is missing" : "is missing: a .gitignore covers it, and Git is to keep it"
      if let mend { (fix, advice) = (mend.command ?? fix, mend.advice) }
    default:
      difference = "is not the one in \(lockName)"
      // What lies here then may be the results of a newer run.
      if !needsRerun, !differsHere { advice = try restoring(output, in: subject) }
    }
    var finding = Finding(
      "lock/outs", at: Place(stage.file, output.position), of: self, key: output.reference.definition,
      recorded: value, recordedAt: Place(lock, output.recorded.position), current: status.current,
      reason: reason, message: "\(what) \(difference)", fix: fix, advice: advice)
    finding.source = output.reference.path
    finding.recount = recount
    finding.asContent = asContent(
      finding, answer, otherwise: "\(what) is not the one in \(lockName)", in: subject)
    return finding.proposing(try recording(by: fix))
  }

  /// Whether the work tree, which is what `dvc commit` records, has something else than what is staged of what the stage
  /// reads and makes: then nobody knows what made the results.
  private func differsInWorkTree(_ subject: Subject) throws(JudgementError) -> Bool {
    guard stage.name != nil, subject.kind == .staged, let workTree = subject.workTree?.tree else {
      return false
    }
    let files = [stage.file] + stage.dataDependencies + stage.parameterFiles + stage.outputs
    // What is below a directory of Git's is not compared file by file: a run is right in any case.
    for path in stage.dataDependencies {
      if case .directory? = try reading({ () throws(TreeError) in try subject.tree.target(of: path) }) {
        return true
      }
    }
    return try !StagedBeside(subject: subject, workTree: workTree).differing(files).isEmpty
  }

  private func answer(_ output: Output, in subject: Subject) -> ContentReason.Answer? {
    guard !output.isCached, let path = output.reference.path else { return nil }
    return reason(of: path, output.recorded, in: subject)
  }

  /// What brings an output into Git that Git is to keep, and that a `.gitignore` keeps out of it; `nil` where none
  /// does. No run of the stage does that.
  private func mendOfIgnored(
    _ output: Output, in subject: Subject
  ) throws(JudgementError) -> Mend? {
    guard !output.isCached, let path = output.reference.path else { return nil }
    let tree = subject.workTree?.tree ?? subject.tree
    let isIgnored = try reading { () throws(TreeError) in
      try tree.isIgnoredByGit(path, isDirectory: output.recorded.isDirectory)
    }
    guard isIgnored else { return nil }
    let add = ShellCommand("git add -f", [path]).description
    let isHere = try subject.workTree.map { here throws(JudgementError) in
      try has(output, path, in: here.tree)
    }
    return Mend(
      command: isHere == true ? add : "\(mend) && \(add)",
      advice: "take the line that covers it out of .gitignore, so that git add takes it")
  }

  /// How an output that somebody edited becomes the recorded one again, where the last commit has that.
  private func restoring(_ output: Output, in subject: Subject) throws(JudgementError) -> String? {
    guard !subject.isCommit, !output.isCached, let path = output.reference.path,
      let last = try subject.ancestry().parents.first, try has(output, path, in: last.tree)
    else { return nil }
    return "to throw the change away: "
      + ShellCommand("git restore --source=HEAD --staged --worktree", [path]).description
  }

  /// Whether a tree has the recorded content at an output's path.
  private func has(
    _ output: Output, _ path: RepositoryPath, in tree: any FileTree
  ) throws(JudgementError) -> Bool {
    guard case .success(let project) = project.project, let algorithm = output.recorded.algorithm else {
      return false
    }
    do {
      let content = CurrentContent(of: tree, for: project)
      return try content.hash(at: path, algorithm)?.value == output.recorded.value
    } catch {
      // A mend that nobody can tell is not told.
      guard error.kind != .notAvailable else { return false }
      throw .dvc(error)
    }
  }
}
