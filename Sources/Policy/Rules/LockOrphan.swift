import DVC
import Trees
import Values

extension Rule {
  static let lockOrphan = Rule(
    "lock/orphan", .warning,
    summary: "an entry of dvc.lock that no stage stands behind",
    explanation: """
      A stage was renamed or taken out of `dvc.yaml`, and its entry stayed in `dvc.lock`. DVC never takes it out \
      itself, and `dvc gc` keeps its data for ever.

      A whole `dvc.lock` is told as well when no `dvc.yaml` stands beside it, as after `git rm dvc.yaml`: DVC never \
      reads it then. Where the `dvc.yaml` is there and an ignore file hides it from DVC, the line that does so has to go, \
      and not the lock.
      """,
    example: Example(
      fails: #"""
        $ sed -i 's/  train:/  fit:/' dvc.yaml
        $ dvc repro -q && git add dvc.yaml dvc.lock
        $ guard check --staged
        dvc.lock:19: warning: dvc.lock has an entry for 'train', and dvc.yaml has no such stage [lock/orphan]
            do:  take the entries that dvc.yaml has no stage for out of dvc.lock
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ sed -i '/^  train:/,/^  fit:/{/^  fit:/!d}' dvc.lock
        $ git add dvc.lock
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    together: { findings in
      let names = findings.compactMap { $0.stage.map { "'\($0)'" } }
      let more = names.count > 4 ? " and \(names.count - 3) more" : ""
      let shown = names.prefix(names.count > 4 ? 3 : 4).joined(separator: ", ")
      return "dvc.lock has \(names.count) entries for which dvc.yaml has no stage: \(shown)\(more)"
    }
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for project in try subject.projects() {
      guard case .success(let content) = project.project else { continue }
      for file in content.files {
        let lock = file.path.lockFile
        for orphan in file.orphans {
          findings.append(
            Finding(
              "lock/orphan", at: Place(lock, orphan.position), stage: (orphan.name, file.path),
              message: "dvc.lock has an entry for '\(orphan.name)', and dvc.yaml has no such stage",
              advice: "take the entries that dvc.yaml has no stage for out of \(lock)"))
        }
      }
      for lock in content.loneLocks { findings.append(try loneLock(lock, of: content, subject)) }
    }
    return findings
  }

  private static func loneLock(
    _ lock: RepositoryPath, of project: Project, _ subject: Subject
  ) throws(JudgementError) -> Finding {
    let pipeline = lock.pipelineFile
    let (isTracked, beside) = try reading { () throws(TreeError) in
      (try subject.tracked.entry(at: lock) != nil, try subject.tree.target(of: pipeline))
    }
    if case .file? = beside { return try hiddenPipeline(lock, of: project, subject) }
    if beside == nil, try subject.keepsOutOfGit(pipeline) {
      let add = ShellCommand(gitAdd: [pipeline])
      return try hiddenPipeline(lock, of: project, subject, then: ", then: \(add)")
    }
    var advice: String?
    let wasHere = try subject.changes().contains { $0.path == pipeline && $0.kind == .deleted }
    if wasHere, let parent = try subject.ancestry().parents.first {
      advice = "\(try subject.restoring(pipeline, from: parent)), to bring \(pipeline) back"
    }
    let why = beside == .directory ? "\(pipeline) is a directory" : "no dvc.yaml stands beside it"
    return Finding(
      "lock/orphan", at: Place(lock), message: "\(why): no stage stands behind what it records",
      fix: ShellCommand(isTracked ? "git rm" : "rm", [lock]).description, advice: advice)
  }

  /// A lock whose pipeline is there, and not for DVC. Nothing is to be taken away but the line that hides it.
  private static func hiddenPipeline(
    _ lock: RepositoryPath, of project: Project, _ subject: Subject, then: String = ""
  ) throws(JudgementError) -> Finding {
    let pipeline = lock.pipelineFile
    let isIgnored: Bool
    do { isIgnored = try project.isIgnoredByDVC(pipeline, isDirectory: false) } catch { throw .dvc(error) }
    let ignores =
      try isIgnored
      ? subject.ignores(named: ".dvcignore", above: pipeline, upTo: project.paths.projectRoot)
      : subject.ignores(named: ".gitignore", above: pipeline, upTo: .root)
    return Finding(
      "lock/orphan", at: Place(lock),
      message: "\(pipeline) is hidden from DVC: no stage stands behind what it records",
      advice: try (project.unhiding(pipeline) ?? unhiding(pipeline, in: ignores)) + then)
  }
}

extension Subject {
  /// Whether a file is here, and an ignore file keeps it out of Git.
  fileprivate func keepsOutOfGit(_ file: RepositoryPath) throws(JudgementError) -> Bool {
    guard let here = workTree?.tree,
      case .file? = try reading({ () throws(TreeError) in try here.target(of: file) })
    else { return false }
    return try ignores(file)
  }
}
