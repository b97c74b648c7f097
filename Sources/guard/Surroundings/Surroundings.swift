import DVC
import Disk
import Git
import Hashing
import Platform
import Policy
import Reports
import Trees
import Values

/// What a command finds around it: the directory, the Git repository, the caches.
final class Surroundings {
  /// Where the command runs: absolute.
  let directory: [UInt8]
  let environment: ProcessEnvironment
  /// Whether a line may say how far something is.
  let showsProgress: Bool
  /// Whether this is a gate for what others propose: who owns the directory does not matter there (a container runs
  /// jobs as another user), and nothing that the repository holds says whom to trust.
  let isGate: Bool
  private let isVerbose: Bool
  /// The settings of DVC repositories in trees of Git that were asked for before.
  var knownSettings: [TreeSettings: LoadedSettings] = [:]

  init(_ options: GlobalOptions, isGate: Bool = false) throws(Failure) {
    self.isGate = isGate
    var environment = ProcessEnvironment.current()
    // Who pushes a ref of refs/replace/ would say what everybody reads in place of what is judged.
    if isGate { environment["GIT_NO_REPLACE_OBJECTS"] = "1" }
    self.environment = environment
    isVerbose = options.verbose
    showsProgress = !options.noProgress
    do {
      var directory = try FileSystem.currentDirectory()
      for path in options.directories {
        directory = try FileSystem.realPath(of: FileSystem.join(directory, Array(path.utf8)))
      }
      self.directory = directory
    } catch {
      throw Failure(error)
    }
  }

  /// A line for `-v`.
  func note(_ line: String) {
    guard isVerbose else { return }
    warn(line)
  }

  /// A line on standard error.
  func warn(_ line: String) {
    // Nobody is left to tell when standard error itself is gone.
    try? StandardStream.error.write("guard: \(RecordWords.shownLines(line))\n")
  }

  // MARK: - Git

  private lazy var opened = Result { () throws(GitError) -> Repository in
    let repository = try Repository.open(
      from: directory, environment: environment, judgingOwner: !isGate)
    if case .command(let reason) = repository.reader { note("reading through the git command: \(reason)") }
    // Who pushes is not to say how much memory that takes.
    if isGate { repository.largestBlob = 1 << 28 }
    let file = FileSystem.join(repository.commonDirectory, Array("guard/hashes.db".utf8))
    let hashes = HashCache(file: file) { [self] in note($0) }
    repository.digestStore = StoredDigests(hashes)
    self.hashes = hashes
    return repository
  }

  /// The Git repository around the directory.
  func repository() throws(Failure) -> Repository {
    do { return try opened.get() } catch { throw Failure(error) }
  }

  /// An answer of the repository's, or why there is none.
  func asking<Answer>(_ body: (Repository) throws(GitError) -> Answer) throws(Failure) -> Answer {
    let repository = try repository()
    do { return try body(repository) } catch { throw Failure(error) }
  }

  /// The way from the person's directory to the root of the work tree: `../..`, or nothing. Git runs a hook at
  /// the root, and says in `GIT_PREFIX` where it was called.
  var wayToRoot: String {
    var depth = 0
    if case .success(let repository) = opened, let prefix = repository.prefix {
      depth = prefix.components.count
    }
    if depth == 0, let called = environment[bytes: "GIT_PREFIX"] {
      depth = called.split(separator: UInt8(ascii: "/")).count
    }
    return Array(repeating: "..", count: depth).joined(separator: "/")
  }

  /// Whether Git is making a commit of named files only: then the index of the hook is one of its own (Git 2.39,
  /// `prepare_index` in `builtin/commit.c`).
  var takesNamedFilesOnly: Bool {
    let index = environment[bytes: "GIT_INDEX_FILE"]?.split(separator: UInt8(ascii: "/")).last
    return index?.starts(with: "next-index-".utf8) ?? false
  }

  /// What the next commit would hold.
  func index() throws(Failure) -> ObjectTree {
    let repository = try repository()
    do {
      let tree = try repository.index()
      if case .command(let reason) = try repository.indexReader(), repository.reader == .libgit2 {
        note("reading the index through the git command: \(reason)")
      }
      return tree
    } catch {
      if case .conflicts(let paths) = error { throw Failure(conflicts: paths, wayToRoot: wayToRoot) }
      throw Failure(error)
    }
  }

  /// Why a command cannot judge. In a workflow a partial clone is not mended but made otherwise.
  func failure(_ error: JudgementError) -> Failure {
    guard isGate, case .tree(.notAvailable) = error, case .success(let repository) = opened,
      repository.isPartialClone, repository.hasLackedContent
    else { return Failure("\(error)") }
    return Failure("\(error)", advice: "clone without --filter")
  }

  /// The hashes of files and blobs that were computed before, kept under the Git directory; `nil` without one.
  private(set) var hashes: HashCache?

  /// The commits in which nothing was found before; `nil` where none are kept.
  private(set) lazy var verdicts: VerdictMemory? = {
    guard case .success(let repository) = opened else { return nil }
    return VerdictMemory(self, repository)
  }()

  /// Whether the cache was asked for something that it does not have.
  var hasLackedObjects = false

  /// Whether something was asked for that is not here and may come.
  var hasLackedContent: Bool {
    if case .success(let repository) = opened {
      repository.hasLackedContent || hasLackedObjects
    } else {
      true
    }
  }
}

/// Git's side of the hash cache.
private final class StoredDigests: DigestStore {
  private let hashes: HashCache

  init(_ hashes: HashCache) { self.hashes = hashes }

  func digests(for keys: [[UInt8]]) -> [MD5Digest?] { hashes.digests(ofObjects: keys) }

  func keep(_ digests: [(key: [UInt8], digest: MD5Digest)]) {
    hashes.store(objects: digests.map { ($0.key, $0.digest) })
  }
}

extension [UInt8] {
  /// An absolute path and the directories above it, up to `/`.
  var directoriesUpward: [[UInt8]] {
    var paths: [[UInt8]] = [self]
    while let slash = paths[paths.count - 1].lastIndex(of: UInt8(ascii: "/")),
      paths[paths.count - 1].count > 1
    {
      paths.append(slash == 0 ? [UInt8(ascii: "/")] : Array(paths[paths.count - 1][..<slash]))
    }
    return paths
  }
}

extension Surroundings {
  /// Runs the work of a command that looks around it.
  static func running(
    _ options: GlobalOptions, isGate: Bool = false, _ body: (Surroundings) throws(Failure) -> ExitStatus
  ) throws {
    try ExitStatus.ending { () throws(Failure) in
      let surroundings = try Surroundings(options, isGate: isGate)
      defer { surroundings.hashes?.save() }
      return try body(surroundings)
    }
  }
}
