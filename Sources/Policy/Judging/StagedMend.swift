import DVC
import Trees
import Values

/// Finds out whether the mend of a finding is in the work tree already and only not staged: the commonest case.
///
/// The commit is judged once more with the locks of the work tree, and when that does not mend everything,
/// with every file of the work tree that concerns the stages found.
struct StagedMend {
  private let subject: Subject
  private let beside: StagedBeside

  /// `nil` when there is no work tree beside what is judged.
  init?(_ subject: Subject) {
    guard let workTree = subject.workTree, subject.kind == .staged else { return nil }
    self.subject = subject
    beside = StagedBeside(subject: subject, workTree: workTree.tree)
  }

  /// The findings, those that `git add` would mend with that fix.
  /// - Parameter inherited: what stays as the parents had it.
  func mending(_ findings: [Finding], inherited: [Finding]) throws(JudgementError) -> [Finding] {
    guard findings.contains(where: { $0.rule.group == "lock" }) else { return findings }
    var findings = findings
    for project in try subject.projects() { try mend(&findings, of: project, inherited) }
    return findings
  }

  private func mend(
    _ findings: inout [Finding], of project: JudgedProject, _ inherited: [Finding]
  ) throws(JudgementError) {
    let own = findings.indices.filter {
      findings[$0].rule.group == "lock" && findings[$0].place.path.isInside(project.root)
    }
    guard !own.isEmpty else { return }
    let names = Set(own.compactMap { findings[$0].stage })
    let candidates = try candidates(of: project, found: names, in: own.map { findings[$0].place.path })
    let locks = candidates.filter { $0.name.elementsEqual("dvc.lock".utf8) }
    var mended: Set<Int> = []
    for files in [locks, candidates] where !files.isEmpty {
      let attempt = try Attempt(subject, project.root, files, from: beside.workTree)
      for index in own where !mended.contains(index) {
        guard let fix = attempt.fix(of: findings[index], inherited) else { continue }
        findings[index].fix = fix
        mended.insert(index)
      }
    }
  }

  /// The files that differ and could mend: DVC's own, parameters, and what the stages read from Git.
  private func candidates(
    of project: JudgedProject, found names: Set<Text>, in paths: [RepositoryPath]
  ) throws(JudgementError) -> [RepositoryPath] {
    let stages = project.evaluation.statuses.map { JudgedStage(project: project, status: $0) }
      .filter { names.contains($0.name) }
    var files = project.decisiveFiles.union(beside.newFiles(beside: stages, stages.map(\.stage.file)))
    files.formUnion(paths)
    files.formUnion(
      paths.filter { $0.name.elementsEqual("dvc.lock".utf8) || $0.isPipelineFile }.map(\.lockFile))
    for stage in stages {
      for path in stage.stage.dataDependencies { files.formUnion(try self.files(at: path, of: project)) }
    }
    return try beside.differing(files)
  }

  /// The files at a path in either tree, as far as Git would keep them and DVC does not. Links below it are not
  /// followed: they may lead in a circle, and Git keeps what they lead to where that is.
  private func files(
    at path: RepositoryPath, of project: JudgedProject
  ) throws(JudgementError) -> Set<RepositoryPath> {
    var files: Set<RepositoryPath> = []
    var pending = [path]
    while let next = pending.popLast(), files.count < Self.limit {
      for tree in [subject.tree, beside.workTree] {
        switch try reading({ () throws(TreeError) in try tree.target(of: next) }) {
        case .file?: files.insert(next)
        case .directory?:
          let isIgnored = try reading { () throws(TreeError) in
            try tree.isIgnoredByGit(next, isDirectory: true)
          }
          guard !isIgnored else { continue }
          for child in try reading({ () throws(TreeError) in try tree.children(of: next) })
          where child.entry != .symbolicLink {
            pending.append(next.appending(child.name))
          }
        default: break
        }
      }
    }
    return files
  }

  /// More files of a directory than anybody forgets to stage.
  private static let limit = 2000
}

/// What the commit would be with some files of the work tree.
private struct Attempt {
  private let files: [RepositoryPath]
  private let project: JudgedProject
  private let findings: [Finding]

  init(
    _ subject: Subject, _ root: RepositoryPath, _ files: [RepositoryPath], from workTree: any FileTree
  ) throws(JudgementError) {
    let attempt = Subject(
      .staged, tree: TreeOverlay(subject.tree, taking: files, from: workTree), reader: subject.reader,
      roots: { [root] }, changes: { [] }, ancestry: { Ancestry(parents: []) })
    attempt.policy = subject.policy
    self.files = files
    var findings: [Finding] = []
    for rule in Rule.catalogue where rule.id.group == "lock" { findings += try rule.evaluate(attempt) }
    self.findings = findings
    project =
      try attempt.projects().first ?? JudgedProject(root: root, tree: attempt.tree, reader: subject.reader)
  }

  /// The `git add` line when the finding is gone, and nothing else of its stage is left but what was inherited.
  func fix(of finding: Finding, _ inherited: [Finding]) -> String? {
    guard !findings.contains(where: { $0.fingerprint == finding.fingerprint }) else { return nil }
    guard let name = finding.stage, finding.rule != "lock/orphan" else {
      return add(files.filter { $0 == finding.place.path })
    }
    let stage = project.judgedStages.first { $0.stage.file == finding.stageFile && $0.name == name }
    let rest = findings.filter { $0.stage == name && $0.stageFile == finding.stageFile }
    guard let stage, rest.allSatisfy({ $0.isAmong(inherited) }) else { return nil }
    return add(files.filter { $0.concerns(stage) })
  }

  private func add(_ files: [RepositoryPath]) -> String? {
    files.isEmpty ? nil : ShellCommand(gitAdd: files).description
  }
}

extension Finding {
  /// Whether one of these is the same finding and compares the same.
  fileprivate func isAmong(_ others: [Finding]) -> Bool {
    let fingerprint = self.fingerprint
    return others.contains { $0.fingerprint == fingerprint && $0.compared.isSame(as: compared) }
  }
}

extension RepositoryPath {
  /// Whether a file decides what DVC says of a stage.
  func concerns(_ stage: JudgedStage) -> Bool {
    if self == stage.stage.file || self == stage.lock { return true }
    if stage.stage.parameterFiles.contains(self) { return true }
    if stage.stage.gitOutputs.contains(where: isInside) { return true }
    return stage.stage.dataDependencies.contains { path in
      isInside(path) || (isPointer && stage.project.pointers(to: path).contains(self))
    }
  }
}

extension JudgedProject {
  /// The `.dvc` files that hold what stands at a path.
  func pointers(to path: RepositoryPath) -> [RepositoryPath] {
    evaluation.statuses.map(\.stage).filter { stage in
      stage.name == nil && stage.outputs.contains { $0.isInside(path) || path.isInside($0) }
    }.map(\.file)
  }
}
