import DVC
import Trees
import Values

extension Rule {
  static let layoutMetrics = Rule(
    "layout/metrics", .warning,
    summary: "small metrics or plots that are in DVC's cache and not in Git",
    explanation: """
      Metrics are what a commit is judged by. In DVC's cache they are a hash: neither a review nor `git log -p` nor a \
      run record shows that the accuracy fell. With `cache: false` below them in `dvc.yaml` DVC leaves them to Git, \
      and `dvc.lock` keeps their hash as before.

      Files over the limit, directories, and plots that are pictures are left to DVC.
      """,
    example: Example(
      fails: #"""
        $ sed -i 's|metrics.json:|metrics.json|; /cache: false/d' dvc.yaml
        $ git rm -q --cached metrics.json
        $ dvc commit -q -f && git add -A
        $ guard check --staged
        dvc.yaml:19: warning: metrics 'metrics.json' of stage 'train' (17 bytes) are in DVC's cache, where no commit shows what changed [layout/metrics]
            do:  write '- metrics.json: {cache: false}' in place of '- metrics.json' (dvc.yaml:19) and take its line out of .gitignore, then: git add .gitignore dvc.yaml metrics.json
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ sed -i 's|metrics.json$|metrics.json:\n        cache: false|' dvc.yaml
        $ sed -i '/metrics.json/d' .gitignore
        $ git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    options: [Option("limit", .size(1_000_000), "how large metrics and plots in Git may be")]
  ) { (subject) throws(JudgementError) in
    let limit = subject.policy.number("limit", of: "layout/metrics")
    var findings: [Finding] = []
    for project in try subject.projects() {
      for result in project.layout.cachedResults {
        let (output, path) = (result.output, result.path)
        guard let bytes = output.recorded.size, bytes <= limit,
          // A file that is in Git already is what data/in-git tells.
          try reading({ () throws(TreeError) in try subject.tracked.entry(at: path) }) == nil
        else { continue }
        let stage = JudgedStage(project: project, status: result.stage)
        let name = output.reference.definition
        let spelling = try subject.spelling(of: output, in: stage.stage.file)
        let ignore = try subject.nearestGitIgnore(to: path)
        let line = ignore.map { $0.parent == path.parent } == true ? "its line" : "the line that covers it"
        let files = [stage.stage.file, path] + (ignore.map { [$0] } ?? [])
        findings.append(
          Finding(
            "layout/metrics", at: Place(stage.stage.file, output.position), of: stage, key: name,
            message:
              "\(output.role == .metrics ? "metrics" : "the plot") '\(name)' of \(stage.phrase) "
              + "(\(ByteCount(bytes))) "
              + "\(output.role == .metrics ? "are" : "is") in DVC's cache, where no commit shows what changed",
            advice: "\(spelling) and take \(line) out of .gitignore, then: \(ShellCommand(gitAdd: files))"))
      }
    }
    return findings
  }
}

extension Subject {
  /// The `.gitignore` in the directory of a path, or where there is none in the next one upward.
  fileprivate func nearestGitIgnore(to path: RepositoryPath) throws(JudgementError) -> RepositoryPath? {
    let tree = workTree?.tree ?? tree
    for file in path.upward(".gitignore") {
      if try reading({ () throws(TreeError) in try tree.entry(at: file) }) != nil { return file }
    }
    return nil
  }
}
