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
            do:  take out the line that ignores it (git check-ignore -v --no-index -- params.yaml names it), then: git add params.yaml
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
      for file in project.layout.parameterFiles
      where try reading({ () throws(TreeError) in try subject.tracked.entry(at: file.path) }) == nil {
        let stage = file.stage.map { JudgedStage(project: project, status: $0) }
        let lack = try subject.lack(
          of: file.path,
          stage.map { "from which \($0.phrase) reads its parameters" }
            ?? "which \(file.pipeline) names among its parameters")
        findings.append(
          Finding(
            "layout/params", at: Place(file.pipeline, file.position),
            stage: stage.map { ($0.name, $0.stage.file) }, key: file.name, message: lack.message,
            fix: lack.mend.command, advice: lack.mend.advice
          ).proposing(lack.mend.safe))
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
    if try ignores(path) { return ("Git ignores '\(path)', \(use)", Mend(unignoring: path)) }
    let isHere = try reading { () throws(TreeError) in try workTree?.tree.entry(at: path) } != nil
    let mend =
      isHere ? Mend(staging: path) : Mend(advice: "bring it back, then: \(ShellCommand(gitAdd: [path]))")
    return ("Git does not have '\(path)', \(use)", mend)
  }
}
