import Hashing
import Trees
import Values

/// What `dvc status` says of a project (DVC 3.67, `Stage.status`, `Output.status`, `ParamsDependency.workspace_status`).
public final class PipelineStatus {
  /// What is looked at.
  public enum Scope {
    /// The work tree, with its cache, as `dvc status` does here and now.
    /// - Parameters:
    ///   - cache: DVC's cache.
    ///   - external: the machine's files below `/`, for paths outside the repository.
    ///   - imports: who knows the newest commits of the repositories that data was imported from; without
    ///     one they are not looked up (`--no-updates`).
    case workTree(cache: any ObjectCache, external: any FileTree, imports: (any ImportSource)?)
    /// A tree of Git, as if cloned afresh, with `dvc checkout` and the whole cache at hand.
    /// - Parameter checkouts: what is checked out: the project's outputs first, then those of other DVC
    ///   repositories that it reads from.
    case gitTree([Checkout])
  }

  private let project: Project
  private let hasWholeCache: Bool
  private let imports: (any ImportSource)?
  private let cache: (any ObjectCache)?
  private let hasher: PathHasher
  private let loader: DocumentLoader
  private var objectPresence: [CacheObject: Bool] = [:]

  /// The status of a project's tree.
  public init(of project: Project, _ scope: Scope) {
    self.project = project
    switch scope {
    case .workTree(let cache, let external, let imports):
      self.imports = imports
      hasWholeCache = false
      self.cache = cache
      hasher = PathHasher(project: project, tree: project.tree, external: external)
      loader = project.loader
    case .gitTree(let checkouts):
      imports = nil
      hasWholeCache = true
      cache = checkouts.first?.cache
      let tree = CheckedOutTree(base: project.tree, checkouts)
      hasher = PathHasher(project: project, tree: tree, external: nil)
      loader = DocumentLoader(tree: tree, memory: project.loader.memory)
    }
  }

  /// The status of these stages, in their order, clean ones included.
  /// - Parameters:
  ///   - stages: the stages to look at.
  ///   - filter: only outputs at this path or above it count; all when `nil`.
  /// - Throws: ``DVCError`` where DVC fails.
  public func evaluate(_ stages: [Stage], outputsAt filter: RepositoryPath? = nil) throws(DVCError)
    -> [StageStatus]
  {
    try prepare(stages)
    var result: [StageStatus] = []
    for stage in stages { result.append(try status(of: stage, filter)) }
    return result
  }

  /// The status of one stage.
  public func status(of stage: Stage, _ filter: RepositoryPath? = nil) throws(DVCError) -> StageStatus {
    var status = StageStatus(stage: stage)
    if stage.isFrozen, stage.name == nil, stage.outs.count == 1, stage.deps.count == 1,
      case .dataset = stage.deps[0].reference.location
    {
      throw DVCError(
        stage.file, at: stage.deps[0].position, .unsupported, "DVC cannot judge a frozen import of a dataset")
    }
    if !stage.isFrozen || (stage.isRepositoryImport && imports != nil) { try judge(stage.deps, &status) }
    for output in stage.outs where filter.map({ output.overlaps($0) }) ?? true {
      try judging(output.reference, output.position, &status) { status throws(DVCError) in
        if let change = try self.change(of: output) { status.outputs.append(change) }
      }
    }
    status.isAlwaysChanged = stage.isAlwaysChanged || stage.isCallback
    switch stage.record {
    case .none: break
    case .locked(let recorded, _):
      if let command = stage.command, !command.value.equals(recorded.value) {
        status.changedCommand = recorded
      }
    case .checksum(let recorded, let computed):
      let expected = computed.map { Value.string($0) } ?? .null
      status.hasChangedChecksum = !recorded.equals(expected)
    }
    return status
  }

  /// The status of a stage of which all but the parameters files is as it was when this one was found out.
  public func status(renewing former: StageStatus) throws(DVCError) -> StageStatus {
    var status = former
    // Parameters are the last of a stage's dependencies.
    status.dependencies.removeAll(where: \.dependency.isOfParameters)
    if !status.stage.isFrozen { try judge(status.stage.deps.filter(\.isOfParameters), &status) }
    return status
  }

  private func judge(_ dependencies: [Dependency], _ status: inout StageStatus) throws(DVCError) {
    for dependency in dependencies {
      try judging(dependency.reference, dependency.position, &status) { status throws(DVCError) in
        if let change = try self.change(of: dependency, in: status.stage) {
          status.dependencies.append(DependencyStatus(dependency: dependency, change: change))
        }
      }
    }
  }

  /// Takes what neither Git nor the cache can decide as "not checked", and lets every other error through.
  private func judging(
    _ reference: PathSpace.Reference, _ position: Position?, _ status: inout StageStatus,
    _ body: (inout StageStatus) throws(DVCError) -> Void
  ) throws(DVCError) {
    do { try body(&status) } catch {
      guard error.kind == .notAvailable else { throw error }
      status.notChecked.append(
        NotChecked(
          file: status.stage.file, stage: status.stage.name, path: reference.definition, why: error.message))
    }
  }

  /// Asks for all hashes and objects that are sure to be needed, many at once.
  private func prepare(_ stages: [Stage]) throws(DVCError) {
    var paths: [HashAlgorithm: [RepositoryPath]] = [:]
    var objects: Set<CacheObject> = []
    for stage in stages {
      for dependency in stage.deps where !stage.isFrozen {
        if case .data(let recorded) = dependency.kind, let algorithm = recorded.algorithm,
          recorded.value != nil,
          case .inside(let path) = dependency.reference.location
        {
          paths[algorithm, default: []].append(path)
        }
      }
      for output in stage.outs {
        if case .inside(let path) = output.reference.location, let algorithm = output.recorded.algorithm,
          output.recorded.value != nil, !(hasWholeCache && output.isCached)
        {
          paths[algorithm, default: []].append(path)
        }
        if output.isCached, !output.recorded.isDirectory, let object = output.recorded.object {
          objects.insert(object)
        }
      }
    }
    for (algorithm, paths) in paths { hasher.prepare(paths, algorithm) }
    if !hasWholeCache { try lookUp(Array(objects)) }
  }

  // MARK: - Dependencies

  private func change(
    of dependency: Dependency, in stage: Stage
  ) throws(DVCError) -> DependencyStatus.Kind? {
    let location = dependency.reference.location
    switch dependency.kind {
    case .data(let recorded):
      switch location {
      case .url(let scheme):
        throw DVCError(stage.file, at: dependency.position, .notAvailable, "it is on a server (\(scheme))")
      // Of a `.dvc` file, which records none.
      case .dataset: return try change(ofDataset: dependency, recorded: Mapping(), in: stage)
      default: return try change(of: location, recorded, stage, dependency.position)
      }
    case .parameters(let keys, let recorded):
      return try change(ofParameters: dependency, keys, recorded)
    case .dataset(let recorded): return try change(ofDataset: dependency, recorded: recorded, in: stage)
    case .repository(let url, let revision, let locked):
      guard let imports else {
        throw DVCError(
          stage.file, at: dependency.position, .notAvailable, "it comes from another repository (\(url))")
      }
      let current: Text
      do throws(ImportSourceError) { current = try imports.commit(of: revision, in: url) } catch {
        switch error {
        case .unreachable(let why):
          throw DVCError(stage.file, at: dependency.position, .unreadable, "\(url): \(why)")
        case .unknownRevision(let name):
          let message = "whether \(url) has a newer '\(name)' can only be told from a clone of it"
          throw DVCError(stage.file, at: dependency.position, .notAvailable, message)
        }
      }
      return locked == nil || locked == current ? nil : .path(.updateAvailable, current: current)
    case .database:
      throw DVCError(
        stage.file, at: dependency.position, .unsupported,
        "DVC cannot judge an import of a database that is not frozen")
    }
  }

  private func change(
    ofDataset dependency: Dependency, recorded: Mapping, in stage: Stage
  ) throws(DVCError) -> DependencyStatus.Kind? {
    guard case .dataset(let name) = dependency.reference.location, let dataset = project.datasets[name] else {
      throw DVCError(stage.file, at: dependency.position, .path, "no dataset of that name is in 'datasets'")
    }
    return dataset.change(recorded: recorded).map { .path($0, current: dataset.spelling) }
  }

  private func change(
    of location: PathSpace.Location, _ recorded: RecordedHash, _ stage: Stage, _ position: Position?
  ) throws(DVCError) -> DependencyStatus.Kind? {
    guard try reading({ () throws(TreeError) in try hasher.exists(location) }) else {
      return .path(.deleted, current: nil)
    }
    if let refusal = recorded.refusal, !refusal.isOfCache { throw refusal.error }
    guard let algorithm = recorded.algorithm else { return .path(.modified, current: nil) }
    let current: Text
    do { current = try hasher.hash(of: location, algorithm).value } catch {
      guard error.kind == .notAvailable else { throw error }
      // What is not recorded differs from whatever is there, and an output that is recorded with the very
      // letters of the dependency is what the dependency was, by whichever algorithm.
      guard let value = recorded.value else { return .path(.modified, current: nil) }
      guard try hasher.recordedHash(at: location) == value else { throw error }
      return nil
    }
    return current == recorded.value ? nil : .path(.modified, current: current)
  }

  private func change(
    ofParameters dependency: Dependency, _ keys: [Node], _ recorded: Mapping?
  ) throws(DVCError) -> DependencyStatus.Kind? {
    let location = dependency.reference.location
    guard try reading({ () throws(TreeError) in try hasher.exists(location) }) else {
      return .path(.deleted, current: nil)
    }
    guard let recorded else { return .path(.new, current: nil) }
    let document = try parameters(at: location, dependency.reference)
    let changes = try ParameterComparison(document: document, recorded: recorded).changes(declared: keys)
    return changes.isEmpty ? nil : .parameters(changes)
  }

  private func parameters(
    at location: PathSpace.Location, _ reference: PathSpace.Reference
  ) throws(DVCError) -> Node {
    switch location {
    case .inside(let path):
      if try reading({ () throws(TreeError) in try hasher.isDirectory(location) }) {
        throw DVCError(path, .path, "it is a directory, not a parameters file")
      }
      return try loader.parameters(path)
    case .outside(let path):
      let (files, inside) = try reading { () throws(TreeError) in try hasher.outside(path) }
      return try DocumentLoader(tree: files, memory: DocumentMemory()).parameters(inside)
    case .url(let scheme):
      throw DVCError(.root, .notAvailable, "it is on a server (\(scheme))")
    case .dataset:
      throw DVCError(.root, .unsupported, "'\(reference.definition)' is not a parameters file")
    }
  }

  // MARK: - Outputs

  private func change(of output: Output) throws(DVCError) -> OutputStatus? {
    let location = output.reference.location
    let recorded = output.recorded
    if case .url(let scheme) = location {
      throw DVCError(.root, .notAvailable, "it is on a server (\(scheme))")
    }
    if output.isCached, recorded.value != nil {
      guard output.reference.isInRepository else {
        throw DVCError(
          .root, .unsupported,
          "DVC cannot keep '\(output.reference.definition)', outside the repository, in its cache")
      }
      if let refusal = recorded.refusal, refusal.isOfCache { throw refusal.error }
      guard try isInCache(recorded, output, location) else {
        return OutputStatus(output: output, change: .notInCache, current: nil)
      }
      if hasWholeCache, !recorded.isDirectory {
        // A checkout puts exactly this there, unless another stage has the same output and comes later.
        if let winner = try hasher.recordedHash(at: location) {
          return winner == recorded.value
            ? nil : OutputStatus(output: output, change: .modified, current: winner)
        }
      }
    }
    guard try reading({ () throws(TreeError) in try hasher.exists(location) }) else {
      return OutputStatus(output: output, change: .deleted, current: nil)
    }
    if let refusal = recorded.refusal, !refusal.isOfCache { throw refusal.error }
    guard recorded.value != nil, let algorithm = recorded.algorithm else {
      if hasWholeCache, output.isCached, recorded.value == nil, try hasher.recordedHash(at: location) == nil,
        try isInCache(location)
      {
        return OutputStatus(output: output, change: .deleted, current: nil)
      }
      try hasher.refuseUnhashable(location)
      return OutputStatus(output: output, change: .modified, current: nil)
    }
    let current = try hasher.hash(of: location, algorithm).value
    return current == recorded.value ? nil : OutputStatus(output: output, change: .modified, current: current)
  }

  /// Whether the cache holds what Git has at the place of an output without a record: then a checkout takes
  /// it away, because nothing is lost by it. Of a directory the files count, and not its list (DVC 3.67,
  /// `_check_can_delete` in `dvc/repo/checkout.py`).
  private func isInCache(_ location: PathSpace.Location) throws(DVCError) -> Bool {
    let hash = try hasher.hash(of: location, .md5)
    let files = hash.manifest?.objects(.md5) ?? [CacheObject(id: hash.value.utf8, isLegacy: false)]
    return files.isEmpty ? false : try isPresent(files)
  }

  /// Whether the cache holds an output whole: for a directory its list and every file on it.
  private func isInCache(
    _ recorded: RecordedHash, _ output: Output, _ location: PathSpace.Location
  ) throws(DVCError) -> Bool {
    if hasWholeCache { return recorded.isObjectID }
    guard let cache, let object = recorded.object else { return false }
    guard recorded.isDirectory else { return try isPresent([object]) }
    // The next question will be for the directory itself, and the cache is asked while it is looked at.
    let algorithm = output.files == nil ? recorded.algorithm : nil
    if let algorithm { hasher.beginRecall(location, algorithm) }
    guard let files = try files(of: output, object) else { return false }
    // Not remembered: the files of a directory are many, and rarely asked for again.
    let presence = cache.beginLookUp(of: files)
    if let algorithm { hasher.prepare(location, algorithm) }
    return try lookingUp(presence).allSatisfy { $0 }
  }

  /// The objects of the files in a directory that was recorded; `nil` when the cache has no list of them.
  private func files(of output: Output, _ list: CacheObject) throws(DVCError) -> [CacheObject]? {
    // The list has to be there, too, where the files stand beside the hash (dvc-data 3.18, `check`).
    if let files = output.files { return files.objects(list.algorithm) + [list] }
    guard let cache, try isPresent([list]),
      let bytes = try lookingUp({ () throws(ObjectCacheError) in try cache.contents(of: list) })
    else { return nil }
    return ManifestList.objects(in: bytes, list.algorithm)
  }

  private func isPresent(_ objects: [CacheObject]) throws(DVCError) -> Bool {
    try lookUp(objects.filter { objectPresence[$0] == nil })
    return objects.allSatisfy { objectPresence[$0] == true }
  }

  private func lookUp(_ objects: [CacheObject]) throws(DVCError) {
    guard let cache, !objects.isEmpty else { return }
    let presence = try lookingUp { () throws(ObjectCacheError) in try cache.presence(of: objects) }
    for (object, isPresent) in zip(objects, presence) {
      objectPresence[object] = isPresent
    }
  }
}

extension Output {
  /// Whether the output is at a path or above it.
  fileprivate func overlaps(_ path: RepositoryPath) -> Bool {
    guard case .inside(let own) = reference.location else { return false }
    return path.isInside(own)
  }
}
