import Git
import MLflow
import Platform
import Policy
import Runs
import Trees
import Values

/// What is delivered of commits, put together from their records, their files and what is linked to them.
final class Consignments {
  private let repository: Repository
  private let builder: RecordBuilder
  private let ledger: Ledger
  /// The records as they were when the first was asked for.
  private let kept: Ledger.Snapshot
  private let policy: TrackingPolicy
  private let name: Text
  private let head: (commit: CommitID?, branch: Text?)

  init(_ surroundings: Surroundings, _ policy: TrackingPolicy) throws(Failure) {
    repository = try surroundings.repository()
    builder = try surroundings.recordBuilder()
    ledger = Ledger(repository)
    do throws(RunsError) { kept = try ledger.records.snapshot() } catch { throw Failure(error) }
    self.policy = policy
    name = try surroundings.repositoryName()
    do throws(GitError) {
      let branch = try repository.headReference().map { Text(utf8: $0.dropFirst("refs/heads/".utf8.count)) }
      head = (try repository.head(), branch)
    } catch {
      throw Failure(error)
    }
  }

  /// Commits in the order in which they were made, after their parents and what they were made from: what a commit's
  /// training was may follow from theirs. Those that are gone come last.
  func ordered(_ entries: [Spool.Entry]) throws(RunsError) -> [Spool.Entry] {
    var waiting: [CommitID: (entry: Spool.Entry, before: [CommitID])] = [:]
    var times: [(time: Int64, commit: CommitID)] = []
    for entry in entries {
      do throws(GitError) {
        let commit = try repository.commit(entry.commit)
        waiting[commit.id] = (entry, commit.parents)
        times.append((commit.committer.time, commit.id))
      } catch {
        waiting[entry.commit] = (entry, [])
        times.append((.max, entry.commit))
      }
      waiting[entry.commit]?.before += try originals(of: entry.commit)
    }
    var ordered: [Spool.Entry] = []
    for (_, commit) in times.sorted(by: { $0.time < $1.time }) {
      // Of commits of one second, and of clocks that went back, those are taken first that must be.
      var open = [commit]
      while let last = open.popLast() {
        guard let (entry, before) = waiting[last] else { continue }
        // Asked for once: links may lead in a circle.
        waiting[last]?.before = []
        let unsent = before.filter { waiting[$0] != nil }
        if unsent.isEmpty {
          waiting[last] = nil
          ordered.append(entry)
        } else {
          open += [last] + unsent
        }
      }
    }
    return ordered
  }

  /// Those of some commits that nothing leads to any more: no ref, and no work tree.
  func unreachable(_ commits: [CommitID]) throws(RunsError) -> Set<CommitID> {
    guard !commits.isEmpty else { return [] }
    return try asking { () throws(GitError) in
      var here: [CommitID] = []
      for commit in commits where try repository.commit(under: commit.object) != nil { here.append(commit) }
      let notes = Array("refs/notes/".utf8)
      let named = try repository.tips(under: Array("refs/".utf8)).filter { !$0.name.starts(with: notes) }
      let tips = named.map(\.commit) + repository.detachedCommits()
      let left = Set(try repository.commits(reachableFrom: here, notFrom: tips))
      return Set(commits.filter { left.contains($0) || !here.contains($0) })
    }
  }

  /// The commits that a commit was made from, by what Git told of an amend or a rebase.
  private func originals(of commit: CommitID) throws(RunsError) -> [CommitID] {
    try ledger.links.of(commit).compactMap { if case .rewrite(let old, _) = $0 { old } else { nil } }
  }

  /// What to deliver of a commit; `nil` when it is to have no run, and when it is gone.
  func consignment(of id: CommitID) throws(RunsError) -> Consignment? {
    guard try isHere(id) else { return nil }
    let record = try record(of: id)
    if policy.commits == .results, record.introducedBy != id { return nil }
    let commit = try asking { () throws(GitError) in try repository.commit(id) }
    let rewritten = try rewritten(id)
    return Consignment(
      record: record, run: MirroredRun(record, of: commit, try context(record, commit)), training: training,
      runIDs: try runIDs(record, commit),
      sessions: try sessions([id] + rewritten),
      bases: try bases(commit, record), rewritten: rewritten)
  }

  /// The commits that one was made from, and those that they were made from, the last one first.
  private func rewritten(_ id: CommitID) throws(RunsError) -> [CommitID] {
    var found: [CommitID] = []
    var open = [id]
    // Links may come from anybody, and lead in a circle.
    while !open.isEmpty, found.count < Self.mostRewritten {
      for old in try originals(of: open.removeFirst()) where old != id && !found.contains(old) {
        found.append(old)
        open.append(old)
      }
    }
    return found
  }

  private static let mostRewritten = 100

  /// The sessions of a commit and of those that it was made from: an amended message leaves the results as they were.
  private func sessions(_ commits: [CommitID]) throws(RunsError) -> [Text] {
    var all: [Link] = []
    for commit in commits { all += try ledger.links.of(commit) }
    return all.compactMap { if case .session(let name) = $0 { name } else { nil } }
  }

  private var training: Consignment.Training {
    switch policy.training ?? .link {
    case .link: .link
    case .adopt: .adopt
    case .off: .off
    }
  }

  private func isHere(_ id: CommitID) throws(RunsError) -> Bool {
    try asking { () throws(GitError) in try repository.commit(under: id.object) != nil }
  }

  /// The record as it is kept, which another clone may know better; one that is made now is kept as well.
  private func record(of id: CommitID) throws(RunsError) -> RunRecord {
    if case .record(let record) = try kept.kept(of: id) { return record }
    let record = try builder.record(of: id)
    try ledger.records.write([record])
    return record
  }

  private func context(_ record: RunRecord, _ commit: Commit) throws(RunsError) -> MirrorContext {
    var context = MirrorContext(repository: name, files: try files(record, commit))
    if record.isTruncated { context.whole = try builder.wholeRecord(of: record.commit) }
    context.url = repository.configuration("remote.origin.url").map { URLText.withoutUser(Text(utf8: $0)) }
    context.branch = head.commit == commit.id ? head.branch : nil
    switch policy.user ?? .email {
    case .email: context.user = Text(utf8: commit.author.email)
    case .name: context.user = Text(utf8: commit.author.name)
    case .none: break
    }
    return context
  }

  /// What Git holds of the files that the record names, but for those with what the record leaves out. What is too
  /// large for MLflow to show is left out by whoever sends it. A tag says both.
  private func files(
    _ record: RunRecord, _ commit: Commit
  ) throws(RunsError) -> [Text: MirroredRun.Artifact.Content] {
    let tree = repository.storedTree(of: commit)
    let redaction = try builder.redaction(of: commit)
    var files: [Text: MirroredRun.Artifact.Content] = [:]
    for file in record.files {
      // A name that is not UTF-8 is told in quotes there, and leads nowhere here.
      guard let bytes = bytes(at: RepositoryPath(normalized: file.name.utf8), in: tree) else { continue }
      let objection = redaction.objection(to: file.name, bytes)
      files[file.name] = objection.map { .withheld(why: $0) } ?? .bytes(bytes)
    }
    return files
  }

  private func bytes(at path: RepositoryPath, in tree: ObjectTree) -> [UInt8]? {
    do throws(TreeError) { return try tree.storedObject(of: path)?.bytes } catch { return nil }
  }

  // MARK: - What tells of the training

  /// The names of files in which a training may leave the id of its run.
  private static let runIDFiles = ["mlflow_run.json", ".mlflow_run_id", "mlflow_run_id.txt"]

  private func runIDs(_ record: RunRecord, _ commit: Commit) throws(RunsError) -> [Text] {
    let tree = repository.storedTree(of: commit)
    var directories = record.files.map { RepositoryPath(normalized: $0.name.utf8) }
      .filter { $0.name.elementsEqual("dvc.yaml".utf8) }.map(\.parent)
    if !directories.contains(.root) { directories.insert(.root, at: 0) }
    var ids: [Text] = []
    for directory in directories {
      for name in Self.runIDFiles {
        guard let bytes = bytes(at: directory.appending(Array(name.utf8)), in: tree) else { continue }
        ids += RunID.all(in: bytes)
      }
    }
    let metrics = record.metrics.flatMap(\.values).filter { $0.key.hasSuffix("mlflow_run_id") }
    return ids + metrics.compactMap(\.value.text)
  }

  /// How far back a training may have begun.
  private static let farthest = 20

  /// The commits before this one, along the first parents, back to the last that brought other results, and what they
  /// were made from.
  private func bases(_ commit: Commit, _ record: RunRecord) throws(RunsError) -> Set<Text> {
    guard record.introducedBy == commit.id, policy.training != .off else { return [] }
    var bases: Set<Text> = []
    var next = commit.parents.first
    for _ in 0..<Self.farthest {
      guard let id = next, try isHere(id) else { break }
      bases.insert(Text(id.description))
      for old in try originals(of: id) { bases.insert(Text(old.description)) }
      if case .record(let record) = try kept.kept(of: id), record.introducedBy == id { break }
      next = try asking { () throws(GitError) in try repository.parents(of: id).first }
    }
    return bases
  }

  private func asking<Answer>(_ body: () throws(GitError) -> Answer) throws(RunsError) -> Answer {
    do { return try body() } catch { throw .git(error) }
  }
}
