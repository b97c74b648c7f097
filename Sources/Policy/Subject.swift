import DVC
import Trees
import Values

/// What is judged: the tree of a commit, or of one that is about to be made, with what lies around it.
///
/// Everything but the tree is asked for only when a rule needs it, so that a commit that passes never pays
/// for its parents.
public final class Subject {
  /// What the tree is of.
  public enum Kind: Hashable, Sendable {
    /// The index: what `git commit` is about to write.
    case staged
    /// The files here and now, as if all of them were committed.
    case workTree
    /// A commit that exists, with its letters and the first line of its message.
    case commit(id: Text, subject: Text)
  }

  /// What the tree is of.
  public let kind: Kind
  /// The tree.
  public let tree: any FileTree
  /// What Git tracks: the tree itself, but beside a work tree the index.
  public let tracked: any FileTree
  /// The files on disk beside what is about to be committed; `nil` for a commit that exists.
  public let workTree: WorkTreeSource?
  /// The message of a commit that exists, or is known of one that is being made; it may waive findings.
  public let message: Text?
  /// What policy sets for the rules.
  public internal(set) var policy = Policy()
  /// Whether the messages of commits may let a rule pass.
  var believesMessages = true
  let reader: ProjectReader
  /// What a push of it would leave behind: outputs whose data is not on their remotes; nothing when the remotes
  /// were not asked.
  public var unpushedSource: (() throws(JudgementError) -> [UnpushedOutput])?
  /// What is kept of the commit's run record; nothing where there is no commit yet.
  public var recordSource: (() throws(JudgementError) -> CommitRecord)?
  private var knownRecord: CommitRecord?
  /// The commit's runs at a tracking server; nothing when no server was asked.
  public var linkedRunSource: (() throws(JudgementError) -> [LinkedRun])?
  /// The commit's id in bytes, where the subject is that commit beside its parents and nothing else.
  public var identity: [UInt8]?
  /// Looks for who brought something; nothing where there is no history to look into.
  public var originSource: OriginSource?
  /// The commits before whose messages let a rule pass; nothing where there is no history to look into.
  public var passSource: PassSource?
  /// The first parent, where it was judged already.
  public var predecessor: (() -> Subject?)?
  /// DVC repositories of the tree that are not judged here.
  private let neighbours: [JudgedProject]
  private let rootSource: Lazily<[RepositoryPath]>
  private let changeSource: Lazily<[PathChange]>
  private let ancestrySource: Lazily<Ancestry>
  let dvcFileSource: Lazily<[RepositoryPath]>
  private var known: [JudgedProject]?
  private var knownStages: [JudgedStage]?
  private var knownMissing: [MissingRoot]?
  /// What rules could not judge.
  private(set) var notes: [Unjudged] = []

  /// - Parameters:
  ///   - neighbours: DVC repositories of the tree that are not to be judged.
  ///   - roots: the directories that hold a `.dvc` directory, found by walking the tree when `nil`.
  ///   - dvcFiles: the pipelines, locks and pointers that Git tracks, found by walking the tree when `nil`.
  ///   - changes: what differs from the first parent; from nothing for a root commit.
  ///   - ancestry: the parents.
  public init(
    _ kind: Kind, tree: any FileTree, tracked: (any FileTree)? = nil, message: Text? = nil,
    reader: ProjectReader,
    workTree: WorkTreeSource? = nil,
    neighbours: [JudgedProject] = [],
    roots: (() throws(JudgementError) -> [RepositoryPath])? = nil,
    dvcFiles: (() throws(JudgementError) -> [RepositoryPath])? = nil,
    changes: @escaping () throws(JudgementError) -> [PathChange],
    ancestry: @escaping () throws(JudgementError) -> Ancestry
  ) {
    self.kind = kind
    self.tree = tree
    self.tracked = tracked ?? tree
    self.message = message
    self.reader = reader
    self.workTree = workTree
    self.neighbours = neighbours
    if let roots {
      rootSource = Lazily(roots)
    } else {
      rootSource = Lazily { () throws(JudgementError) in try ProjectReader.roots(in: tree) }
    }
    if let dvcFiles {
      dvcFileSource = Lazily(dvcFiles)
    } else {
      let known = tracked ?? tree
      dvcFileSource = Lazily { () throws(JudgementError) in try ProjectReader.dvcFiles(in: known) }
    }
    changeSource = Lazily(changes)
    ancestrySource = Lazily(ancestry)
  }

  /// The DVC repositories in the tree, outer ones first.
  public func projects() throws(JudgementError) -> [JudgedProject] {
    if let known { return known }
    if let unchanged = try unchangedProjects() {
      known = unchanged
      return unchanged
    }
    let projects = try rootSource.value().sorted().map { root in
      JudgedProject(root: root, tree: tree, reader: reader) { [weak self] in
        (self?.known ?? []).filter { $0.root != root } + (self?.neighbours ?? [])
      }
    }
    if let former = try formerProject(of: projects) { projects.first?.former = former }
    known = projects
    return projects
  }

  /// Lets go of documents that were read, when it is hardly asked any more.
  public func forgetDocuments() { for project in known ?? [] { project.forgetDocuments() } }

  /// Whether there are DVC repositories of the tree that are not judged here.
  var hasNeighbours: Bool { !neighbours.isEmpty }

  /// The DVC repositories, if somebody asked for them.
  var knownProjects: [JudgedProject]? { known }

  /// Where files of DVC's stand and their repository is not in the tree.
  func missingRoots() throws(JudgementError) -> [MissingRoot] {
    if let knownMissing { return knownMissing }
    let missing = try findMissingRoots()
    knownMissing = missing
    return missing
  }

  /// What differs from the first parent.
  public func changes() throws(JudgementError) -> [PathChange] { try changeSource.value() }

  /// The parents.
  public func ancestry() throws(JudgementError) -> Ancestry { try ancestrySource.value() }

  /// The stages that could be judged, with what DVC says of them.
  func stages() throws(JudgementError) -> [JudgedStage] {
    if let knownStages { return knownStages }
    var stages: [JudgedStage] = []
    for project in try projects() { stages += project.judgedStages }
    knownStages = stages
    return stages
  }

  /// Outputs whose data is not on their remotes; none when nobody asked the remotes.
  func unpushed() throws(JudgementError) -> [UnpushedOutput] { try unpushedSource?() ?? [] }

  /// What is kept of the commit's run record; `nil` where nobody can know.
  func record() throws(JudgementError) -> CommitRecord? {
    if let knownRecord { return knownRecord }
    knownRecord = try recordSource?()
    return knownRecord
  }

  /// The commit's runs at a tracking server; none when nobody asked one.
  func linkedRuns() throws(JudgementError) -> [LinkedRun] { try linkedRunSource?() ?? [] }

  /// Whether what the rules of a scope look at was given: remotes and servers are asked only on demand.
  func has(_ scope: Rule.Scope) -> Bool {
    switch scope {
    case .state, .change: true
    case .remote: unpushedSource != nil
    case .record: recordSource != nil
    case .server: linkedRunSource != nil
    case .message: message != nil
    }
  }

  /// Takes down what a rule could not judge.
  func note(_ unjudged: Unjudged) { if !notes.contains(unjudged) { notes.append(unjudged) } }

  /// A file's bytes for a rule that looks into it; `nil` where they are not here, which is taken down.
  func available(_ file: RepositoryPath) throws(JudgementError) -> [UInt8]? {
    do { return try tree.contents(of: file) } catch {
      guard case .notAvailable(let path, let why) = error else { throw .tree(error) }
      note(Unjudged(what: "\(file)", why: path == file ? why : "\(path): \(why)"))
      return nil
    }
  }

  /// Takes down that a parent cannot be judged, and so cannot be compared with.
  /// - Returns: whether that is so.
  func note(_ what: String, unjudgedIn parent: [JudgedProject]) -> Bool {
    guard let unjudged = parent.flatMap(\.evaluation.unjudged).first(where: \.isFatal) else { return false }
    note(Unjudged(what: what, why: "of a parent \(unjudged.what) cannot be judged (\(unjudged.why))"))
    return true
  }

  /// Whether the commit exists, so that its results do too.
  public var isCommit: Bool { if case .commit = kind { true } else { false } }
}

/// The parents of a commit.
public struct Ancestry {
  /// Those that can be judged.
  public let parents: [Subject]
  /// Whether there are, or may be, others beyond the boundary of a shallow clone.
  public let isCutOff: Bool

  /// The parents of a commit; none for a root commit.
  public init(parents: [Subject], isCutOff: Bool = false) {
    self.parents = parents
    self.isCutOff = isCutOff
  }
}

/// A path that differs from the first parent.
public struct PathChange: Hashable, Sendable {
  /// How it differs.
  public enum Kind: Hashable, Sendable { case added, modified, deleted }

  /// How large a file is.
  public enum Size: Hashable, Sendable {
    /// So many bytes.
    case bytes(Int)
    /// It is not here, or cannot be read.
    case unknown(why: String)
    /// It is no regular file, or gone.
    case none
  }

  /// The path.
  public let path: RepositoryPath
  /// How it differs.
  public let kind: Kind
  /// How large what Git stores of a regular file is.
  public let size: Size
  /// Whether another parent of a merge has the path as it is here: the merge only takes it over.
  public var isMerged = false

  /// A path that differs.
  public init(_ path: RepositoryPath, _ kind: Kind, size: Size = .none) {
    self.path = path
    self.kind = kind
    self.size = size
  }
}

/// The files on disk.
public struct WorkTreeSource {
  /// The work tree.
  public let tree: any FileTree
  /// What it would cost to hash what stands at these paths, directories with everything below; what a cache
  /// of hashes knows costs nothing.
  public let cost: ([RepositoryPath]) throws(TreeError) -> HashingCost
  /// Which of these files are not what is staged, as Git judges it; compared by their hashes when `nil`.
  public let unstaged: (([RepositoryPath]) throws(JudgementError) -> [RepositoryPath])?

  /// What DVC writes now in the repository at a root: half of it may be there.
  public let running: (RepositoryPath) -> [RunningWrite]

  /// The files on disk, and what hashing them costs.
  public init(
    tree: any FileTree, cost: @escaping ([RepositoryPath]) throws(TreeError) -> HashingCost,
    unstaged: (([RepositoryPath]) throws(JudgementError) -> [RepositoryPath])? = nil,
    running: @escaping (RepositoryPath) -> [RunningWrite] = { _ in [] }
  ) {
    self.tree = tree
    self.cost = cost
    self.unstaged = unstaged
    self.running = running
  }
}

/// What it would cost to hash something.
public struct HashingCost: Hashable, Sendable {
  /// How many files would be looked at.
  public var files: Int
  /// How many bytes would be read.
  public var bytes: Int

  /// A cost.
  public init(files: Int, bytes: Int) {
    self.files = files
    self.bytes = bytes
  }
}
