import DVC
import Disk
import Git
import Platform
import Policy
import Trees
import Values

/// Makes the subjects that policy judges of what Git and the disk hold.
final class Subjects {
  private let surroundings: Surroundings
  private let repository: Repository
  /// What was read of the commits before.
  private let documents: DocumentMemory
  private lazy var origins = OriginSearch(repository)
  private lazy var passes = PassSearch(repository)
  /// The subjects of commits that were asked for last: the parents of a range's commits are in it.
  private var recent: [(id: CommitID, subject: Subject)] = []

  /// - Parameter end: when to read no more files, in milliseconds of the monotonic clock.
  init(_ surroundings: Surroundings, until end: Int64 = .max) throws(Failure) {
    self.surroundings = surroundings
    documents = DocumentMemory { SystemClock.monotonicMilliseconds >= end }
    repository = try surroundings.repository()
  }

  // MARK: - What is about to be committed

  /// Whether anything is staged.
  func hasStaged() throws(Failure) -> Bool {
    let index = try index()
    do {
      return try !repository.changes(from: headTree(), to: index).isEmpty
    } catch {
      throw Failure(error)
    }
  }

  /// What `git commit` is about to write.
  /// - Parameter message: its message, once that is known.
  func staged(message: Text? = nil) throws(Failure) -> Subject {
    let index = try index()
    let subject = Subject(
      .staged, tree: index, message: message, reader: reader(index), workTree: try workTree(),
      dvcFiles: { () throws(JudgementError) in try self.dvcFiles(of: index) },
      changes: { () throws(JudgementError) in
        try askingForSubject { () throws(GitError) in try self.changesStaged(index) }
      },
      ancestry: { () throws(JudgementError) in try self.pendingAncestry() })
    subject.originSource = pendingOrigin
    subject.passSource = passSource { () throws(GitError) in try self.repository.pendingParents() }
    return subject
  }

  /// The files here and now.
  func workTreeSubject() throws(Failure) -> Subject {
    guard let root = repository.workTree, let source = try workTree() else {
      throw noWorkTree
    }
    let index = try index()
    let subject = Subject(
      .workTree, tree: source.tree, tracked: index, reader: reader(nil, workTree: root), workTree: source,
      roots: { () throws(JudgementError) in
        let roots = Set(try ProjectReader.roots(in: index)).union([.root])
        do throws(TreeError) {
          var here: [RepositoryPath] = []
          for root in roots
          where try source.tree.target(of: root.appending(Array(".dvc".utf8))) == .directory {
            here.append(root)
          }
          return here
        } catch {
          throw JudgementError.tree(error)
        }
      },
      dvcFiles: { () throws(JudgementError) in try self.dvcFiles(of: index) },
      changes: { () throws(JudgementError) in
        try askingForSubject { () throws(GitError) in try self.changesOnDisk(index, source.tree) }
      },
      ancestry: { () throws(JudgementError) in try self.pendingAncestry() })
    subject.originSource = pendingOrigin
    subject.passSource = passSource { () throws(GitError) in try self.repository.pendingParents() }
    return subject
  }

  /// Who brought what no commit need have yet.
  private var pendingOrigin: OriginSource {
    { (file, holds) throws(JudgementError) in
      let tips = try askingForSubject { () throws(GitError) in try self.repository.pendingParents() }
      return try self.origins.origin(from: tips, of: file, holds)
    }
  }

  /// The trees of the commits whose messages let a rule pass, as far as they come before these.
  private func passSource(
    from tips: @escaping () throws(GitError) -> [CommitID]
  ) -> PassSource {
    { (rule, origin) throws(JudgementError) in
      try askingForSubject { () throws(GitError) in
        guard let origin = ObjectID(hexadecimal: origin.utf8).map(CommitID.init) else { return [] }
        let commits = try self.passes.commits(passing: rule, from: try tips(), since: origin)
        var trees: [any FileTree] = []
        for commit in commits { trees.append(try self.repository.tree(of: commit)) }
        return trees
      }
    }
  }

  private func index() throws(Failure) -> ObjectTree {
    guard repository.workTree != nil else { throw noWorkTree }
    return try surroundings.index()
  }

  private var noWorkTree: Failure { Failure("this repository has no work tree: name a commit with --rev") }

  private func headTree() throws(GitError) -> ObjectTree {
    guard let head = try repository.head() else { return repository.emptyTree }
    return try repository.tree(of: head)
  }

  private func pendingAncestry() throws(JudgementError) -> Ancestry {
    let parents = try askingForSubject { () throws(GitError) in try repository.pendingParents() }
    return try ancestry(parents)
  }

  private func workTree() throws(Failure) -> WorkTreeSource? {
    guard let root = repository.workTree else { return nil }
    let tree = try surroundings.workTree(of: repository, at: root)
    return WorkTreeSource(
      tree: tree,
      cost: { (paths) throws(TreeError) in try HashingCost(of: paths, in: tree) },
      unstaged: { (paths) throws(JudgementError) in
        try askingForSubject { () throws(GitError) in
          let states = try self.repository.workTreeStates(of: paths)
          return zip(paths, states).filter { $0.1 == .modified || $0.1 == .deleted || $0.1 == .notInIndex }
            .map(\.0)
        }
      },
      running: { self.running(in: $0, below: root) })
  }

  /// What processes that are alive write now, by what DVC noted; a file that cannot be read names none.
  private func running(in project: RepositoryPath, below root: [UInt8]) -> [RunningWrite] {
    let file = [project.bytes, Array(".dvc/tmp/rwlock".utf8)].reduce(root) {
      $1.isEmpty ? $0 : FileSystem.join($0, $1)
    }
    do throws(SystemError) {
      return RunningWrite.read(try FileSystem.read(file, limit: 1 << 20), below: root)
        .filter { RunningProcess.exists($0.process) }
    } catch { return [] }
  }

  // MARK: - Commits

  /// A commit that exists.
  func commit(_ id: CommitID) throws(Failure) -> Subject {
    do { return try subject(of: id) } catch { throw Failure("\(error)") }
  }

  private func subject(of id: CommitID) throws(JudgementError) -> Subject {
    if let known = recent.first(where: { $0.id == id }) { return known.subject }
    let (commit, tree) = try askingForSubject { () throws(GitError) in
      (try repository.commit(id), try repository.tree(of: id))
    }
    let subject = Subject(
      .commit(id: Text(utf8: id.object.hexadecimal), subject: Text(utf8: commit.subject)), tree: tree,
      message: Text(utf8: commit.message), reader: reader(tree),
      dvcFiles: { () throws(JudgementError) in try self.dvcFiles(of: tree) },
      changes: { () throws(JudgementError) in
        try askingForSubject { () throws(GitError) in
          let parent = try commit.parents.first.map { id throws(GitError) in try self.repository.tree(of: id)
          }
          return try self.changes(
            from: parent ?? self.repository.emptyTree, to: tree, merging: commit.parents.dropFirst())
        }
      },
      ancestry: { () throws(JudgementError) in
        let isShallow = try askingForSubject { () throws(GitError) in try self.repository.isShallow() }
        guard commit.parents.isEmpty, isShallow else { return try self.ancestry(commit.parents) }
        return Ancestry(parents: [], isCutOff: true)
      })
    subject.identity = id.object.bytes
    subject.originSource = { (file, holds) throws(JudgementError) in
      try self.origins.origin(from: [id], of: file, holds)
    }
    subject.passSource = passSource { () throws(GitError) in commit.parents }
    subject.recordSource = { () throws(JudgementError) in
      try self.records().kept(of: id, parents: commit.parents)
    }
    if let parent = commit.parents.first {
      subject.predecessor = { [weak self] in self?.recent.first { $0.id == parent }?.subject }
    }
    // A commit's parents are judged beside it, and in a range they were the commits before.
    recent = [(id, subject)] + recent.prefix(7)
    for old in recent.dropFirst(2) { old.subject.forgetDocuments() }
    return subject
  }

  /// What a range of commits comes to: the tree of its last one beside what was there before. What was so where both
  /// parted, and was mended there since, is not the range's either.
  func result(_ head: CommitID, since base: CommitID) throws(Failure) -> Subject {
    do {
      let (commit, tree, old) = try askingForSubject { () throws(GitError) in
        (try repository.commit(head), try repository.tree(of: head), try repository.tree(of: base))
      }
      let subject = Subject(
        .commit(id: Text(utf8: head.object.hexadecimal), subject: Text(utf8: commit.subject)), tree: tree,
        reader: reader(tree),
        dvcFiles: { () throws(JudgementError) in try self.dvcFiles(of: tree) },
        changes: { () throws(JudgementError) in
          try askingForSubject { () throws(GitError) in try self.changes(from: old, to: tree, merging: []) }
        },
        ancestry: { () throws(JudgementError) in
          let fork = try askingForSubject { () throws(GitError) in
            try self.repository.mergeBase(of: base, head)
          }
          return try self.ancestry([base] + [fork].compactMap { $0 }.filter { $0 != base })
        })
      subject.originSource = { (file, holds) throws(JudgementError) in
        try self.origins.origin(from: [head], of: file, holds)
      }
      subject.passSource = passSource { () throws(GitError) in [head] }
      return subject
    } catch {
      throw Failure("\(error)")
    }
  }

  private var knownRecords: RecordRun?

  private func records() throws(JudgementError) -> RecordRun {
    if let knownRecords { return knownRecords }
    do throws(Failure) {
      let records = try RecordRun(surroundings)
      knownRecords = records
      return records
    } catch {
      throw .source(error.message)
    }
  }

  private func ancestry(_ parents: [CommitID]) throws(JudgementError) -> Ancestry {
    var subjects: [Subject] = []
    for parent in parents { subjects.append(try subject(of: parent)) }
    return Ancestry(parents: subjects)
  }

  // MARK: - Parts

  /// The pipelines, locks and pointers of a tree.
  private func dvcFiles(of tree: ObjectTree) throws(JudgementError) -> [RepositoryPath] {
    do {
      return try tree.files(endingWith: ["dvc.yaml", "dvc.lock", ".dvc"].map { Array($0.utf8) })
        .filter(\.isDVCFile)
    } catch {
      throw .tree(error)
    }
  }

  /// Reads DVC's repositories of a tree of Git, or of the work tree.
  private func reader(_ stored: ObjectTree?, workTree: [UInt8]? = nil) -> ProjectReader {
    let treeRoot = workTree ?? repository.workTree ?? repository.gitDirectory
    let (surroundings, documents) = (surroundings, documents)
    let settingsHere = { (root: RepositoryPath) throws(Failure) -> LoadedSettings in
      let paths = PathSpace(treeRoot: treeRoot, projectRoot: root)
      return try surroundings.settings(ofWorkTreeProject: paths.absolute(root))
    }
    let settings = { (root: RepositoryPath) throws(Failure) -> LoadedSettings in
      guard let stored else { return try settingsHere(root) }
      return try surroundings.settings(of: root, in: stored, treeRoot: treeRoot)
    }
    return ProjectReader(
      project: { (tree, root) throws(DVCError) in
        let loaded: LoadedSettings
        do throws(Failure) { loaded = try settings(root) } catch {
          // What is not here was not written wrongly by anybody.
          if let stored {
            do throws(TreeError) { _ = try surroundings.ownConfiguration(of: root, in: stored) } catch {
              throw DVCError(error)
            }
          }
          let file = LoadedSettings.file(of: root)
          throw DVCError(file: file, position: nil, kind: .invalid, message: error.message)
        }
        return try Project(
          tree: tree,
          paths: PathSpace(
            treeRoot: treeRoot, projectRoot: root, remoteURLs: loaded.remoteURLs),
          settings: loaded.projectSettings, memory: documents)
      },
      cache: { root in
        guard case .success(let loaded) = Result(catching: { () throws(Failure) in try settings(root) })
        else {
          // The same failure is told where the project is read.
          return nil
        }
        return CacheOnDisk(directory: loaded.cacheDirectory, hashes: surroundings.hashes) {
          surroundings.hasLackedObjects = true
        }
      },
      hasDefaultRemote: { [hasWorkTree = repository.workTree != nil] root in
        // What DVC is told to do, it does with the configuration that is here, staged or not.
        let read = hasWorkTree ? settingsHere : settings
        guard case .success(let loaded) = Result(catching: { () throws(Failure) in try read(root) }) else {
          // DVC stops at it, too, whatever it is told.
          return false
        }
        return loaded.configuration.coreRemote.flatMap(loaded.configuration.remote) != nil
      })
  }

  /// What differs from the first parent, and whether it came so from another one.
  private func changes(
    from first: ObjectTree, to new: ObjectTree, merging others: ArraySlice<CommitID>
  ) throws(GitError) -> [PathChange] {
    var changes = try repository.changes(from: first, to: new).map { change in
      switch change.kind {
      case .deleted: PathChange(change.path, .deleted)
      case .added: PathChange(change.path, .added, size: Self.size(of: change.path, in: new))
      case .modified: PathChange(change.path, .modified, size: Self.size(of: change.path, in: new))
      }
    }
    for other in others where !changes.isEmpty {
      let differing = Set(try repository.changes(from: repository.tree(of: other), to: new).map(\.path))
      for index in changes.indices where !differing.contains(changes[index].path) {
        changes[index].isMerged = true
      }
    }
    return changes
  }

  private func changesStaged(_ index: ObjectTree) throws(GitError) -> [PathChange] {
    try changes(from: headTree(), to: index, merging: repository.pendingParents().dropFirst())
  }

  private static func size(of path: RepositoryPath, in tree: ObjectTree) -> PathChange.Size {
    do { return try tree.storedSize(of: path).map { .bytes($0) } ?? .none } catch {
      switch error {
      case .notAvailable(_, let why), .unreadable(_, let why): return .unknown(why: why)
      }
    }
  }

  /// What the files on disk change since HEAD, as far as Git tracks them.
  private func changesOnDisk(_ index: ObjectTree, _ workTree: any FileTree) throws(GitError) -> [PathChange] {
    let staged = try changesStaged(index)
    let tracked: [RepositoryPath]
    do { tracked = try index.files(endingWith: [[]]) } catch { return staged }
    let states = try repository.workTreeStates(of: tracked)
    var changes = Dictionary(staged.map { ($0.path, $0) }) { $1 }
    for (path, state) in zip(tracked, states) {
      switch state {
      case .modified: changes[path] = PathChange(path, .modified, size: changes[path]?.size ?? .none)
      case .deleted: changes[path] = PathChange(path, .deleted)
      case .unchanged, .notInIndex, .undetermined: continue
      }
    }
    return changes.values.sorted { $0.path < $1.path }
  }
}

/// Runs a question to Git and turns its error into policy's.
func askingForSubject<Answer>(_ body: () throws(GitError) -> Answer) throws(JudgementError) -> Answer {
  do { return try body() } catch { throw .source("\(error)") }
}

extension HashingCost {
  /// The cost of what stands at paths of the work tree, directories with everything below.
  fileprivate init(of paths: [RepositoryPath], in tree: WorkTree) throws(TreeError) {
    var files: [RepositoryPath] = []
    var pending = paths
    while let path = pending.popLast() {
      switch try tree.target(of: path) {
      case .file?: files.append(path)
      case .directory?:
        for child in try tree.children(of: path) {
          let next = path.appending(child.name)
          switch child.entry {
          case .directory: pending.append(next)
          case .file: files.append(next)
          default: continue
          }
        }
      default: continue
      }
    }
    self.init(files: files.count, bytes: tree.bytesToRead(of: files, .md5))
  }
}
