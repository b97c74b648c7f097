import DVC
import Trees
import Values

extension Rule {
  static let layoutDvcignore = Rule(
    "layout/dvcignore", .warning,
    summary: "a directory dependency in which caches that .dvcignore does not name will count",
    explanation: """
      DVC hashes a directory with everything in it. When Python imports code from one that a stage depends on, it leaves \
      `__pycache__` there, and Jupyter leaves `.ipynb_checkpoints`: the hash in `dvc.lock` counts files that no clone has, \
      and there the stage is never up to date. Two thirds of the directory dependencies in public repositories are so.

      A line in `.dvcignore` keeps them out. Where `dvc.lock` has counted them already, the fix records the stage anew as \
      well, without a run. The rule looks at directories with at least two Python files, or a notebook, in \
      Git.
      """,
    example: Example(
      fails: #"""
        $ sed -i 's|    - src/train.py|    - src|' dvc.yaml
        $ dvc repro -q && git add -A
        $ guard check --staged
        dvc.yaml:13: warning: 'src' of stage 'train' is hashed with __pycache__/, which no .dvcignore takes out [layout/dvcignore]
            fix: echo __pycache__/ >> .dvcignore && git add .dvcignore
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ echo __pycache__/ >> .dvcignore
        $ git add .dvcignore
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for project in try subject.projects() {
      for gap in try project.ignoreGaps.get() {
        let stage = JudgedStage(project: project, status: gap.stage)
        let mend = try stage.mend(of: gap, in: subject)
        var finding = Finding(
          "layout/dvcignore", at: Place(stage.stage.file, gap.position), of: stage, key: gap.key,
          message:
            "'\(gap.key)' of \(stage.phrase) is hashed with \(gap.cache)/, which no .dvcignore takes out",
          fix: mend.command)
        finding.recount = mend.recount
        findings.append(finding)
      }
    }
    return findings
  }
}

extension JudgedStage {
  /// What writes the line. Where the lock has counted what the line takes out, it has to be recorded anew.
  fileprivate func mend(of gap: IgnoreGap, in subject: Subject) throws(JudgementError) -> Mend {
    // What the run may have read is another matter, which `lock/deps` tells.
    let counted = counted(gap.key, in: subject).flatMap { $0.untracked?.doubtful.isEmpty == false ? nil : $0 }
    if let counted, let mend = counted.untracked?.mend(self, in: subject) { return mend }
    let file = project.root.appending(Array(".dvcignore".utf8))
    let endsOpen = try reading { () throws(TreeError) in
      try (subject.workTree?.tree ?? subject.tree).endsOpen(file)
    }
    let lines = [Array("\(gap.cache)/".utf8)]
    if counted != nil {
      return Mend(recounting: recount(lines: lines, endsOpen: endsOpen, adding: [], in: subject))
    }
    return Mend(
      recounting: Recount(root: project.root, lines: lines, endsOpen: endsOpen, stages: [], added: []))
  }

  /// What the lock counted in a directory dependency that no clone has; `nil` where it did not.
  private func counted(_ key: Text, in subject: Subject) -> ContentReason.Answer? {
    for status in status.dependencies where status.dependency.reference.definition == key {
      guard case .path(.modified, let current) = status.change,
        case .data(let recorded) = status.dependency.kind, !isUnrecorded,
        let answer = answer(status.dependency, recorded, current, in: subject)
      else { continue }
      return answer.reason == .untrackedFiles ? answer : nil
    }
    return nil
  }
}

/// A directory dependency in which a cache will count.
struct IgnoreGap {
  let stage: StageStatus
  let key: Text
  let position: Position?
  /// The name of the cache.
  let cache: String
}

extension JudgedProject {
  /// The directory dependencies in which caches will count.
  func findIgnoreGaps() throws(JudgementError) -> [IgnoreGap] {
    guard case .success(let content) = project else { return [] }
    var gaps: [IgnoreGap] = []
    var known: [RepositoryPath: String?] = [:]
    for status in evaluation.statuses where status.stage.name != nil {
      for dependency in status.stage.deps {
        guard case .data = dependency.kind, let path = dependency.reference.path, path.isInside(root) else {
          continue
        }
        if known[path] == nil { known[path] = .some(try findCache(in: path, content)) }
        if let cache = known[path] ?? nil {
          gaps.append(
            IgnoreGap(
              stage: status, key: dependency.reference.definition, position: dependency.position, cache: cache
            ))
        }
      }
    }
    return gaps
  }

  /// The cache that programs will leave in a directory of Git's and that DVC would count.
  private func findCache(in path: RepositoryPath, _ content: Project) throws(JudgementError) -> String? {
    // What a link out of the repository leads to is told where its hash is compared.
    guard case .directory? = try reading({ () throws(TreeError) in try tree.entry(at: path) }) else {
      return nil
    }
    var (pending, seen, modules) = ([path], 0, 0)
    while let directory = pending.popLast(), seen < 2000 {
      for child in try reading({ () throws(TreeError) in try tree.children(of: directory) }) {
        seen += 1
        if child.entry == .directory {
          pending.append(directory.appending(child.name))
        } else if child.name.suffix(3).elementsEqual(".py".utf8) {
          modules += 1
          if modules == 2, try counts("__pycache__", in: path, content) { return "__pycache__" }
        } else if child.name.suffix(6).elementsEqual(".ipynb".utf8) {
          if try counts(".ipynb_checkpoints", in: path, content) { return ".ipynb_checkpoints" }
        }
      }
    }
    return nil
  }

  /// What is left in caches.
  private static let cacheFiles = [
    "__pycache__": "x.cpython-311.pyc", ".ipynb_checkpoints": "x-checkpoint.ipynb",
  ]

  private func counts(
    _ name: String, in directory: RepositoryPath, _ content: Project
  ) throws(JudgementError) -> Bool {
    let cache = directory.appending(Array(name.utf8))
    let file = cache.appending(Array((Self.cacheFiles[name] ?? "x").utf8))
    do throws(DVCError) {
      if try content.isIgnoredByDVC(cache, isDirectory: true) { return false }
      // A directory without a file that counts is none for DVC.
      return try !content.isIgnoredByDVC(file, isDirectory: false)
    } catch {
      throw .dvc(error)
    }
  }
}
