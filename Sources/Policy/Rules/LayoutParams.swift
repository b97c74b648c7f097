import DVC
import Trees
import Values

extension Rule {
  static let layoutParams = Rule(
    "layout/params", .warning,
    summary: "a parameters file that Git ignores or does not track",
    explanation: """
      `dvc.lock` says with which parameters the results were made, and the parameters file says which they are now. A \
      file that Git does not have is on one machine only: a clone cannot run the stage, and nobody sees in a commit \
      that a value changed. A file that a stage makes, or that DVC holds, is left alone.
      """,
    example: Example(
      fails: #"""
        $ git mv params.yaml config.yaml && git restore --staged config.yaml && mv config.yaml params.yaml
        $ echo params.yaml >> .gitignore
        $ git add .gitignore
        $ guard check --staged --only layout/params
        dvc.yaml:15: warning: Git ignores 'params.yaml', from which stage 'train' reads its parameters [layout/params]
            fix: take out the line that ignores it (git check-ignore -v --no-index -- params.yaml names it), then: git add params.yaml
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ git restore --source=HEAD --staged --worktree .gitignore
        $ git add params.yaml
        $ guard check --staged --only layout/params
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for project in try subject.projects() {
      guard case .success(let content) = project.project else { continue }
      let kept = Set(content.readableStages.flatMap(\.outputs))
      var seen: Set<RepositoryPath> = []
      func isAbsent(_ path: RepositoryPath) throws(JudgementError) -> Bool {
        guard path.isInside(project.root), seen.insert(path).inserted, !kept.contains(path),
          !path.directoriesUpward.contains(where: kept.contains)
        else { return false }
        return try reading { () throws(TreeError) in try subject.tracked.entry(at: path) == nil }
      }
      for stage in project.judgedStages {
        for dependency in stage.stage.deps {
          guard case .parameters = dependency.kind, let path = dependency.reference.path,
            try isAbsent(path)
          else { continue }
          let lack = try subject.lack(of: path, "from which \(stage.phrase) reads its parameters")
          findings.append(
            Finding(
              "layout/params", at: Place(stage.stage.file, dependency.position), of: stage,
              key: dependency.reference.definition, message: lack.message, fix: lack.mend.command,
              advice: lack.mend.advice
            ).proposing(lack.mend.safe))
        }
      }
      for file in content.files {
        for path in file.named.parameters where try isAbsent(path) {
          let lack = try subject.lack(of: path, "which \(file.path) names among its parameters")
          findings.append(
            Finding(
              "layout/params", at: Place(file.path), key: path.text, message: lack.message,
              fix: lack.mend.command, advice: lack.mend.advice
            ).proposing(lack.mend.safe))
        }
      }
    }
    return findings
  }
}

extension Subject {
  /// Why Git does not have a parameters file, and what mends that.
  fileprivate func lack(
    of path: RepositoryPath, _ use: String
  ) throws(JudgementError) -> (message: String, mend: Mend) {
    let (isIgnored, isHere) = try reading { () throws(TreeError) in
      let tree = workTree?.tree ?? tree
      return (
        try tree.isIgnoredByGit(path, isDirectory: false), try workTree?.tree.entry(at: path) != nil
      )
    }
    let add = ShellCommand(gitAdd: [path]).description
    guard isIgnored else {
      let mend = isHere ? Mend(staging: path) : Mend(advice: "bring it back, then: \(add)")
      return ("Git does not have '\(path)', \(use)", mend)
    }
    let find = ShellCommand("git check-ignore -v --no-index --", [path])
    return (
      "Git ignores '\(path)', \(use)",
      Mend(advice: "take out the line that ignores it (\(find) names it), then: \(add)")
    )
  }
}
