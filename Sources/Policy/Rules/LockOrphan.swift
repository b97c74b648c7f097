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
      reads it then.
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
      for lock in content.loneLocks { findings.append(try loneLock(lock, subject)) }
    }
    return findings
  }

  private static func loneLock(_ lock: RepositoryPath, _ subject: Subject) throws(JudgementError) -> Finding {
    let pipeline = lock.pipelineFile
    let (isTracked, isDirectory) = try reading { () throws(TreeError) in
      (try subject.tracked.entry(at: lock) != nil, try subject.tree.target(of: pipeline) == .directory)
    }
    var advice: String?
    let wasHere = try subject.changes().contains { $0.path == pipeline && $0.kind == .deleted }
    if wasHere, let parent = try subject.ancestry().parents.first {
      advice = "\(try subject.restoring(pipeline, from: parent)), to bring \(pipeline) back"
    }
    let beside = isDirectory ? "\(pipeline) is a directory" : "no dvc.yaml stands beside it"
    return Finding(
      "lock/orphan", at: Place(lock), message: "\(beside): no stage stands behind what it records",
      fix: ShellCommand(isTracked ? "git rm" : "rm", [lock]).description, advice: advice)
  }
}
