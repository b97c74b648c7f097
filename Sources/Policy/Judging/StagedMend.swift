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
    for project in try subject.projects() {
      try mend(&findings, of: project, inherited)
      try mendTogether(&findings, of: project, inherited)
    }
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
    let missing = try missingFiles(of: project)
    for index in own where !findings[index].lacking.isEmpty { findings[index].lacking.formUnion(missing) }
    let paths = own.reduce(into: missing) {
      $0.formUnion(findings[$1].lacking.union([findings[$1].place.path]))
    }
    let candidates = try candidates(of: project, found: names, in: paths)
    let values = project.valueFiles
    var mended: Set<Int> = []
    // One file that a template needs is better than all that happen to differ.
    let lacking = candidates.filter { file in
      !missing.contains(file) && own.contains { findings[$0].lacking.contains(file) }
    }
    let alone = [missing.sorted()] + lacking.map { missing.sorted() + [$0] }
    // What reaches far is only staged when nothing else mends.
    let near = candidates.filter { !$0.isDVCIgnore && !values.contains($0) }
    let attempts =
      [candidates.filter(\.isLockFile)] + alone + (near == candidates ? [near] : [near, candidates])
    for files in attempts where !files.isEmpty {
      let attempt = try Attempt(subject, project, files, from: beside.workTree, inherited)
      for index in own where !mended.contains(index) {
        var needed = attempt.files(mending: findings[index])
        guard !needed.isEmpty else { continue }
        if !findings[index].lacking.isEmpty {
          needed.formUnion(try companions(of: needed, findings[index].place.path, project))
        }
        findings[index].mend(byStaging: needed)
        mended.insert(index)
      }
    }
  }

  /// What else of the stages of a pipeline was only not staged, which DVC can read once these files are; nothing when that
  /// does not make them whole.
  private func companions(
    of files: Set<RepositoryPath>, _ pipeline: RepositoryPath, _ project: JudgedProject
  ) throws(JudgementError) -> Set<RepositoryPath> {
    let subject = subject
    let next = Subject(
      .staged, tree: TreeOverlay(subject.tree, taking: files, from: beside.workTree), reader: subject.reader,
      workTree: subject.workTree, neighbours: project.others(), roots: { [project.root] }, dvcFiles: { [] },
      changes: { () throws(JudgementError) in try subject.changes() },
      ancestry: { () throws(JudgementError) in try subject.ancestry() })
    next.policy = subject.policy
    var findings: [Finding] = []
    for rule in Rule.catalogue where rule.id.group == "lock" {
      findings += try rule.evaluate(next).filter { $0.stageFile == pipeline }
    }
    guard let mend = StagedMend(next) else { return [] }
    let unstaged = try mend.mending(findings, inherited: []).map(\.unstaged)
    return unstaged.contains(where: \.isEmpty) ? [] : unstaged.reduce(into: []) { $0.formUnion($1) }
  }

  /// One command for all that was only not staged, when it does mend all of it: who forgot three files is not
  /// told of them one by one.
  private func mendTogether(
    _ findings: inout [Finding], of project: JudgedProject, _ inherited: [Finding]
  ) throws(JudgementError) {
    let own = findings.indices.filter {
      !findings[$0].unstaged.isEmpty && findings[$0].place.path.isInside(project.root)
    }
    guard Set(own.map { findings[$0].unstaged }).count > 1 else { return }
    let files = own.reduce(into: Set<RepositoryPath>()) { $0.formUnion(findings[$1].unstaged) }
    let attempt = try Attempt(subject, project, files.sorted(), from: beside.workTree, inherited)
    let isWhole = own.allSatisfy {
      findings[$0].rule.group != "lock" || !attempt.files(mending: findings[$0]).isEmpty
    }
    guard isWhole else { return }
    findings.mend(own, byStaging: files)
  }

  /// The files that differ and could mend: DVC's own, parameters, and what the stages read from Git.
  private func candidates(
    of project: JudgedProject, found names: Set<Text>, in paths: Set<RepositoryPath>
  ) throws(JudgementError) -> [RepositoryPath] {
    let stages = project.evaluation.statuses.map { JudgedStage(project: project, status: $0) }
      .filter { names.contains($0.name) }
    var files = project.decisiveFiles.union(beside.newFiles(beside: stages, stages.map(\.stage.file)))
    files.formUnion(paths)
    files.formUnion(
      paths.filter { $0.isLockFile || $0.isPipelineFile }.flatMap { [$0.lockFile, $0.pipelineFile] })
    files.formUnion(project.valueFiles)
    for path in Set(stages.flatMap { $0.stage.dataDependencies + $0.stage.gitOutputs }) {
      files.formUnion(try self.files(at: path, of: project))
      files.formUnion(project.ignoreFiles(above: path))
    }
    return try beside.differing(files)
  }

  /// The files that a pipeline cannot be read without and that only need to be staged. It tells one at a time.
  private func missingFiles(of project: JudgedProject) throws(JudgementError) -> Set<RepositoryPath> {
    var found: Set<RepositoryPath> = []
    var attempt = project
    while true {
      let missing = Set(attempt.evaluation.broken.compactMap(\.missing)).subtracting(found)
      let here = try beside.differing(missing)
      guard !here.isEmpty else { return found }
      found.formUnion(here)
      let tree = TreeOverlay(subject.tree, taking: found.sorted(), from: beside.workTree)
      attempt = JudgedProject(
        root: project.root, tree: tree, reader: subject.reader, others: project.others)
    }
  }

  /// The files at a path in either tree, as far as Git would keep them and DVC does not. Links below it are not
  /// followed: they may lead in a circle, and Git keeps what they lead to where that is. What tools leave behind
  /// is not worth a place in Git.
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
            let below = next.appending(child.name)
            // Staging it anew is another matter when Git has it already.
            if Litter.pattern(for: child) != nil, try !isStaged(below) { continue }
            pending.append(below)
          }
        default: break
        }
      }
    }
    return files
  }

  private func isStaged(_ path: RepositoryPath) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in try subject.tree.entry(at: path) } != nil
  }

  /// More files of a directory than anybody forgets to stage.
  private static let limit = 2000
}

/// What the commit would be with some files of the work tree.
private struct Attempt {
  private let files: PathIndex
  private var stages: [StageIdentity: JudgedStage] = [:]
  /// The prints of what would still be found.
  private var left: Set<Text> = []
  /// The files that DVC still could not read.
  private var unreadable: Set<RepositoryPath> = []
  /// The stages of which more would be found than the parents had.
  private var unmended: Set<StageIdentity> = []

  init(
    _ subject: Subject, _ project: JudgedProject, _ files: [RepositoryPath], from workTree: any FileTree,
    _ inherited: [Finding]
  ) throws(JudgementError) {
    let attempt = Subject(
      .staged, tree: TreeOverlay(subject.tree, taking: files, from: workTree), reader: subject.reader,
      neighbours: project.others(), roots: { [project.root] }, dvcFiles: { [] }, changes: { [] },
      ancestry: { Ancestry(parents: []) })
    attempt.policy = subject.policy
    self.files = PathIndex(files)
    let inherited = Dictionary(grouping: inherited, by: \.fingerprint)
    for rule in Rule.catalogue where rule.id.group == "lock" {
      for finding in try rule.evaluate(attempt) {
        let fingerprint = finding.fingerprint
        left.insert(fingerprint)
        if finding.rule == "lock/unreadable" { unreadable.insert(finding.place.path) }
        let isInherited =
          inherited[fingerprint]?.contains { $0.compared.isSame(as: finding.compared) } ?? false
        if let stage = finding.stageIdentity, !isInherited { unmended.insert(stage) }
      }
    }
    for stage in try attempt.projects().flatMap(\.judgedStages) {
      stages[StageIdentity(file: stage.stage.file, name: stage.name)] = stage
    }
  }

  /// The files to stage when the finding is gone then, and nothing else of its stage is left but what was
  /// inherited; none when it is not.
  func files(mending finding: Finding) -> Set<RepositoryPath> {
    guard !left.contains(finding.fingerprint) else { return [] }
    guard let identity = finding.stageIdentity, finding.rule != "lock/orphan" else {
      let path = finding.place.path
      let others = finding.rule == "lock/orphan" ? [path.pipelineFile] : Array(finding.lacking)
      let needed = ([path] + others).filter(files.contains)
      return needed.contains(where: unreadable.contains) ? [] : Set(needed)
    }
    guard let stage = stages[identity], !unmended.contains(identity) else { return [] }
    return files.deciding(stage)
  }
}

extension RepositoryPath {
  fileprivate var isDVCIgnore: Bool { name.elementsEqual(".dvcignore".utf8) }
}

extension Finding {
  fileprivate var stageIdentity: StageIdentity? {
    guard let stage, let stageFile else { return nil }
    return StageIdentity(file: stageFile, name: stage)
  }
}

extension PathIndex {
  /// The files among these that decide what DVC says of a stage.
  func deciding(_ stage: JudgedStage) -> Set<RepositoryPath> {
    var files = Set(([stage.stage.file, stage.lock] + stage.stage.parameterFiles).filter(contains))
    files.formUnion(stage.stage.valueFiles.filter(contains))
    for path in stage.stage.gitOutputs { files.formUnion(inside(path)) }
    for path in stage.stage.dataDependencies {
      files.formUnion(inside(path))
      files.formUnion(
        (stage.project.pointers(to: path) + stage.project.ignoreFiles(above: path)).filter(contains))
    }
    return files
  }
}

extension JudgedProject {
  /// The files beside the parameters of stages that templates take values from.
  fileprivate var valueFiles: Set<RepositoryPath> {
    Set(judgedStages.flatMap(\.stage.valueFiles)).subtracting(judgedStages.flatMap(\.stage.parameterFiles))
  }

  /// Where lines may stand that say what of a path DVC counts.
  fileprivate func ignoreFiles(above path: RepositoryPath) -> [RepositoryPath] {
    path.upward(".dvcignore", to: root)
  }

  /// The `.dvc` files that hold what stands at a path.
  func pointers(to path: RepositoryPath) -> [RepositoryPath] { pointerIndex.pointers(to: path) }
}
