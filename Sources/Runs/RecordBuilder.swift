import DVC
import Git
import Hashing
import Trees
import Values

/// Makes records of commits. One builder for many commits looks at nothing twice; parents before children are quickest.
public final class RecordBuilder {
  private let repository: Repository
  private let settings: (ObjectTree) throws(TreeError) -> RecordSettings
  private let introductions: Introductions

  /// A builder for the commits of a repository.
  /// - Parameter settings: what a commit's own policy says; by default nothing.
  public init(
    _ repository: Repository,
    settings: @escaping (ObjectTree) throws(TreeError) -> RecordSettings = { _ in RecordSettings() }
  ) throws(RunsError) {
    self.repository = try asking { () throws(GitError) in try repository.withoutReplacements() }
    self.settings = settings
    introductions = Introductions(self.repository)
  }

  /// The record of a commit, from Git's objects alone: no clock, no user, no work tree and no configuration of this
  /// machine has a part in it.
  /// - Throws: when an object that it needs is not in this clone.
  public func record(of id: CommitID) throws(RunsError) -> RunRecord {
    let commit = try asking { () throws(GitError) in try repository.storedCommit(id) }
    return try record(of: commit, CommitContents(repository.storedTree(of: commit)))
  }

  /// The same with all that a record leaves out for its length: for whoever has room for it.
  /// - Throws: as ``record(of:)`` does.
  public func wholeRecord(of id: CommitID) throws(RunsError) -> RunRecord {
    let commit = try asking { () throws(GitError) in try repository.storedCommit(id) }
    return try record(of: commit, CommitContents(repository.storedTree(of: commit)), isCut: false)
  }

  /// The record of a commit that holds a DVC repository; `nil` for any other one.
  /// - Throws: as ``record(of:)`` does.
  public func recordWithDVC(of id: CommitID) throws(RunsError) -> RunRecord? {
    let commit = try asking { () throws(GitError) in try repository.storedCommit(id) }
    let contents = CommitContents(repository.storedTree(of: commit))
    // Where the directories could not be read, whether one is there is not known: that is for the record to tell.
    guard !contents.roots.isEmpty || !contents.unreadable.isEmpty else { return nil }
    return try record(of: commit, contents)
  }

  private func record(
    of commit: Commit, _ contents: CommitContents, isCut: Bool = true
  ) throws(RunsError) -> RunRecord {
    let tree = contents.tree
    let settings = self.settings(of: tree, contents)
    var members: [(key: Text, value: JSON)] = [
      ("schema", .number(RunRecord.schema)), ("commit", Self.header(commit)),
    ]
    let parameters = ParameterSection(of: contents)
    let metrics = MetricSection(of: contents)
    let stages = StageSection(of: contents, settings.redaction)
    var redacted = stages.redacted
    func kept(_ value: JSON, _ key: Text) -> JSON {
      let (value, hidden) = settings.redaction.applied(to: value, of: key)
      redacted.formUnion(hidden)
      return value
    }
    let environment = environmentFiles(contents)
    let files = self.files(contents, parameters: parameters.files, environment: environment)
    members.append(("files", .array(files)))
    if let best = EnvironmentFiles.best(of: environment) {
      let file = PathName.text(best.file.bytes)
      members.append(("environment", .object([("kind", .text(best.kind)), ("file", .text(file))])))
    }
    members.append(("params", .object(parameters.values.map { ($0.key, kept($0.value, $0.key)) })))
    members.append(
      (
        "metrics",
        .object(
          metrics.values.map { file, values in
            let shown = values.map { key, value in
              // A number that was measured tells no secret, whatever it is called.
              (key: key, value: value.text == nil ? value : kept(value, key))
            }
            return (PathName.text(file.bytes), .object(shown))
          })
      ))
    members.append(("stages", .object(stages.stages)))
    members.append(("data", .array(stages.data)))
    let results = try self.results(of: commit, contents, metrics: metrics.files)
    members.append(("results", .object(results.members)))
    members.append(("redacted", .array(redacted.sorted().map { .text($0) })))
    members.append(("unreadable", .array(Self.list(contents.unreadable))))
    if let failure = tree.failure { throw .git(failure) }
    members.removeAll(where: \.value.isEmptyContainer)
    let predicate = isCut ? RecordSize.fitting(members) : JSON.object(members).sorted
    return RunRecord(commit: commit.id, predicate: predicate, isCutOff: results.isCutOff)
  }

  /// What a commit's own policy leaves out of its record.
  /// - Throws: when an object that it needs is not in this clone.
  public func redaction(of commit: Commit) throws(RunsError) -> Redaction {
    let tree = repository.storedTree(of: commit)
    do throws(TreeError) { return try settings(tree).redaction } catch {
      if let failure = tree.failure { throw .git(failure) }
      // A policy that cannot be read may leave out anything.
      return Redaction(redact: ["*"])
    }
  }

  private func settings(of tree: ObjectTree, _ contents: CommitContents) -> RecordSettings {
    do throws(TreeError) {
      let settings = try self.settings(tree)
      if !settings.isReadable { contents.note(".guard.yml", .invalid) }
      return settings
    } catch {
      contents.note(DVCError(error))
      return RecordSettings()
    }
  }

  private static func header(_ commit: Commit) -> JSON {
    .object([
      ("tree", .string(commit.tree.description)),
      ("parents", .array(commit.parents.map { .string($0.description) })),
      ("authorTime", .number(Int(commit.author.time))), ("commitTime", .number(Int(commit.committer.time))),
    ])
  }

  private static func list(_ unreadable: Set<Unreadable>) -> [JSON] {
    unreadable.sorted { ($0.name, $0.reason.rawValue) < ($1.name, $1.reason.rawValue) }.map(\.json)
  }

  // MARK: - Files

  /// Those at the root of the repository and of each DVC repository.
  private func environmentFiles(_ contents: CommitContents) -> [RepositoryPath] {
    var found: [RepositoryPath] = []
    for directory in Set(contents.roots).union([.root]).sorted() {
      do throws(TreeError) {
        for child in try contents.tree.children(of: directory)
        where EnvironmentFiles.rank(of: child.name) != nil {
          let path = directory.appending(child.name)
          if case .file? = try contents.tree.target(of: path) { found.append(path) }
        }
      } catch {
        contents.note(DVCError(error))
      }
    }
    return found
  }

  private func files(
    _ contents: CommitContents, parameters: [RepositoryPath], environment: [RepositoryPath]
  ) -> [JSON] {
    let pipelines = contents.projects.flatMap(\.files).map(\.path).filter {
      $0.name.elementsEqual("dvc.yaml".utf8)
    }
    let all = pipelines + pipelines.map(\.lockBeside) + parameters + environment
    return Set(all).sorted().compactMap { path in
      do throws(TreeError) {
        guard let (id, bytes) = try contents.tree.storedObject(of: path) else { return nil }
        return .object([
          ("name", .text(PathName.text(path.bytes))),
          (
            "digest",
            .object([
              ("gitBlob", .string(id.description)),
              ("sha256", .string(Hexadecimal.encode(SHA256.hash(of: bytes)))),
            ])
          ),
          ("mediaType", .text(MediaType.of(path.name))),
        ])
      } catch {
        contents.note(DVCError(error))
        return nil
      }
    }
  }

  // MARK: - Results

  private func results(
    of commit: Commit, _ contents: CommitContents, metrics: Set<RepositoryPath>
  ) throws(RunsError) -> (members: [(key: Text, value: JSON)], isCutOff: Bool) {
    let pipelines = contents.projects.flatMap(\.files).map(\.path).filter {
      $0.name.elementsEqual("dvc.yaml".utf8)
    }
    let candidates = Set(pipelines.map(\.lockBeside)).union(metrics).sorted()
    let answer = try asking { () throws(GitError) -> Introductions.Answer? in
      let objects = try repository.objects(at: candidates, of: commit.tree)
      let present = zip(candidates, objects).filter { $0.1 != nil }
      guard !present.isEmpty else { return nil }
      return try introductions.answer(
        of: commit, Introductions.Results(paths: present.map(\.0), objects: present.map(\.1)))
    }
    guard let answer else { return ([], false) }
    var members: [(key: Text, value: JSON)] = []
    if let id = answer.introducedBy { members.append(("introducedBy", .string(id.description))) }
    if let isSame = answer.isSameAsParent { members.append(("sameAsParent", .bool(isSame))) }
    return (members, answer.isCutOff)
  }
}

extension RepositoryPath {
  /// The `dvc.lock` beside a `dvc.yaml`.
  fileprivate var lockBeside: RepositoryPath { parent.appending(Array("dvc.lock".utf8)) }
}

extension JSON {
  /// Whether it is a list or an object of nothing: a record leaves such out.
  fileprivate var isEmptyContainer: Bool {
    switch self {
    case .array(let elements): elements.isEmpty
    case .object(let entries): entries.isEmpty
    default: false
    }
  }
}
