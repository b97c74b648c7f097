import DVC
import Trees
import Values

extension Rule {
  static let lockHidden = Rule(
    "lock/hidden", .error, .change,
    summary: "a pipeline, its lock or a .dvc file that a commit hides from DVC, and leaves in Git",
    explanation: """
      What `.dvcignore` or `.gitignore` names is not there for DVC: `dvc repro` does not run it, `dvc push` does not \
      upload its data, and no rule looks at it. A line that is too wide (`*`, `data*`) takes out pipelines that nobody \
      meant, and nothing fails any more. Where it takes out a `dvc.lock` (`*.lock`), no stage counts as run.

      A file that never was DVC's, as in an example that came along with a library, is not told. To take a pipeline out \
      for good, remove it (`git rm`), or waive this once.
      """,
    example: Example(
      fails: #"""
        $ echo 'dvc.*' >> .dvcignore
        $ git add .dvcignore
        $ guard check --staged
        .dvcignore: error: 'dvc.yaml' is hidden from DVC now: no rule looks at it [lock/hidden]
            do:  take line 4 out of .dvcignore, which hides dvc.yaml
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
    let now = try subject.projects()
    let seen = Set(now.flatMap(\.filesOfDVC))
    var findings: [Finding] = []
    for project in try parent.projects() {
      let here = now.first { $0.root == project.root }
      for file in project.filesOfDVC {
        let lock = file.lockFile
        var finding: Finding?
        if !seen.contains(file) {
          finding = try hidden(file, by: ignores, in: subject, "no rule looks at it", from: here)
        } else if file.isPipelineFile, let here, try !project.hides(lock), try here.hides(lock) {
          finding = try hidden(lock, by: ignores, in: subject, "no stage counts as run", from: here)
        }
        if let finding { findings.append(finding) }
      }
    }
    return findings
  }

  private static func hidden(
    _ file: RepositoryPath, by ignores: [RepositoryPath], in subject: Subject, _ consequence: String,
    from project: JudgedProject?
  ) throws(JudgementError) -> Finding? {
    let isThere = try reading { () throws(TreeError) in try subject.tree.target(of: file) != nil }
    guard isThere, let ignore = ignores.last(where: { file.isInside($0.parent) }) else { return nil }
    return Finding(
      "lock/hidden", at: Place(ignore), key: file.text,
      message: "'\(file)' is hidden from DVC now: \(consequence)",
      advice: try project?.unhiding(file) ?? unhiding(file, in: [ignore]))
  }

  /// What brings a file back that a line of one of these ignore files hides from DVC.
  static func unhiding(_ file: RepositoryPath, in ignores: [RepositoryPath]) -> String {
    guard !ignores.isEmpty else {
      return "take the line out that \(ShellCommand(whyIgnored: file)) names"
    }
    let files = ignores.map(\.description).joined(separator: " or ")
    return "take the line that names \(file) out of \(files)"
  }
}

extension Subject {
  /// The ignore files of a name whose lines may be about a path, in the directories above it.
  /// - Parameter root: the last directory to look into.
  func ignores(
    named name: String, above path: RepositoryPath, upTo root: RepositoryPath
  ) throws(JudgementError) -> [RepositoryPath] {
    var ignores: [RepositoryPath] = []
    for file in path.upward(name, to: root) {
      if try reading({ () throws(TreeError) in try tree.entry(at: file) }) != nil { ignores.append(file) }
    }
    return ignores
  }
}

extension Project {
  /// What brings a file back that one line of a `.dvcignore` hides; `nil` where no one line does.
  func unhiding(_ file: RepositoryPath) throws(JudgementError) -> String? {
    do throws(DVCError) {
      return try line(hiding: file).map { "take line \($0.line) out of \($0.file), which hides \(file)" }
    } catch {
      throw .dvc(error)
    }
  }
}

extension JudgedProject {
  /// What brings a file back that one line of a `.dvcignore` hides; `nil` where no one line does, or nobody knows.
  func unhiding(_ file: RepositoryPath) throws(JudgementError) -> String? {
    if let known = unhidings[file] { return known }
    guard case .success(let project) = project else { return nil }
    let unhiding = try project.unhiding(file)
    unhidings[file] = .some(unhiding)
    return unhiding
  }

  /// Whether a line of a `.dvcignore` takes a file out of what DVC sees; no where the repository cannot be read.
  func hides(_ file: RepositoryPath) throws(JudgementError) -> Bool {
    guard case .success(let project) = project else { return false }
    do { return try project.isIgnoredByDVC(file, isDirectory: false) } catch { throw .dvc(error) }
  }

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
