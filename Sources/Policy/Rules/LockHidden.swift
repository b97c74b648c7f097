import DVC
import Trees
import Values

extension Rule {
  static let lockHidden = Rule(
    "lock/hidden", .error, .change,
    summary: "a pipeline or a .dvc file that a commit hides from DVC, and leaves in Git",
    explanation: """
      What `.dvcignore` or `.gitignore` names is not there for DVC: `dvc repro` does not run it, `dvc push` does not \
      upload its data, and no rule looks at it. A line that is too wide (`*`, `data*`) takes out pipelines that nobody \
      meant, and nothing fails any more.

      A file that never was DVC's, as in an example that came along with a library, is not told. To take a pipeline out \
      for good, remove it (`git rm`), or waive this once.
      """,
    example: Example(
      fails: #"""
        $ echo 'dvc.*' >> .dvcignore
        $ git add .dvcignore
        $ guard check --staged
        .dvcignore: error: 'dvc.yaml' is hidden from DVC now: no rule looks at it [lock/hidden]
            do:  take the line that names dvc.yaml out of .dvcignore
        to commit all the same: GUARD_SKIP=lock/hidden git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ echo 'dvc.tmp' > .dvcignore
        $ git add .dvcignore
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    let ignores = try subject.changes().map(\.path).filter(\.hidesFiles)
    guard !ignores.isEmpty, let parent = try subject.ancestry().parents.first else { return [] }
    for project in try parent.projects() {
      guard case .failure(let error) = project.project, error.kind == .notAvailable else { continue }
      subject.note(
        Unjudged(
          what: "whether anything is hidden from DVC that a parent shows",
          why: "\(error.file) of it: \(error.message)"))
    }
    let seen = Set(try subject.projects().flatMap(\.filesOfDVC))
    var findings: [Finding] = []
    for file in try parent.projects().flatMap(\.filesOfDVC) where !seen.contains(file) {
      let isThere = try reading { () throws(TreeError) in try subject.tree.target(of: file) != nil }
      guard isThere, let ignore = ignores.last(where: { file.isInside($0.parent) }) else { continue }
      findings.append(
        Finding(
          "lock/hidden", at: Place(ignore), key: file.text,
          message: "'\(file)' is hidden from DVC now: no rule looks at it",
          advice: unhiding(file, in: [ignore])))
    }
    return findings
  }

  /// What brings a file back that a line of one of these ignore files hides from DVC.
  static func unhiding(_ file: RepositoryPath, in ignores: [RepositoryPath]) -> String {
    guard !ignores.isEmpty else {
      return "take the line out that \(ShellCommand("git check-ignore -v --no-index", [file])) names"
    }
    let files = ignores.map(\.description).joined(separator: " or ")
    return "take the line that names \(file) out of \(files)"
  }
}

extension JudgedProject {
  /// The pipelines and `.dvc` files that DVC reads; none where the repository cannot be read.
  fileprivate var filesOfDVC: [RepositoryPath] {
    if case .success(let project) = project { project.files.map(\.path) } else { [] }
  }
}

extension RepositoryPath {
  /// Whether its lines take files out of what DVC sees.
  fileprivate var hidesFiles: Bool {
    name.elementsEqual(".dvcignore".utf8) || name.elementsEqual(".gitignore".utf8)
  }
}
