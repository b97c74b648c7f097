import DVC
import Trees
import Values

/// Finds out which files of the work tree belong with what is staged, and are not.
///
/// A file belongs when it changes something for a stage on the line of what is staged: a stage that is touched,
/// what it is made from, what is made from it. It is not named when the commit is whole without it and
/// would not be with it: that is the next piece of work.
struct LeftBehind {
  private let subject: Subject
  private let beside: StagedBeside

  init?(_ subject: Subject) {
    guard subject.kind == .staged, let workTree = subject.workTree else { return nil }
    self.subject = subject
    beside = StagedBeside(subject: subject, workTree: workTree.tree)
  }

  /// A file that was left behind.
  struct File {
    /// What it belongs to.
    enum Owner {
      /// The stage that it is a part of.
      case stage(JudgedStage)
      /// The `dvc.yaml` that names it among its metrics and plots.
      case results(of: RepositoryPath)
      /// The `dvc.yaml` that names it among its parameters.
      case parameters(of: RepositoryPath)
    }

    let path: RepositoryPath
    let owner: Owner
  }

  /// The files, in order.
  func files() throws(JudgementError) -> [File] {
    let staged = try subject.changes().map(\.path)
    guard !staged.isEmpty else { return [] }
    var found: [File] = []
    for project in try subject.projects() {
      found += try files(of: project, staged: staged.filter { $0.isInside(project.root) })
    }
    return found.sorted { $0.path < $1.path }
  }

  private func files(of project: JudgedProject, staged: [RepositoryPath]) throws(JudgementError) -> [File] {
    guard !staged.isEmpty, case .success = project.project else { return [] }
    let own = project.judgedStages
    let likely = project.decisiveFiles.union(beside.newFiles(beside: own, staged))
      .union(try pointersOfIgnores(among: staged)).filter { $0.isInside(project.root) }
    let named = project.namedFiles.subtracting(likely)
    let differing = try beside.differing(likely.union(named))
    guard !differing.isEmpty else { return [] }

    let candidates = differing.filter { !named.contains($0) }
    let whole = candidates.isEmpty ? project : overlay(candidates, project)
    let all = whole.judgedStages
    let touched = try touched(all, staged, project)
    var belonging: [(path: RepositoryPath, stage: JudgedStage)] = []
    if !candidates.isEmpty {
      let line = StageGraph(all.map(\.stage)).line(of: touched).sorted().map { all[$0] }
      let changed = try changedStages(line, candidates, project)
      let files = PathIndex(candidates)
      var owners: [RepositoryPath: JudgedStage] = [:]
      for stage in changed {
        for file in files.parts(of: stage) where owners[file] == nil { owners[file] = stage }
      }
      belonging = candidates.compactMap { file in owners[file].map { (path: file, stage: $0) } }
      if try isNextWork(belonging, line, project) { return [] }
    }
    return belonging.map { File(path: $0.path, owner: .stage($0.stage)) }
      + whole.named(
        differing.filter(named.contains), touched: Set(touched.map { all[$0].stage.file }),
        changedLocks: Set(candidates.filter(\.isLockFile)), belonging)
  }

  private func overlay(_ files: [RepositoryPath], _ project: JudgedProject) -> JudgedProject {
    let tree = TreeOverlay(subject.tree, taking: files, from: beside.workTree)
    return JudgedProject(root: project.root, tree: tree, reader: subject.reader, others: project.others)
  }

  /// The stages that what is staged is part of.
  private func touched(
    _ stages: [JudgedStage], _ staged: [RepositoryPath], _ project: JudgedProject
  ) throws(JudgementError) -> Set<Int> {
    let files = Set(staged)
    let index = PathIndex(staged)
    let own = Dictionary(project.judgedStages.map { ($0.identity, $0) }) { $1 }
    var before: [StageIdentity: StageMeaning]?
    var touched: Set<Int> = []
    for (place, stage) in stages.enumerated() {
      let inputs = stage.stage.dataDependencies + stage.stage.gitOutputs
      if inputs.contains(where: index.hasAny)
        || stage.stage.parameterFiles.contains(where: files.contains)
        || (stage.stage.name == nil
          && (files.contains(stage.stage.file)
            || own[stage.identity] == nil && stage.isIgnoredNewly(by: files)))
      {
        touched.insert(place)
      } else if stage.stage.name != nil, files.contains(stage.stage.file) || files.contains(stage.lock) {
        // A shared file: only the stages count that it changes.
        if before == nil { before = try meaningsBefore(project) }
        if let own = own[stage.identity], before?[own.identity] != own.meaning { touched.insert(place) }
      }
    }
    return touched
  }

  private func meaningsBefore(_ project: JudgedProject) throws(JudgementError) -> [StageIdentity:
    StageMeaning]
  {
    guard let parent = try subject.ancestry().parents.first else { return [:] }
    let old = try parent.projects().first { $0.root == project.root }
    return Dictionary((old?.judgedStages ?? []).map { ($0.identity, $0.meaning) }) { $1 }
  }

  /// The stages on the line for which the work tree's files change something.
  private func changedStages(
    _ line: [JudgedStage], _ candidates: [RepositoryPath], _ project: JudgedProject
  ) throws(JudgementError) -> [JudgedStage] {
    let own = Dictionary(project.judgedStages.map { ($0.identity, $0) }) { $1 }
    // Parameters and metrics are compared under the locks that are staged, else a lock that was made
    // with them would hide them.
    let loose = candidates.filter { !$0.isDVCFile }
    let values: [JudgedStage] = loose.isEmpty ? [] : overlay(loose, project).judgedStages
    let withValues = Dictionary(values.map { ($0.identity, $0) }) { $1 }
    return line.filter { stage in
      guard let before = own[stage.identity] else { return true }
      if before.meaning != stage.meaning { return true }
      guard let after = withValues[stage.identity] else { return false }
      return before.differences != after.differences
    }
  }

  /// Whether the commit brings no contradiction to the line, and the files would bring one and mend none.
  private func isNextWork(
    _ files: [(path: RepositoryPath, stage: JudgedStage)], _ line: [JudgedStage], _ project: JudgedProject
  ) throws(JudgementError) -> Bool {
    guard !files.isEmpty, project.evaluation.broken.isEmpty else { return false }
    let stages = Set(line.map(\.identity))
    let now = project.contradictions(of: stages)
    let with = overlay(files.map(\.path), project).contradictions(of: stages)
    guard now.isSubset(of: with), now != with else { return false }
    guard !now.isEmpty else { return true }
    for parent in try subject.ancestry().parents {
      let old = try parent.projects().first { $0.root == project.root }
      if now.isSubset(of: old?.contradictions(of: stages) ?? []) { return true }
    }
    return false
  }

  /// `dvc add` writes a line in `.gitignore` and a pointer: who stages the one needs the other.
  private func pointersOfIgnores(among staged: [RepositoryPath]) throws(JudgementError) -> Set<RepositoryPath>
  {
    var pointers: Set<RepositoryPath> = []
    for path in staged where path.name.elementsEqual(".gitignore".utf8) {
      guard case .file? = try reading({ () throws(TreeError) in try subject.tree.target(of: path) }) else {
        continue
      }
      let lines = try reading { () throws(TreeError) in try subject.tree.contents(of: path) }
      for line in lines.split(separator: 0x0A).prefix(1000) where line.first == UInt8(ascii: "/") {
        let name = line.dropFirst().filter { $0 != 0x0D }
        if let pointer = path.parent.resolving(name + Array(".dvc".utf8)) { pointers.insert(pointer) }
      }
    }
    return pointers
  }
}

/// Which stage of a project one is.
struct StageIdentity: Hashable {
  let file: RepositoryPath
  let name: Text?
}

/// What `dvc.yaml` and `dvc.lock`, or a `.dvc` file, say of a stage.
struct StageMeaning: Hashable {
  let command: Text?
  let recordedCommand: Text?
  let dependencies: [[Text]]
  let outputs: [[Text]]
}

/// One thing of a stage that is not as it is recorded.
struct Contradiction: Hashable {
  let stage: StageIdentity
  let key: Text
}

extension JudgedProject {
  /// The stages with what DVC says of them.
  var judgedStages: [JudgedStage] { evaluation.statuses.map { JudgedStage(project: self, status: $0) } }

  /// What its pipelines name beside their stages, and no stage keeps.
  fileprivate var namedFiles: Set<RepositoryPath> {
    guard case .success(let project) = project else { return [] }
    let named = Set(project.files.flatMap { $0.named.results + $0.named.parameters })
    guard !named.isEmpty else { return [] }
    let kept = Set(project.readableStages.flatMap { $0.outputs + $0.parameterFiles })
    return named.filter { !kept.contains($0) && !$0.directoriesUpward.contains(where: kept.contains) }
  }

  /// Of the files that pipelines name beside their stages, those that belong with what is staged. No hash tells
  /// which run they are of: results are of the run that is staged when the work tree's lock has no other, and
  /// parameters only of a run that was left behind itself, since else they may be those of the next.
  fileprivate func named(
    _ files: [RepositoryPath], touched: Set<RepositoryPath>, changedLocks: Set<RepositoryPath>,
    _ belonging: [(path: RepositoryPath, stage: JudgedStage)]
  ) -> [LeftBehind.File] {
    guard !files.isEmpty, case .success(let project) = project else { return [] }
    var owners: [RepositoryPath: LeftBehind.File.Owner] = [:]
    for pipeline in project.files where touched.contains(pipeline.path) {
      let left = belonging.filter { $0.stage.stage.file == pipeline.path }.map(\.path)
      let lock = pipeline.path.lockFile
      guard !changedLocks.contains(lock) || left.contains(lock) else { continue }
      if !left.isEmpty {
        for file in pipeline.named.parameters { owners[file] = .parameters(of: pipeline.path) }
      }
      for file in pipeline.named.results { owners[file] = .results(of: pipeline.path) }
    }
    return files.compactMap { file in owners[file].map { LeftBehind.File(path: file, owner: $0) } }
  }

  /// What is not as it is recorded, of some stages.
  fileprivate func contradictions(of stages: Set<StageIdentity>) -> Set<Contradiction> {
    var found: Set<Contradiction> = []
    for stage in judgedStages where stages.contains(stage.identity) {
      for key in stage.contradictedKeys { found.insert(Contradiction(stage: stage.identity, key: key)) }
    }
    return found
  }
}

extension JudgedStage {
  var identity: StageIdentity { StageIdentity(file: stage.file, name: stage.name) }

  var meaning: StageMeaning {
    var recordedCommand: Text?
    if case .locked(let command, _) = stage.record { recordedCommand = command.value.pythonRepr }
    return StageMeaning(
      command: stage.command?.value.pythonRepr, recordedCommand: recordedCommand,
      dependencies: stage.deps.map { [$0.reference.definition] + $0.spelling },
      outputs: stage.outs.map {
        [$0.reference.definition, $0.recorded.value ?? "", $0.isCached ? "cached" : "in Git"]
      })
  }

  /// What of it is not as it is recorded.
  fileprivate var contradictedKeys: [Text] {
    var keys = status.outputs.map(\.output.reference.definition)
    for dependency in status.dependencies {
      let path = dependency.dependency.reference.definition
      switch dependency.change {
      case .path: keys.append(path)
      case .parameters(let changes): keys += changes.map { path + ":" + $0.key }
      }
    }
    if status.changedCommand != nil || status.hasChangedChecksum { keys.append("") }
    return keys
  }

  /// What DVC says of its parameters and outputs, values included.
  fileprivate var differences: [Text] {
    status.dependencies.flatMap { status -> [Text] in
      let path = status.dependency.reference.definition
      switch status.change {
      case .path(let change, let current): return [path, Text(change.rawValue), current ?? ""]
      case .parameters(let changes):
        return [path]
          + changes.flatMap { [$0.key, Text($0.change.rawValue), $0.current?.value.pythonRepr ?? ""] }
      }
    }
      + status.outputs.flatMap {
        [$0.output.reference.definition, Text($0.change.rawValue), $0.current ?? ""]
      }
  }

  /// Whether a `.gitignore` beside its output is among the files: `dvc add` of new data writes both.
  fileprivate func isIgnoredNewly(by files: Set<RepositoryPath>) -> Bool {
    stage.outputs.contains { files.contains($0.parent.appending(Array(".gitignore".utf8))) }
  }
}

extension Dependency {
  /// What is recorded of it.
  fileprivate var spelling: [Text] {
    switch kind {
    case .data(let recorded): [recorded.value ?? ""]
    case .parameters(let keys, let recorded):
      keys.map(\.value.pythonRepr) + [recorded.map { Value.map($0).pythonRepr } ?? ""]
    case .dataset(let recorded): [Value.map(recorded).pythonRepr]
    case .repository(let url, _, _): [url]
    case .database: []
    }
  }
}

extension RepositoryPath {
  /// Whether it is a pipeline, a lock or a pointer.
  public var isDVCFile: Bool { isPipelineFile || isPointer || isLockFile }
}

extension PathIndex {
  /// Those among left files that are a part of a stage.
  fileprivate func parts(of stage: JudgedStage) -> [RepositoryPath] {
    ([stage.stage.file, stage.lock] + stage.stage.parameterFiles).filter(contains)
      + stage.stage.gitOutputs.flatMap(inside)
  }
}
