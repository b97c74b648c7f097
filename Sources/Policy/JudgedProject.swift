import DVC
import Trees
import Values

/// How DVC's part of a tree is read: the executable knows where configuration and cache are.
public struct ProjectReader {
  /// Reads the DVC repository at a root of a tree.
  public let project: (any FileTree, RepositoryPath) throws(DVCError) -> Project
  /// The cache of this machine for the DVC repository at a root; `nil` when there is none.
  public let cache: (RepositoryPath) -> (any ObjectCache)?
  /// Whether the DVC repository at a root has a default remote, so that DVC can be told to bring data.
  public let hasDefaultRemote: (RepositoryPath) -> Bool

  /// A reader of projects, caches and what is set about remotes.
  public init(
    project: @escaping (any FileTree, RepositoryPath) throws(DVCError) -> Project,
    cache: @escaping (RepositoryPath) -> (any ObjectCache)? = { _ in nil },
    hasDefaultRemote: @escaping (RepositoryPath) -> Bool = { _ in false }
  ) {
    self.project = project
    self.cache = cache
    self.hasDefaultRemote = hasDefaultRemote
  }

  /// A reader that takes every DVC repository for one without configuration, below a root on disk.
  public init(treeRoot: [UInt8]) {
    self.init { (tree, root) throws(DVCError) in
      try Project(
        tree: tree, paths: PathSpace(treeRoot: treeRoot, projectRoot: root), settings: ProjectSettings())
    }
  }

  /// Every directory of a tree that holds a directory `.dvc`.
  public static func roots(in tree: any FileTree) throws(JudgementError) -> [RepositoryPath] {
    try reading { () throws(TreeError) in try Project.roots(in: tree) }
  }
}

/// A DVC repository in a tree, with what `dvc status` would say of it in a fresh clone.
public final class JudgedProject {
  /// Its directory.
  public let root: RepositoryPath
  let tree: any FileTree
  let reader: ProjectReader
  /// The other DVC repositories of the tree.
  let others: () -> [JudgedProject]

  init(
    root: RepositoryPath, tree: any FileTree, reader: ProjectReader, others: @escaping () -> [JudgedProject]
  ) {
    self.root = root
    self.tree = tree
    self.reader = reader
    self.others = others
  }

  /// The project, or why it cannot be read.
  public var project: Result<Project, DVCError> {
    if let readProject { return readProject }
    let project = Result { () throws(DVCError) in try reader.project(tree, root) }
    readProject = project
    return project
  }
  private var readProject: Result<Project, DVCError>?

  /// Lets go of the parameters and metrics files that were read.
  func forgetDocuments() {
    if case .success(let project)? = readProject { project.forgetDocuments() }
  }

  /// What `dvc status` says, computed once.
  public var evaluation: Evaluation {
    if let knownEvaluation { return knownEvaluation }
    let evaluation = evaluate()
    knownEvaluation = evaluation
    return evaluation
  }

  /// What `dvc status` says, if somebody asked.
  private(set) var knownEvaluation: Evaluation?

  /// What the first parent has of it, where its verdicts may hold here.
  var former: FormerProject?

  /// Stages that are known to lead over no symbolic link.
  var stagesWithoutLinks: Set<ObjectIdentifier> = []

  /// What a fresh clone holds after `dvc checkout`; the tree itself when the project cannot be read.
  private(set) lazy var checkedOut: any FileTree = checkouts.tree(over: tree)

  /// What `dvc checkout` puts into a clone, of this repository and of those that it reads from.
  private lazy var checkouts: [Checkout] = {
    guard let own = checkout else { return [] }
    return own.with(others().compactMap(\.checkout))
  }()

  /// What `dvc checkout` of this repository alone puts there; `nil` when it cannot be read.
  private var checkout: Checkout? {
    guard case .success(let project) = project else { return nil }
    return Checkout(of: project, from: reader.cache(root))
  }

  /// The `.dvc` files by what they hold.
  private(set) lazy var pointerIndex = PointerIndex(judgedStages)

  /// The outputs of pipelines of which a clone gets nothing out of a cache: they were never recorded, or Git keeps
  /// them.
  private(set) lazy var unmadeOutputs = PathIndex(
    judgedStages.filter { $0.stage.name != nil }.flatMap(\.stage.outs)
      .filter { !$0.isCached || $0.recorded.value == nil }.compactMap(\.reference.path))

  /// What rules on the layout ask of its stages.
  private(set) lazy var layout = StageLayout(self)

  /// The stages that read a parameters file and do not say so.
  private(set) lazy var undeclaredReads: Result<UndeclaredReads, JudgementError> = Result {
    () throws(JudgementError) in try findUndeclaredReads()
  }

  /// The directory dependencies in which caches will count.
  private(set) lazy var ignoreGaps: Result<[IgnoreGap], JudgementError> = Result {
    () throws(JudgementError) in try findIgnoreGaps()
  }

  /// What its status depends on, once somebody asked.
  var knownSources: Sources?

  /// Why paths do not have their recorded hashes, as far as somebody asked.
  var reasons: [Question: ContentReason.Answer] = [:]

  /// What brings files back that DVC does not see, as far as somebody asked.
  var unhidings: [RepositoryPath: String?] = [:]

  /// What is asked of a path: why it does not have this hash.
  struct Question: Hashable {
    let path: RepositoryPath
    let recorded: Text?
  }

  /// What `dvc status` says of all stages, and where it fails.
  public struct Evaluation {
    /// The stages that could be judged, clean ones included.
    public var statuses: [StageStatus] = []
    /// The files that DVC cannot read because of what they hold.
    public var broken: [DVCError] = []
    /// What could not be judged.
    public var unjudged: [Unjudged] = []
  }

  private func evaluate() -> Evaluation {
    var evaluation = Evaluation()
    do {
      let project = try project.get()
      for file in project.files {
        if case .failure(let error) = file.stages {
          evaluation.take(error, what: "\(file.path)", isFile: true)
        }
        if let error = file.lockError { evaluation.take(error, what: "\(error.file)", isFile: true) }
      }
      judge(
        project.readableStages, PipelineStatus(of: project, .gitTree(checkouts)), &evaluation)
      evaluation.withholdMissing(in: project)
    } catch {
      evaluation.take(
        error, what: root.isRoot ? "the DVC repository" : "the DVC repository in \(root)", isFile: true)
    }
    return evaluation
  }

  private func judge(_ stages: [Stage], _ status: PipelineStatus, _ evaluation: inout Evaluation) {
    let known = inheritedStatuses(of: stages)
    do {
      let others = stages.filter { known[ObjectIdentifier($0)] == nil }
      var fresh = try status.evaluate(others)[...]
      for stage in stages {
        guard let inherited = known[ObjectIdentifier(stage)] else {
          evaluation.statuses.append(fresh.removeFirst())
          continue
        }
        evaluation.statuses.append(
          inherited.hasOtherParameters ? try status.status(renewing: inherited.status) : inherited.status)
      }
    } catch {
      // One stage that cannot be judged must not hide the others: each for itself.
      evaluation.statuses = []
      for stage in stages {
        do { evaluation.statuses.append(try status.status(of: stage)) } catch {
          let error = error.file.isRoot ? error.moved(to: stage.file) : error
          evaluation.take(error, what: stage.shownName, isFile: false)
        }
      }
    }
    for item in evaluation.statuses.flatMap(\.notChecked) {
      evaluation.unjudged.append(
        Unjudged(
          what: "\(item.stage.map { "\(item.file):\($0)" } ?? "\(item.file)"): \(item.path)", why: item.why))
    }
  }
}

extension JudgedProject.Evaluation {
  /// Where a file of DVC's cannot be read, nobody knows what it stands for: a dependency that is not there may be an
  /// output of it, and is not checked.
  fileprivate mutating func withholdMissing(in project: Project) {
    let unread = project.files.first { file in
      if case .failure = file.stages { true } else { file.lockError != nil }
    }
    guard let unread else { return }
    for index in statuses.indices {
      let stage = statuses[index].stage
      for missing in statuses[index].withholdMissing() {
        unjudged.append(
          Unjudged(
            what: "\(stage.shownName): \(missing.reference.definition)",
            why: "it is not there, and may be an output of \(unread.path), which cannot be read"))
      }
    }
  }

  /// Sorts an error into what the repository holds and what this machine cannot read.
  fileprivate mutating func take(_ error: DVCError, what: String, isFile: Bool) {
    switch error.kind {
    case .notAvailable:
      let isElsewhere = isFile && !error.file.isRoot && "\(error.file)" != what
      let why = isElsewhere ? "\(error.file): \(error.message)" : error.message
      unjudged.append(Unjudged(what: what, why: why, isFatal: isFile))
    case .unreadable:
      unjudged.append(Unjudged(what: what, why: "\(error.file): \(error.message)", isFatal: true))
    case .invalid, .conflictMarkers, .oldLock, .ignoredLock, .template, .path, .unsupported:
      let isKnown = broken.contains {
        $0.file == error.file && $0.position == error.position && $0.message == error.message
      }
      if !isKnown { broken.append(error) }
      if !isFile || "\(error.file)" != what {
        unjudged.append(Unjudged(what: what, why: "\(error.file) cannot be read"))
      }
    }
  }
}

/// A stage with what DVC says of it.
struct JudgedStage {
  let project: JudgedProject
  let status: StageStatus

  var stage: Stage { status.stage }
  /// The `dvc.lock` beside the `dvc.yaml`; a `.dvc` file is its own lock.
  var lock: RepositoryPath { stage.record.isOfPipeline ? stage.file.lockFile : stage.file }
  /// The name, for a report: of a `.dvc` file its path.
  var name: Text { stage.name ?? Text(utf8: stage.file.bytes) }
  /// The stage in a sentence.
  var phrase: String { stage.name.map { "stage '\($0)'" } ?? "'\(stage.file)'" }
  /// Whether `dvc.lock` has nothing of the stage.
  var isUnrecorded: Bool { if case .none = stage.record { true } else { false } }
}

extension Stage.Record {
  /// Whether the stage stands in a `dvc.yaml`.
  var isOfPipeline: Bool { if case .checksum = self { false } else { true } }
}

extension Stage {
  /// The stage as a person would name it: `dvc.yaml:train`, `data.csv.dvc`.
  var shownName: String { name.map { "\(file):\($0)" } ?? "\(file)" }
}

extension RepositoryPath {
  /// The `dvc.lock` beside a `dvc.yaml`.
  var lockFile: RepositoryPath { parent.appending(Array("dvc.lock".utf8)) }
  /// The `dvc.yaml` beside a `dvc.lock`.
  var pipelineFile: RepositoryPath { parent.appending(Array("dvc.yaml".utf8)) }
  /// The `.dvc` file that `dvc add` writes for it.
  var pointer: RepositoryPath { RepositoryPath(normalized: bytes + Array(".dvc".utf8)) }
  /// Whether it is a pipeline.
  var isPipelineFile: Bool { name.elementsEqual("dvc.yaml".utf8) }
  /// Whether it is a lock.
  var isLockFile: Bool { name.elementsEqual("dvc.lock".utf8) }
  /// Whether it is a file that points to data.
  var isPointer: Bool { name.count > 4 && name.suffix(4).elementsEqual(".dvc".utf8) }
  /// The path's bytes as a text, for a report.
  var text: Text { Text(utf8: bytes) }
}

extension DVCError {
  /// The same error where the file that is to blame is known.
  func moved(to file: RepositoryPath) -> DVCError {
    DVCError(
      file: file, position: position, kind: kind, message: message, missing: missing, unfound: unfound)
  }
}
