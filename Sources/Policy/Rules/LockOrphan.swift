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

      ```
      dvc.lock:18: warning: dvc.lock has an entry for 'old', and dvc.yaml has no such stage [lock/orphan]
          fix: take the entry 'old' out of dvc.lock
      ```
      """
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for project in try subject.projects() {
      guard case .success(let content) = project.project else { continue }
      for file in content.files {
        for orphan in file.orphans {
          findings.append(
            Finding(
              "lock/orphan", at: Place(file.path.lockFile, orphan.position), stage: (orphan.name, file.path),
              message: "dvc.lock has an entry for '\(orphan.name)', and dvc.yaml has no such stage",
              fix: "take the entry '\(orphan.name)' out of \(file.path.lockFile)"))
        }
      }
    }
    return findings
  }
}
