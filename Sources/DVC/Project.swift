import Ignore
import Trees
import Values

/// A DVC repository in a tree: its files, read, and the stages they define
/// (DVC 3.67, `collect_files` in `dvc/repo/index.py`).
public final class Project {
  /// One `dvc.yaml` or `.dvc` file.
  public struct File {
    /// Where it is.
    public let path: RepositoryPath
    /// Its stages in order, or why DVC cannot read it.
    public fileprivate(set) var stages: Result<[Stage], DVCError>
    /// Each stage by itself, where that is known and not all of them can be resolved.
    var stagesApart: [PipelineFile.NamedStage] = []
    /// The lock's entries without a stage behind them: name and position in `dvc.lock`.
    public fileprivate(set) var orphans: [(name: Text, position: Position?)] = []
    /// Why DVC could not read the lock either, when it stops at the `dvc.yaml` before it.
    public fileprivate(set) var lockError: DVCError?
    /// What is recorded, as it stands: for a `dvc.yaml` the entries of its `dvc.lock` by the names of stages, for a
    /// `.dvc` file what is in it. Empty where that cannot be read.
    public fileprivate(set) var recorded = Mapping()
    /// The files that it names beside its stages.
    public fileprivate(set) var named = NamedFiles()

    init(_ path: RepositoryPath) {
      self.path = path
      stages = .success([])
    }
  }

  /// The tree that was read.
  public let tree: any FileTree
  /// Where its paths lead.
  public let paths: PathSpace
  /// Its configuration.
  public let settings: ProjectSettings
  /// The DVC files in the order in which they were found.
  public private(set) var files: [File] = []
  /// The `dvc.lock` files beside which no `dvc.yaml` stands: DVC never reads them.
  public private(set) var loneLocks: [RepositoryPath] = []
  let ignore: DVCIgnore
  let loader: DocumentLoader
  private(set) var datasets: [Text: Dataset] = [:]
  private var outputPaths: Set<RepositoryPath> = []

  /// Reads every DVC file of a repository. A file that cannot be read is kept with its error, so that
  /// the others can be judged; DVC itself stops at the first.
  /// - Parameter memory: what was read of other trees of the repository.
  /// - Throws: ``DVCError`` when the tree itself cannot be walked.
  public init(
    tree: any FileTree, paths: PathSpace, settings: ProjectSettings, memory: DocumentMemory = DocumentMemory()
  ) throws(DVCError) {
    self.tree = tree
    self.paths = paths
    self.settings = settings
    ignore = DVCIgnore(tree: tree, root: paths.projectRoot)
    loader = DocumentLoader(tree: tree, memory: memory)
    try collect(paths.projectRoot)
  }

  /// All stages.
  /// - Throws: the error of the first file that DVC cannot read.
  public func stages() throws(DVCError) -> [Stage] {
    var stages: [Stage] = []
    for file in files { stages += try file.stages.get() }
    return stages
  }

  /// The stages of the files that could be read.
  public var readableStages: [Stage] {
    files.flatMap { file in
      if case .success(let stages) = file.stages { stages } else { [Stage]() }
    }
  }

  /// The document of a parameters or metrics file, as DVC loads it.
  public func document(at file: RepositoryPath) throws(DVCError) -> Node { try loader.parameters(file) }

  /// Lets go of the parameters and metrics files that were read; whoever asks again reads them again.
  public func forgetDocuments() { loader.forget() }

  private static let rootEndings = NameEndings([".dvc"])
  /// What the walk stops at, and what changes how it goes on.
  private static let walkEndings = NameEndings([".dvc", "dvc.yaml", "dvc.lock", ".dvcignore"])

  /// Every directory of a tree that holds a directory `.dvc`: each is a DVC repository.
  public static func roots(in tree: any FileTree) throws(TreeError) -> [RepositoryPath] {
    var roots: [RepositoryPath] = []
    var pending: [RepositoryPath] = [.root]
    while let directory = pending.popLast() {
      guard try tree.mayHold(rootEndings, below: directory) else { continue }
      for child in try tree.children(of: directory) where child.entry == .directory {
        if child.name.elementsEqual(".dvc".utf8) {
          roots.append(directory)
        } else if !child.name.elementsEqual(".git".utf8) {
          pending.append(directory.appending(child.name))
        }
      }
    }
    return roots.sorted()
  }

  /// Whether `.dvcignore` takes a path out of what DVC sees.
  public func isIgnoredByDVC(_ path: RepositoryPath, isDirectory: Bool) throws(DVCError) -> Bool {
    try asking { () throws(IgnoreError) in try ignore.isIgnored(path, isDirectory: isDirectory) }
  }

  /// The line of a `.dvcignore` without which DVC would see a file that it does not see.
  public func line(hiding file: RepositoryPath) throws(DVCError) -> (file: RepositoryPath, line: Int)? {
    try asking { () throws(IgnoreError) in try ignore.line(hiding: file) }.map { ($0.file, $0.line) }
  }

  // MARK: - Walking

  private func collect(_ directory: RepositoryPath) throws(DVCError) {
    let children = try asking { () throws(IgnoreError) in
      try ignore.visibleChildren(of: directory)
    }
    var lock: RepositoryPath?
    var hasPipeline = false
    for child in children where child.entry != .directory && child.entry != .submodule {
      let path = directory.appending(child.name)
      if child.name.elementsEqual("dvc.lock".utf8) { lock = path }
      guard Self.walkEndings.match(child.name), Text(utf8: child.name).isDVCFileName else { continue }
      if child.entry == .symbolicLink,
        case .directory? = try reading({ () throws(TreeError) in try tree.target(of: path) })
      {
        continue
      }
      let isIgnored = try reading { () throws(TreeError) in try tree.isIgnoredByGit(path, isDirectory: false)
      }
      guard !isIgnored else { continue }
      files.append(read(path))
      hasPipeline = hasPipeline || path.name.elementsEqual("dvc.yaml".utf8)
    }
    if let lock, !hasPipeline { loneLocks.append(lock) }
    for child in children where child.entry == .directory {
      let path = directory.appending(child.name)
      guard !outputPaths.contains(path),
        try reading({ () throws(TreeError) in try tree.mayHold(Self.walkEndings, below: path) })
      else { continue }
      let isIgnored = try reading { () throws(TreeError) in try tree.isIgnoredByGit(path, isDirectory: true) }
      if !isIgnored { try collect(path) }
    }
  }

  private func read(_ path: RepositoryPath) -> File {
    var file = File(path)
    file.stages = Result { () throws(DVCError) in
      let entry = try reading { () throws(TreeError) in try tree.target(of: path) }
      guard case .file? = entry else { throw DVCError(path, .invalid, "this is not a regular file") }
      return path.name.elementsEqual("dvc.yaml".utf8) ? try pipeline(&file) : [try checked(pointer(&file))]
    }
    if case .success(let stages) = file.stages {
      for out in stages.flatMap(\.outs) {
        if case .inside(let path) = out.reference.location { outputPaths.insert(path) }
      }
    }
    return file
  }

  private func pointer(_ file: inout File) throws(DVCError) -> Stage {
    let pointer = try SingleStageFile(file.path, paths, loader)
    file.recorded = pointer.document
    let source = StageSource(
      file: file.path, name: nil, definition: pointer.document, position: nil, entry: nil, paths: paths,
      spelling: settings.spelling)
    return try loader.memory.stage(of: source) { () throws(DVCError) in try pointer.stage() }
  }

  /// DVC reads `dvc.yaml`, then `dvc.lock`, then the templates (DVC 3.67, `ProjectFile.stages` in `dvc/dvcfile.py`).
  private func pipeline(_ file: inout File) throws(DVCError) -> [Stage] {
    let path = file.path
    let document = Result { () throws(DVCError) in try loader.document(path, .pipelineFile) }
    let lock = Result { () throws(DVCError) in try lockFile(path.lockBeside) }
    if case .failure = document, case .failure(let error) = lock { file.lockError = error }
    if case .success(let lock) = lock { file.recorded = lock.stages }
    var pipeline = try PipelineFile(
      path, document.get(), lock: lock.get(), paths, tree, loader, settings.spelling)
    let named = pipeline.stages().map { item in
      let stage = Result { () throws(DVCError) in try checked(item.stage.get()) }
      return PipelineFile.NamedStage(name: item.name, isGroup: item.isGroup, stage: stage)
    }
    var stages: [Stage] = []
    do {
      for item in named { stages.append(try item.stage.get()) }
      try pipeline.resolveTopLevel()
      try addDatasets(of: pipeline)
    } catch {
      file.stagesApart = named
      throw error
    }
    file.named = pipeline.named
    let names = Set(stages.compactMap(\.name))
    file.orphans = pipeline.lock.stages.entries.compactMap { entry in
      entry.key.text.flatMap { names.contains($0) ? nil : ($0, entry.key.position) }
    }
    return stages
  }

  private func lockFile(_ path: RepositoryPath) throws(DVCError) -> LockFile {
    let isGitIgnored = try reading { () throws(TreeError) in try tree.isIgnoredByGit(path, isDirectory: false)
    }
    let exists = try reading { () throws(TreeError) in try tree.entry(at: path) } != nil
    let isIgnored = try asking { () throws(IgnoreError) in
      try ignore.isIgnored(path, isDirectory: false)
    }
    guard !isGitIgnored else {
      throw DVCError(path, .ignoredLock, "'\(path)' is ignored by Git: DVC needs it in the repository")
    }
    guard exists, !isIgnored else { return .empty }
    guard case .file? = try reading({ () throws(TreeError) in try tree.target(of: path) }) else {
      throw DVCError(path, .invalid, "this is not a regular file")
    }
    return try LockFile(path, loader)
  }

  private func addDatasets(of file: PipelineFile) throws(DVCError) {
    for specification in file.datasets {
      guard let name = specification["name"]?.text else { continue }
      let lock = file.lock.datasets?.list?.first { $0.map?["name"]?.text == name }
      datasets[name] = Dataset(specification: specification, lock: lock?.map)
    }
  }

  /// An output that `.dvcignore` matches makes DVC refuse the whole repository.
  private func checked(_ stage: Stage) throws(DVCError) -> Stage {
    for out in stage.outs {
      guard case .inside(let path) = out.reference.location, path.isInside(paths.projectRoot) else {
        continue
      }
      let entry = try reading { () throws(TreeError) in try tree.target(of: path) }
      let mayBeFile = entry != .directory
      let mayBeDirectory = entry == nil || entry == .directory
      let isIgnored = try asking { () throws(IgnoreError) in
        if mayBeFile, try ignore.isIgnored(path, isDirectory: false, skippingNested: false) { return true }
        guard mayBeDirectory else { return false }
        return try ignore.isIgnored(path, isDirectory: true, skippingNested: false)
      }
      if isIgnored {
        throw DVCError(
          stage.file, at: out.position, .path,
          "the output '\(out.reference.definition)' is ignored by .dvcignore")
      }
    }
    return stage
  }
}

/// What a repository's configuration changes in how it is judged.
public struct ProjectSettings: Sendable {
  let spelling: TemplateSpelling

  /// - Parameters:
  ///   - writesFalseAsNo: `parsing.bool` is `boolean_optional`.
  ///   - repeatsKeyInLists: `parsing.list` is `append`.
  public init(writesFalseAsNo: Bool = false, repeatsKeyInLists: Bool = false) {
    spelling = TemplateSpelling(writesFalseAsNo: writesFalseAsNo, repeatsKeyInLists: repeatsKeyInLists)
  }
}
