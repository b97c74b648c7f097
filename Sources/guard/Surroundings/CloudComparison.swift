import DVC
import Disk
import Git
import Platform
import Remotes
import Transfer
import Trees
import Values

/// What `guard status --cloud` does: it compares the cache with a remote, for what the work tree uses and, when told
/// so, what commits use (DVC 3.67, `_cloud_status` in `dvc/repo/status.py`, `brancher` in `dvc/repo/brancher.py`).
struct CloudComparison {
  /// What is compared.
  struct Options {
    /// The remote that is asked in place of the default one.
    var remoteName: Text?
    var allBranches = false
    var allTags = false
    var allCommits = false
    /// How many questions are asked at once.
    var jobs: Int?
    var targets: [Text] = []
    var isRecursive = false
    var includesUpstream = false
  }

  /// What there is to print.
  struct Answer {
    let status: CloudStatus
    /// The remote as DVC names it; `nil` when none is configured.
    let remote: Text?
    let hasStages: Bool
  }

  private let surroundings: Surroundings
  private let options: Options
  private let remotes: OpenedRemotes

  init(_ surroundings: Surroundings, _ options: Options) {
    self.surroundings = surroundings
    self.options = options
    remotes = OpenedRemotes(surroundings.environment)
  }

  func answer() throws(Failure) -> Answer {
    let here = try surroundings.workTreeProject(looksForUpdates: false)
    var outputs = try used(by: here.project, here.settings)
    for id in try commits() { outputs += try used(by: id, here.project.paths) }
    let name = options.remoteName ?? here.settings.configuration.coreRemote
    // DVC's cache is the work tree's, also for what a commit uses.
    let cache = LocalCache(directory: here.settings.cacheDirectory, hashes: surroundings.hashes)
    let used = try comparing { () throws(CloudStatusError) in
      try UsedObjects(of: outputs, cache: cache, Effort(jobs: options.jobs ?? 32, seconds: Self.seconds))
    }
    for directory in used.unlisted {
      surroundings.warn("neither the cache nor the remote has the list of the files of '\(directory)'")
    }
    var status = CloudStatus()
    if !used.isEmpty {
      let remote = try asked(name, here.settings)
      status = try comparing { () throws(CloudStatusError) in
        try used.status(on: remote, hashes: surroundings.hashes, effort(on: remote))
      }
    }
    return Answer(status: status, remote: name, hasStages: !here.project.readableStages.isEmpty)
  }

  private func comparing<Result>(
    _ body: () throws(CloudStatusError) -> Result
  ) throws(Failure) -> Result {
    do { return try body() } catch { throw Failure(error) }
  }

  /// A server that stops to answer is given up long before.
  private static let seconds = 3600

  private func effort(on remote: OpenedRemote) -> Effort {
    Effort(jobs: options.jobs ?? remote.description.number("jobs") ?? 32, seconds: Self.seconds)
  }

  /// The remote that is asked.
  private func asked(_ name: Text?, _ settings: LoadedSettings) throws(Failure) -> OpenedRemote {
    guard let name else {
      throw Failure(
        settings.configuration.remotes.isEmpty
          ? "no DVC remote is configured: dvc remote add -d NAME URL"
          : "no default DVC remote is configured: dvc remote default NAME, or name one with -r")
    }
    guard let remote = settings.remoteDescription(name).map(remotes.open) else {
      throw Failure("there is no DVC remote '\(name)'")
    }
    guard !remote.keepsVersions else {
      throw Failure("the DVC remote '\(name)' keeps versions of files: dvc status --cloud does not know how")
    }
    return remote
  }

  // MARK: - Commits

  /// The commits that count beside the work tree, each once.
  private func commits() throws(Failure) -> [CommitID] {
    guard options.allBranches || options.allTags || options.allCommits else { return [] }
    let repository = try surroundings.repository()
    do throws(GitError) {
      var commits: [CommitID] = []
      if options.allCommits {
        commits = try everyCommit(of: repository)
      } else {
        if options.allBranches { commits += try repository.commits(under: Array("refs/heads/".utf8)) }
        if options.allTags { commits += try repository.commits(under: Array("refs/tags/".utf8)) }
      }
      var seen: Set<CommitID> = []
      return commits.filter { seen.insert($0).inserted }
    } catch {
      throw Failure(error)
    }
  }

  /// The newest first: of an object with two names the newest counts.
  private func everyCommit(of repository: Repository) throws(GitError) -> [CommitID] {
    var tips: [CommitID] = []
    if let head = try repository.head() { tips.append(head) }
    for prefix in ["refs/heads/", "refs/remotes/", "refs/tags/"] {
      tips += try repository.commits(under: Array(prefix.utf8))
    }
    var dated: [(id: CommitID, time: Int64)] = []
    for id in try repository.commits(reachableFrom: tips, notFrom: []).reversed() {
      dated.append((id, try repository.commit(id).committer.time))
    }
    // The sort of the standard library is stable: children stay before their parents of the same second.
    return dated.sorted { $0.time > $1.time }.map(\.id)
  }

  /// What a commit uses; nothing when it has no DVC repository at this place.
  private func used(by id: CommitID, _ paths: PathSpace) throws(Failure) -> [UsedOutput] {
    let repository = try surroundings.repository()
    let tree: ObjectTree
    do { tree = try repository.tree(of: id) } catch { throw Failure(error) }
    do throws(TreeError) {
      // Before the DVC repository was made there is none; DVC passes such a commit over.
      let place = try tree.entry(at: paths.projectRoot)
      guard paths.projectRoot.isRoot || place != nil else { return [] }
    } catch {
      throw Failure(error)
    }
    do throws(Failure) {
      let settings = try surroundings.settings(of: paths.projectRoot, in: tree, treeRoot: paths.treeRoot)
      let project = try surroundings.project(
        tree, treeRoot: paths.treeRoot, projectRoot: paths.projectRoot, settings)
      return try used(by: project, settings)
    } catch {
      throw Failure("commit \(String(id.description.prefix(12))): \(error.message)")
    }
  }

  // MARK: - Outputs

  /// The outputs that count in a DVC repository, of the stages that the targets name, or of all.
  private func used(by project: Project, _ settings: LoadedSettings) throws(Failure) -> [UsedOutput] {
    // DVC reads every file, whatever the targets are.
    let stages: [Stage]
    do { stages = try project.stages() } catch { throw Failure(error) }
    guard !options.targets.isEmpty else { return try used(by: stages, below: nil, project, settings) }
    var outputs: [UsedOutput] = []
    for target in options.targets {
      let selection: StatusTarget.Selection
      do throws(StatusTargetError) {
        selection = try StatusTarget(target).select(
          in: project, from: surroundings.directory, isRecursive: options.isRecursive,
          includesUpstream: options.includesUpstream, isDirectory: FileSystem.isDirectory)
      } catch {
        throw error.cause.map { Failure($0) } ?? Failure(error.message)
      }
      outputs += try used(by: selection.stages, below: selection.output, project, settings)
    }
    return outputs
  }

  private func used(
    by stages: [Stage], below path: RepositoryPath?, _ project: Project, _ settings: LoadedSettings
  ) throws(Failure) -> [UsedOutput] {
    let names = Names(paths: project.paths, directory: surroundings.directory)
    let pushed = PushedOutputs(of: stages)
    let isMeant = { (output: Output) in path.map { output.part(at: $0) != nil } ?? true }
    for (stage, output) in pushed.unrecorded where isMeant(output) {
      let name = names.display(output.reference)
      surroundings.warn("'\(name)' of \(names.address(of: stage)) is not recorded: it is left out")
    }
    if let (_, output) = pushed.unknown.first(where: { isMeant($0.output) }) {
      throw Failure("the hash of '\(names.display(output.reference))' is none that guard knows")
    }
    var used: [UsedOutput] = []
    for pushed in pushed.recorded where isMeant(pushed.output) {
      let name = names.display(pushed.output.reference)
      guard pushed.output.reference.isInRepository else {
        throw Failure("'\(name)' is outside of the DVC repository: dvc does not know where its data is")
      }
      let part = path.flatMap { pushed.output.part(at: $0) }.flatMap { $0.isEmpty ? nil : $0 }
      used.append(self.used(pushed, name, part, settings))
    }
    return used
  }

  private func used(
    _ output: PushedOutput, _ name: Text, _ part: Text?, _ settings: LoadedSettings
  ) -> UsedOutput {
    let source = (output.output.remote ?? options.remoteName ?? settings.configuration.coreRemote)
      .flatMap { settings.remoteDescription($0) }.map(remotes.open)
    guard let own = output.output.remote else {
      return UsedOutput(name: name, output: output, part: part, source: source)
    }
    let destination: UsedOutput.Destination =
      if let source {
        source.keepsVersions
          ? .unusable("the DVC remote '\(own)' of '\(name)' keeps versions of files: DVC refuses to compare")
          : .own
      } else {
        .unusable("there is no DVC remote '\(own)', which '\(name)' is pushed to")
      }
    return UsedOutput(name: name, output: output, part: part, destination: destination, source: source)
  }
}

extension Output {
  /// The path below the output's of a path that is the output's or inside it; `nil` for any other path.
  fileprivate func part(at path: RepositoryPath) -> Text? {
    guard case .inside(let own) = reference.location else { return nil }
    return path.relative(to: own).map { Text(utf8: $0) }
  }
}

extension Failure {
  /// Why cache and remote cannot be compared, and what to do.
  fileprivate init(_ error: CloudStatusError) {
    switch error {
    case .unasked(let remote, let count, let why):
      let objects = count == 1 ? "1 object" : "\(count) objects"
      self.init("the remote \(remote.label) could not be asked for \(objects): \(why)")
    case .unreadableCache(let error): self.init("\(error)")
    case .damagedList(let name):
      self.init("the list of the files of '\(name)' is damaged: take it from the remote again with dvc fetch")
    case .noDirectory(let name): self.init("'\(name)' is one file: there is nothing inside of it")
    case .refused(let why): self.init(why)
    }
  }
}
