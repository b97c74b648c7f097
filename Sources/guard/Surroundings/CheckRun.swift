import Git
import Platform
import Policy
import Reports
import Trees
import Values

/// One run of the policy over a scope: what `guard check` and the hooks do.
struct CheckRun {
  /// What is judged.
  enum Scope {
    case staged
    /// The message of the commit that is being made, in this file.
    case message(String)
    case workTree
    case commit(String)
    case range(String)
    /// What is staged, or the work tree when nothing is.
    case automatic
  }

  var only: Set<RuleID> = []
  var skip: Set<RuleID> = []
  var isStrict = false
  /// A policy file in place of the tree's own `.guard.yml`.
  var policyFile: String?
  /// A tree whose policy and waivers count in place of those of what is judged, and of everybody's own here: what is
  /// judged must not say how.
  var trusted: ObjectTree?
  /// Whether anything may be waived.
  var allowsWaivers = true
  /// The branches that what is judged is for; the one that is checked out when `nil`.
  var branches: [Text]?

  let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// Whether `GUARD=0` turns all of guard off.
  var isOff: Bool { surroundings.environment["GUARD"] == "0" }

  /// Judges a scope.
  func report(_ scope: Scope) throws(Failure) -> Report {
    let start = SystemClock.monotonicMilliseconds
    let subjects = try Subjects(surroundings)
    let (asked, judged, tree) = try judge(scope, subjects)
    return Report(
      asked, judged, remarks: judged.contains(where: \.hasProjects) ? try misnamed(in: tree) : [],
      milliseconds: Int(SystemClock.monotonicMilliseconds - start),
      version: GuardCommand.version)
  }

  /// What is judged, the verdicts on it, and the tree whose policy was the last to count.
  private func judge(
    _ scope: Scope, _ subjects: Subjects
  ) throws(Failure) -> (Report.Scope, [Verdict], policy: (any FileTree)?) {
    switch scope {
    case .automatic: return try judge(try subjects.hasStaged() ? .staged : .workTree, subjects)
    case .staged:
      let subject = try subjects.staged()
      return (Report.Scope(.staged), [try verdict(subject)], subject.tree)
    case .message(let file):
      // What is staged was told before.
      return (Report.Scope(.message), try verdicts(onMessageIn: file, subjects), nil)
    case .workTree:
      let subject = try subjects.workTreeSubject()
      return (Report.Scope(.worktree), [try verdict(subject)], subject.tree)
    case .commit(let revision):
      let id = try surroundings.asking { (repository) throws(GitError) in try repository.resolve(revision) }
      let scope = Report.Scope(.commit, head: Text(utf8: id.object.hexadecimal))
      let subject = try subjects.commit(id)
      return (scope, [try verdict(subject)], subject.tree)
    case .range(let range):
      let ids = try surroundings.asking { (repository) throws(GitError) in try repository.commits(in: range) }
      let base = try self.base(of: range)
      var verdicts: [Verdict] = []
      var last: (any FileTree)?
      for id in ids {
        let subject = try subjects.commit(id)
        verdicts.append(try verdict(subject))
        last = subject.tree
      }
      let head = ids.last.map { Text(utf8: $0.object.hexadecimal) }
      return (Report.Scope(.range, base: base, head: head), verdicts, last)
    }
  }

  /// What to say of files that only look like policy. Where there is a policy, only `guard doctor` and `guard config` look
  /// for others.
  private func misnamed(in tree: (any FileTree)?) throws(Failure) -> [String] {
    guard let tree, policyFile == nil, trusted == nil else { return [] }
    do throws(JudgementError) {
      let committed = RepositoryPath(normalized: PolicyLayer.committedFile.utf8)
      guard try PolicyFiles.contents(of: committed, in: tree) == nil else { return [] }
      return try MisnamedFile.all(in: tree).map(\.words)
    } catch {
      throw surroundings.failure(error)
    }
  }

  /// What the policy says of a message. Where it asks nothing of messages, nothing else is read.
  private func verdicts(onMessageIn file: String, _ subjects: Subjects) throws(Failure) -> [Verdict] {
    let repository = try surroundings.repository()
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(FileSystem.join(surroundings.directory, Array(file.utf8)), limit: 1 << 24)
    } catch { throw Failure(error) }
    // Git sets this for hooks where it opens no editor (githooks(5), pre-commit).
    let isEdited = surroundings.environment["GIT_EDITOR"] != ":"
    let message = MessageCleanup(of: repository, isEdited: isEdited).cleaned(bytes)
    let subject = try subjects.staged(message: Text(utf8: message))
    let policy = try policy(of: subject)
    var run = self
    run.only = Set(Rule.catalogue.filter { $0.scope == .message && policy.isOn($0) }.map(\.id))
    return run.only.isEmpty ? [] : [try run.verdict(subject)]
  }

  func base(of range: String) throws(Failure) -> Text? {
    guard let dots = Text(range).firstIndex(of: "..") else { return nil }
    let name = String(decoding: Text(range).utf8[..<dots], as: UTF8.self)
    let id = try surroundings.asking { (repository) throws(GitError) in
      try repository.resolve(name.isEmpty ? "HEAD" : name)
    }
    return Text(utf8: id.object.hexadecimal)
  }

  // MARK: - Policy

  /// The policy that holds for a subject.
  func policy(of subject: Subject) throws(Failure) -> Policy {
    do { return try policy(for: subject) } catch { throw surroundings.failure(error) }
  }

  /// Reads the policy and the waivers that are committed in a tree.
  func readCommitted(in tree: ObjectTree) throws(JudgementError) {
    _ = try PolicyFiles(surroundings).committed(in: tree)
    _ = try committedWaivers(in: tree)
  }

  /// What the policy says of a subject.
  func verdict(_ subject: Subject) throws(Failure) -> Verdict {
    do throws(JudgementError) {
      let judgement = try judgement(for: subject)
      // Only of commits that exist something is remembered: no hook before one pays for that.
      guard trusted == nil, subject.identity != nil, let memory = surroundings.verdicts else {
        return try judgement.judge(subject)
      }
      let wasClean = memory.isClean(subject, under: judgement)
      let verdict = try judgement.judge(subject, wasClean: wasClean)
      if !wasClean { try memory.keep(verdict, on: subject, under: judgement) }
      return verdict
    } catch {
      throw surroundings.failure(error)
    }
  }

  /// What a subject is judged by.
  func judgement(of subject: Subject) throws(Failure) -> Judgement {
    do { return try judgement(for: subject) } catch { throw surroundings.failure(error) }
  }

  private func judgement(for subject: Subject) throws(JudgementError) -> Judgement {
    Judgement(
      try policy(for: subject), only: only, skip: skip, waivers: try waivers(for: subject), today: today,
      isStrict: isStrict, allowsWaivers: allowsWaivers)
  }

  private func policy(for subject: Subject) throws(JudgementError) -> Policy {
    Policy(try layers(for: subject.tree), branches: try branchesInForce())
  }

  /// The layers: the environment, `guard.local.yml` beside the repository, `.guard.yml` of a tree, each with what it
  /// extends.
  func layers(for tree: any FileTree) throws(JudgementError) -> [PolicyLayer] {
    let environment = surroundings.environment
    let files = PolicyFiles(surroundings)
    var layers: [PolicyLayer] = []
    do throws(PolicyFileError) {
      layers.append(try PolicyLayer { environment[$0] })
    } catch {
      throw .policy(error)
    }
    if trusted == nil { layers += try files.local() }
    if let policyFile {
      layers += try files.named(policyFile)
    } else {
      layers += try files.committed(in: trusted ?? tree)
    }
    return layers
  }

  /// The branches whose part of the policy counts.
  func branchesInForce() throws(JudgementError) -> [Text] {
    if let branches { return branches }
    do throws(Failure) { return try surroundings.currentBranch().map { [$0] } ?? [] } catch {
      throw .source(error.message)
    }
  }

  private func waivers(for subject: Subject) throws(JudgementError) -> [Waiver] {
    guard allowsWaivers else { return [] }
    var waivers: [Waiver] = []
    do throws(PolicyFileError) {
      if let list = surroundings.environment["GUARD_SKIP"] {
        waivers += try Waiver.read(skipping: Text(list))
      }
    } catch {
      throw .policy(error)
    }
    return try waivers + committedWaivers(in: trusted ?? subject.tree)
  }

  /// The waivers that are committed in a tree.
  func committedWaivers(in tree: any FileTree) throws(JudgementError) -> [Waiver] {
    guard
      let bytes = try PolicyFiles.contents(
        of: RepositoryPath(normalized: Waiver.committedFile.utf8), in: tree)
    else {
      return []
    }
    do { return try Waiver.read(file: Waiver.committedFile, bytes: bytes) } catch { throw .policy(error) }
  }

  /// The day by the wall clock, in UTC: waivers end on the same day everywhere.
  private var today: Text {
    Text(CalendarDay(secondsSince1970: SystemClock.wallNanoseconds / 1_000_000_000).description)
  }
}
