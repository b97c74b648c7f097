import Platform
import Trees

/// A Git repository, read as Git itself would read it from a directory with an environment. Nothing is written.
///
/// One value is for one thread. The index is read once and then stays as it was.
public final class Repository {
  /// How a repository is read.
  public enum Reader: Hashable, Sendable {
    /// In this process.
    case libgit2
    /// Through the `git` command, because libgit2 cannot, or would read something else than Git.
    case command(reason: String)
  }

  /// How objects, refs and configuration are read.
  public let reader: Reader
  /// The Git directory: an absolute path. In a linked worktree, that worktree's own.
  public var gitDirectory: [UInt8] { backend.locations.gitDirectory }
  /// The Git directory that all worktrees of the repository share: an absolute path.
  public var commonDirectory: [UInt8] { backend.locations.commonDirectory }
  /// The root of the work tree: an absolute path; `nil` in a bare repository.
  public var workTree: [UInt8]? { backend.locations.workTree }
  /// Whether there is no work tree.
  public var isBare: Bool { workTree == nil }
  /// The directory that the repository was opened from, as a path in the work tree; `nil` when it is outside.
  public let prefix: RepositoryPath?

  let backend: any Backend
  let environment: ProcessEnvironment
  /// Whether a repository of somebody else is refused.
  let judgesOwner: Bool
  /// The environment of `git` commands on this repository.
  var commandEnvironment: ProcessEnvironment { judgesOwner ? environment : environment.trustingOwners() }
  let variables: Configuration
  let context: TreeContext
  let directory: [UInt8]
  private(set) lazy var shallowCommits = readShallowCommits()
  private lazy var snapshot = Result { () throws(GitError) -> IndexSnapshot in
    try IndexSnapshot(repository: self)
  }

  /// Opens as Git would from a directory.
  /// - Parameters:
  ///   - directory: where Git would be run.
  ///   - environment: `GIT_DIR`, `GIT_INDEX_FILE`, `GIT_WORK_TREE`, `GIT_OBJECT_DIRECTORY` and all others of
  ///     git(1) count.
  ///   - judgingOwner: whether a repository of somebody else is refused, as Git refuses it.
  /// - Throws: `noRepository`, in Git's own words, when Git finds or trusts none.
  public static func open(
    from directory: [UInt8], environment: ProcessEnvironment = .current(), judgingOwner: Bool = true
  ) throws(GitError) -> Repository {
    let place: [UInt8]
    do {
      place = try FileSystem.realPath(of: directory)
    } catch {
      throw .noRepository(directory: directory.text, why: error.reason)
    }
    let (backend, reader) = try BackendChoice(
      directory: place, environment: environment, judgingOwner: judgingOwner
    ).open()
    return try Repository(
      backend, reader, directory: place, environment: environment, judgingOwner: judgingOwner)
  }

  init(
    _ backend: any Backend, _ reader: Reader, directory: [UInt8], environment: ProcessEnvironment,
    judgingOwner: Bool
  ) throws(GitError) {
    self.backend = backend
    self.reader = reader
    self.directory = directory
    self.environment = environment
    judgesOwner = judgingOwner
    let files = ConfigurationFiles(locations: backend.locations, environment: environment)
    var variables: Configuration?
    if files.reasonForCommand == nil { variables = try backend.configuration() }
    // Conditions on the URLs of remotes are beyond libgit2 1.5.
    if let found = variables, found.hasRemoteConditions { variables = nil }
    if let variables {
      self.variables = variables
    } else {
      let command = try GitCommand(
        environment: judgingOwner ? environment : environment.trustingOwners(), directory: directory,
        purpose: "configuration")
      self.variables = Configuration(listing: try command.output(of: ["config", "--list", "-z"]))
    }
    context = try TreeContext(backend: backend, configuration: self.variables, environment: environment)
    let inside = backend.locations.workTree.flatMap {
      RepositoryPath(normalized: directory).relative(to: RepositoryPath(normalized: $0))
    }
    prefix = inside.map { RepositoryPath(normalized: $0) }
  }

  /// How many milliseconds a write of notes waits for others that hold their ref, or left its lock behind.
  public var notesPatience: Int64 = 10_000

  /// The largest blob that is read of a tree, in bytes; `nil` for any. Reading takes as much memory.
  public var largestBlob: Int? {
    get { context.largest }
    set { context.largest = newValue }
  }

  /// Where hashes are kept beyond this process; without one they are computed anew in each.
  public var digestStore: (any DigestStore)? {
    get { context.digests.store }
    set { context.digests.store = newValue }
  }

  /// How the index is read. Reads it.
  public func indexReader() throws(GitError) -> Reader { try snapshot.get().reader }

  /// The value of a configuration variable as Git sees it, included files and all; `nil` when it is not set.
  public func configuration(_ key: String) -> [UInt8]? { variables[key] }

  /// Whether objects may be missing because a remote promised them (partial clone, git-clone(1) `--filter`).
  public var isPartialClone: Bool { variables.isPartialClone }

  /// All values of a configuration variable, in the order in which Git reads them.
  public func configurationValues(_ key: String) -> [[UInt8]] { variables.values(of: key) }

  /// A configuration variable that is a path, as Git expands it: `~/` is the home directory, and a relative path is seen
  /// from the root of the work tree. `nil` when it is not set or empty.
  public func configurationPath(_ key: String) -> [UInt8]? {
    let home = GitDirectories(environment: environment)
    return variables[key].flatMap(home.expanded).map { FileSystem.join(workTree ?? gitDirectory, $0) }
  }

  /// A configuration variable read as Git reads a boolean; `nil` when it is not set or is no boolean.
  public func configurationFlag(_ key: String) -> Bool? { variables.boolean(key) }

  /// The commit that HEAD leads to; `nil` before the first one.
  public func head() throws(GitError) -> CommitID? { try backend.head().commit }

  /// The full name of the branch that is checked out (`refs/heads/…`); `nil` when HEAD is detached.
  public func headReference() throws(GitError) -> [UInt8]? { try backend.head().reference }

  /// The commit that a revision leads to (gitrevisions(7)).
  /// - Throws: `unknownRevision`, in Git's own words.
  public func resolve(_ revision: String) throws(GitError) -> CommitID {
    do {
      if let found = try backend.commit(Array(revision.utf8)) { return found }
      // Git knows more forms, and says best what is wrong.
      if let found = try command(for: "revision ‘\(revision)’").commit(Array(revision.utf8)) { return found }
    } catch .command(_, let why) {
      throw .unknownRevision(revision, why: why)
    }
    throw .unknownRevision(revision, why: "no such revision")
  }

  /// What the next commit would hold: the index, or what `GIT_INDEX_FILE` says is the index.
  /// - Throws: `conflicts` when paths are unmerged.
  public func index() throws(GitError) -> ObjectTree {
    ObjectTree(try snapshot.get().entries(), context: context)
  }

  /// A commit's files.
  public func tree(of commit: CommitID) throws(GitError) -> ObjectTree {
    ObjectTree(
      StoredTreeEntries(root: try self.commit(commit).tree, trees: context.trees), context: context)
  }

  /// The files of a commit, or of a tree that is no commit's, named by a revision (gitrevisions(7)).
  /// - Throws: `unknownRevision`, in Git's own words.
  public func tree(named revision: String) throws(GitError) -> ObjectTree {
    let unknown: GitError
    do { return try tree(of: resolve(revision)) } catch {
      guard case .unknownRevision = error else { throw error }
      unknown = error
    }
    do {
      if let root = try command(for: "revision ‘\(revision)’").tree(Array(revision.utf8)) {
        return ObjectTree(StoredTreeEntries(root: root, trees: context.trees), context: context)
      }
    } catch .command(_, _) {
      throw unknown
    }
    throw unknown
  }

  /// The tree without files: what a first commit is compared with.
  public var emptyTree: ObjectTree {
    ObjectTree(StoredTreeEntries(root: nil, trees: context.trees), context: context)
  }

  /// The index with what is only for comparing with the work tree.
  func indexSnapshot() throws(GitError) -> IndexSnapshot { try snapshot.get() }

  /// The `git` command on this repository, for what the chosen reader does not know.
  func command(for purpose: String) throws(GitError) -> CommandBackend {
    if let command = backend as? CommandBackend { return command }
    return try CommandBackend(
      command: GitCommand(environment: commandEnvironment, directory: directory, purpose: purpose))
  }

  /// A file of the Git directory; `nil` when there is none.
  func gitFile(_ name: String, in directory: [UInt8]) throws(GitError) -> [UInt8]? {
    let path = FileSystem.join(directory, Array(name.utf8))
    do {
      return try FileSystem.read(path, limit: 1 << 30)
    } catch  where error.isMissing {
      return nil
    } catch {
      throw .unreadable(path: path.text, why: error.reason)
    }
  }

  private func readShallowCommits() -> Result<Set<CommitID>, GitError> {
    Result { () throws(GitError) in
      let content: [UInt8]?
      if let path = environment[bytes: "GIT_SHALLOW_FILE"], !path.isEmpty {
        content = try gitFile("", in: FileSystem.join(directory, path))
      } else {
        content = try gitFile("shallow", in: commonDirectory)
      }
      return Set(
        (content ?? []).split(separator: 0x0A).compactMap { ObjectID(hexadecimal: $0) }.map(CommitID.init))
    }
  }
}
