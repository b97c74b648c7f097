import DVC
import Hashing
import Reports
import Trees
import Values

@testable import Policy

/// A repository in memory: what is staged, what lies in the work tree, and the commits before.
struct Repository {
  var files: [RepositoryPath: InMemoryTree.Item] = [
    ".dvc/config": .file([]), "requirements.txt": .file([]),
  ]
  /// What the work tree has otherwise; `nil` for what is not there.
  var workTree: [RepositoryPath: String?] = [:]
  var ignored: Set<RepositoryPath> = []
  /// What the work tree's `.gitignore` covers.
  var ignoredInWorkTree: Set<RepositoryPath> = []
  var sizes: [RepositoryPath: Int] = [:]
  /// What DVC writes now.
  var running: [RunningWrite] = []
  /// The objects that DVC's cache holds, by their names; `nil` where there is no cache.
  var cached: [Text: String]?
  /// Whether DVC has a default remote.
  var hasRemote = false
  var message: Text?

  /// A pipeline of one stage whose lock says the truth.
  static func training() -> Repository {
    var repository = Repository()
    repository["train.py"] = "print('training')\n"
    repository["params.yaml"] = "lr: 0.01\nepochs: 3\n"
    repository["metrics.json"] = "{\"auc\": 0.9}\n"
    repository["dvc.yaml"] = """
      stages:
        train:
          cmd: python train.py
          deps:
            - train.py
          params:
            - lr
            - epochs
          outs:
            - model.pkl
          metrics:
            - metrics.json:
                cache: false

      """
    repository.lock(train: "train.py", lr: "0.01")
    repository.ignored = ["model.pkl"]
    return repository
  }

  /// Writes the lock of `training` for what is there.
  mutating func lock(train file: RepositoryPath, lr: String, in place: Place = .staged) {
    let lock = """
      schema: '2.0'
      stages:
        train:
          cmd: python train.py
          deps:
          - path: train.py
            hash: md5
            md5: \(md5(file))
            size: 18
          params:
            params.yaml:
              epochs: 3
              lr: \(lr)
          outs:
          - path: metrics.json
            hash: md5
            md5: \(md5("metrics.json"))
            size: 13
          - path: model.pkl
            hash: md5
            md5: 0123456789abcdef0123456789abcdef
            size: 4

      """
    switch place {
    case .staged: self["dvc.lock"] = lock
    case .workTree: workTree["dvc.lock"] = lock
    }
  }

  enum Place { case staged, workTree }

  /// The text of a staged file.
  subscript(_ path: RepositoryPath) -> String? {
    get {
      if case .file(let bytes) = files[path] { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
    set { files[path] = newValue.map { .file(Array($0.utf8)) } }
  }

  /// The MD5 of a file as the work tree has it, else as it is staged.
  func md5(_ path: RepositoryPath) -> String {
    MD5Digest(of: Array(((workTree[path] ?? self[path]) ?? "").utf8)).description
  }

  /// The object id of a directory that holds these texts.
  static func directory(_ files: [Text: String]) -> Text {
    Manifest(
      files.map { .init(path: $0.key, hash: Text(utf8: MD5Digest(of: Array($0.value.utf8)).hexadecimal)) }
    )
    .objectID
  }

  // MARK: - Judging

  /// What is staged, after a commit of `parent`.
  func staged(after parent: Repository? = nil, sizes: [RepositoryPath: Int] = [:]) -> Subject {
    var here = files
    for (path, text) in workTree { here[path] = text.map { .file(Array($0.utf8)) } }
    let disk = TestTree(here, ignored: ignored.union(ignoredInWorkTree))
    let work = WorkTreeSource(
      tree: disk,
      cost: { paths throws(TreeError) in HashingCost(files: paths.count, bytes: paths.count * 1000) },
      running: { _ in running })
    return subject(.staged, after: parent.map { [$0] } ?? [], workTree: work)
  }

  /// The files on disk, after a commit of what is staged.
  func onDisk() -> Subject {
    var here = files
    for (path, text) in workTree { here[path] = text.map { .file(Array($0.utf8)) } }
    let changes = workTree.keys.filter { files[$0] != nil }.sorted().map {
      PathChange($0, .modified, size: .bytes(1))
    }
    let parent = commit()
    let disk = TestTree(here, ignored: ignored)
    let work = WorkTreeSource(tree: disk) { paths throws(TreeError) in
      HashingCost(files: paths.count, bytes: paths.count * 1000)
    }
    return Subject(
      .workTree, tree: disk, tracked: TestTree(files, ignored: ignored),
      reader: ProjectReader(treeRoot: Array("/repo".utf8)), workTree: work, changes: { changes },
      ancestry: { Ancestry(parents: [parent]) })
  }

  /// A commit that exists.
  func commit(after parents: [Repository] = []) -> Subject {
    subject(.commit(id: "1234567890abcdef", subject: "a commit"), after: parents, workTree: nil)
  }

  private func subject(_ kind: Subject.Kind, after parents: [Repository], workTree: WorkTreeSource?)
    -> Subject
  {
    let changes = changes(since: parents.first)
    let subject = Subject(
      kind, tree: TestTree(files, ignored: ignored), message: message,
      reader: reader, workTree: workTree,
      changes: { changes }, ancestry: { Ancestry(parents: parents.map { $0.commit() }) })
    // Of the commits before only one is known, the parent.
    subject.originSource = { (file, holds) throws(JudgementError) in
      for parent in parents {
        let tree = TestTree(parent.files, ignored: parent.ignored)
        if try holds(Text(utf8: file.bytes), tree) { return .commit(id: "fedcba0987654321", tree: tree) }
      }
      return .here
    }
    return subject
  }

  private var reader: ProjectReader {
    let plain = ProjectReader(treeRoot: Array("/repo".utf8))
    let cache = cached.map { TestCache($0) }
    return ProjectReader(
      project: plain.project, cache: { _ in cache }, hasDefaultRemote: { [hasRemote] _ in hasRemote })
  }

  private func changes(since parent: Repository?) -> [PathChange] {
    let old = parent?.files ?? [:]
    let paths = Set(files.keys).union(old.keys).sorted()
    return paths.compactMap { path in
      guard old[path] != files[path] else { return nil }
      guard case .file(let bytes) = files[path] else { return PathChange(path, .deleted) }
      return PathChange(path, old[path] == nil ? .added : .modified, size: .bytes(sizes[path] ?? bytes.count))
    }
  }
}

extension Subject {
  /// The report on the subject, as a person reads it, without the time.
  func report(
    _ policy: Policy = Policy(), waivers: [Waiver] = [], only: Set<RuleID> = [], isStrict: Bool = false,
    listsInherited: Bool = false
  ) throws -> String {
    var options = TextReport.Options()
    options.listsInherited = listsInherited
    let report = try verdictReport(policy, waivers: waivers, only: only, isStrict: isStrict)
    return String(decoding: TextReport(report, options).bytes, as: UTF8.self)
  }

  func verdictReport(
    _ policy: Policy = Policy(), waivers: [Waiver] = [], only: Set<RuleID> = [], isStrict: Bool = false
  ) throws -> Report {
    let judgement = Judgement(policy, only: only, waivers: waivers, today: "2026-06-15", isStrict: isStrict)
    return Report(
      Report.Scope(isCommit ? .commit : .staged), [try judgement.judge(self)], version: "0.1.0")
  }
}

/// A cache in memory.
private final class TestCache: ObjectCache {
  private let objects: [Text: String]

  init(_ objects: [Text: String]) { self.objects = objects }

  func presence(of objects: [CacheObject]) -> [Bool] { objects.map { contents(of: $0) != nil } }

  func contents(of object: CacheObject) -> [UInt8]? {
    objects.first { CacheObject(id: $0.key.utf8, isLegacy: false) == object }.map { Array($0.value.utf8) }
  }
}

/// A tree in memory with ignored paths.
final class TestTree: FileTree {
  private let tree: InMemoryTree
  private let ignored: Set<RepositoryPath>

  init(_ items: [RepositoryPath: InMemoryTree.Item], ignored: Set<RepositoryPath>) {
    tree = InMemoryTree(items)
    self.ignored = ignored
  }

  func entry(at path: RepositoryPath) throws(TreeError) -> Entry? { try tree.entry(at: path) }
  func target(of path: RepositoryPath) throws(TreeError) -> Entry? { try tree.target(of: path) }
  func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8] { try tree.linkTarget(of: link) }
  func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
    try tree.children(of: directory)
  }
  func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8] { try tree.contents(of: file) }
  func digests(of files: [RepositoryPath], _ algorithm: HashAlgorithm) throws(TreeError) -> [MD5Digest] {
    try tree.digests(of: files, algorithm)
  }
  func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool {
    ignored.contains { path.isInside($0) }
  }
}

extension Policy {
  /// The policy of one file.
  init(reading text: String, branches: [Text] = []) throws(PolicyFileError) {
    self.init([try PolicyLayer(file: ".guard.yml", bytes: Array(text.utf8))], branches: branches)
  }
}
