import DVC
import Git
import Hooks
import Platform
import Policy
import Remotes
import Reports
import Transfer
import Trees
import Values

/// One look at the data of commits that are pushed: what the pre-push hook, `guard push` and
/// `guard check --remote` do.
struct PushRun {
  /// The commits that are looked at, and what the other side has.
  struct Scope {
    var commits: [CommitID]
    var base: [CommitID]
    /// The commits that somebody will check out.
    var tips: Set<CommitID>
    /// The branches on the other side that they are for; `nil` when nobody says.
    var branches: [Text]?
  }

  /// What is known of the scope.
  struct Found {
    let scope: Scope
    let policy: RemotePolicy
    /// What the newest of the commits is judged by.
    let judgement: Judgement?
    let check: PushCheck
    var answers: [PushCheck.Answer]
  }

  /// Which rules count.
  enum Judging {
    /// Those on data and its remotes.
    case data
    /// All that the command line leaves.
    case everything
  }

  var options = PushCheck.Options()
  /// Whether a commit that cannot be read stops it also where nobody will check that commit out.
  var countsEveryCommit = true
  /// Asks the tracking server for a commit's runs; it is not asked when there is none.
  var linkedRuns: ((CommitID) throws(JudgementError) -> [LinkedRun])?

  let surroundings: Surroundings
  private var run: CheckRun
  private let subjects: Subjects
  private let judging: Judging

  /// - Parameter run: how policy and waivers are found.
  init(
    _ surroundings: Surroundings, _ run: CheckRun, _ subjects: Subjects, judging: Judging = .data
  ) {
    self.surroundings = surroundings
    self.run = run
    self.subjects = subjects
    self.judging = judging
    if case .data = judging {
      self.run.only = Set(Rule.catalogue.filter { $0.scope == .remote }.map(\.id))
    }
  }

  // MARK: - What is pushed

  /// What Git is about to push to a remote.
  /// - Parameters:
  ///   - references: what Git wrote to the hook's standard input.
  ///   - remote: the remote's name, or its URL when it has none.
  func scope(
    pushing references: [PushedReference], to remote: String, url: String
  ) throws(Failure) -> Scope {
    var tips: [CommitID] = []
    var known: [CommitID] = []
    for reference in references where reference.carriesCommits {
      guard let object = reference.object else { continue }
      if let commit = try commit(object) { tips.append(commit) }
      if let there = reference.remoteObject, let commit = try commit(there) { known.append(commit) }
    }
    guard !tips.isEmpty else { return Scope(commits: [], base: [], tips: []) }
    var scope = try scope(tips, known) { (repository) throws(GitError) in
      try repository.commitsTracked(ofRemote: Array(remote.utf8), url: Array(url.utf8))
    }
    scope.branches = references.filter { $0.object != nil }.compactMap { Text(utf8: $0.remote).branchName }
    return scope
  }

  /// What no remote of Git's is known to have of HEAD; or all commits of HEAD, the branches and the tags.
  func outgoing(everything: Bool) throws(Failure) -> Scope {
    let tips = try surroundings.asking { (repository) throws(GitError) in
      if everything { return try Self.allCommits(of: repository) }
      return try repository.head().map { [$0] } ?? []
    }
    return try scope(tips, []) { (repository) throws(GitError) in
      everything ? [] : try repository.commits(under: Array("refs/remotes/".utf8))
    }
  }

  /// What `--all-commits` looks at: HEAD, the branches and the tags.
  static func allCommits(of repository: Repository) throws(GitError) -> [CommitID] {
    var tips: [CommitID] = []
    for prefix in ["refs/heads/", "refs/tags/"] { tips += try repository.commits(under: Array(prefix.utf8)) }
    if let head = try repository.head() { tips.append(head) }
    return tips
  }

  /// The commits of ranges, each as `guard check --range` takes it.
  func scope(ofRanges ranges: [String]) throws(Failure) -> Scope {
    try surroundings.asking { (repository) throws(GitError) in
      var (commits, new, tips): ([CommitID], Set<CommitID>, Set<CommitID>) = ([], [], [])
      for range in ranges {
        let found = try repository.commits(in: range)
        commits += found.filter { new.insert($0).inserted }
        tips.formUnion(found.suffix(1))
      }
      var base: [CommitID] = []
      for id in commits { base += try repository.parents(of: id).filter { !new.contains($0) } }
      return Scope(commits: commits, base: base, tips: tips)
    }
  }

  /// One commit, and what its parents have already.
  func scope(ofCommit revision: String) throws(Failure) -> Scope {
    try surroundings.asking { (repository) throws(GitError) in
      let commit = try repository.resolve(revision)
      return Scope(commits: [commit], base: try repository.parents(of: commit), tips: [commit])
    }
  }

  private func scope(
    _ tips: [CommitID], _ known: [CommitID], tracked: (Repository) throws(GitError) -> [CommitID]
  ) throws(Failure) -> Scope {
    try surroundings.asking { (repository) throws(GitError) in
      let outgoing = try repository.outgoing(tips, beyond: known + tracked(repository))
      return Scope(commits: outgoing.commits, base: outgoing.base + known, tips: Set(tips))
    }
  }

  /// The commit that an object leads to; `nil` for what is not here, and for what is no commit.
  private func commit(_ digits: [UInt8]) throws(Failure) -> CommitID? {
    guard let id = ObjectID(hexadecimal: digits) else { return nil }
    return try surroundings.asking { (repository) throws(GitError) in try repository.commit(under: id) }
  }

  // MARK: - Looking

  /// Asks the remotes.
  func look(_ scope: Scope) throws(Failure) -> Found {
    let (run, newest) = (run(for: scope), try scope.commits.last.map(subjects.commit))
    let policy =
      try newest.map { subject throws(Failure) in try run.policy(of: subject).remote } ?? RemotePolicy()
    let check = PushCheck(surroundings, policy, options)
    return Found(
      scope: scope, policy: policy, judgement: try newest.map(run.judgement), check: check,
      answers: try check.answers(for: scope.commits, base: scope.base))
  }

  /// How policy is found for a scope.
  private func run(for scope: Scope) -> CheckRun {
    var run = run
    run.branches = run.branches ?? scope.branches
    return run
  }

  /// Uploads what is missing and here, and takes note of what is there now.
  func upload(_ found: inout Found) -> Uploader.Outcome {
    let check = found.check
    check.askForPromised(&found.answers)
    let bar = ProgressBar(surroundings)
    let outcome = Uploader(open: { check.open($0) }, report: { bar.show($0) })
      .upload(found.answers.flatMap(\.verdicts))
    bar.end()
    for answer in found.answers.indices { found.answers[answer].settle(outcome) }
    return outcome
  }

  /// The paths of what would be uploaded. What is there to upload counts as there from then on, so that the report
  /// is that of the push.
  func rehearse(_ found: inout Found) -> [Text] {
    let check = found.check
    check.askForPromised(&found.answers)
    let paths = Uploader(open: { check.open($0) }).paths(toUpload: found.answers.flatMap(\.verdicts))
    for answer in found.answers.indices { found.answers[answer].rehearse() }
    return paths
  }

  /// What the policy says of it.
  /// - Parameter scope: what was asked to be judged; the push itself when `nil`.
  func report(_ found: Found, _ scope: Report.Scope? = nil, milliseconds start: Int64) throws(Failure)
    -> Report
  {
    var verdicts: [Verdict] = []
    let workTree = try DataInWorkTree(surroundings)
    let run = run(for: found.scope)
    for answer in found.answers {
      var newer: [Set<RepositoryPath>]?
      let unpushed = answer.unpushed(push: options.push, workTree) { file in
        let changes = newer ?? self.newer(answer.commit, found.scope)
        newer = changes
        return changes.contains { !$0.contains(file) }
      }
      // A commit that leaves nothing behind has nothing to be told of.
      if case .data = judging, unpushed.isEmpty { continue }
      let subject = try subjects.commit(answer.commit)
      subject.unpushedSource = { unpushed }
      if let linkedRuns {
        subject.linkedRunSource = { () throws(JudgementError) in try linkedRuns(answer.commit) }
      }
      verdicts.append(try run.verdict(subject))
    }
    let base = found.scope.base.first.map { Text(utf8: $0.object.hexadecimal) }
    let head = found.scope.commits.last.map { Text(utf8: $0.object.hexadecimal) }
    return Report(
      scope ?? Report.Scope(.push, base: base, head: head), verdicts, commits: found.scope.commits.count,
      notChecked: try doubts(found).lines, milliseconds: Int(SystemClock.monotonicMilliseconds - start),
      version: GuardCommand.version)
  }

  /// What each of the commits that somebody will check out changes of a commit, where that can be told.
  private func newer(_ commit: CommitID, _ scope: Scope) -> [Set<RepositoryPath>] {
    scope.tips.contains(commit)
      ? [[]]
      : scope.tips.compactMap { tip in
        do throws(Failure) {
          return try surroundings.asking { (repository) throws(GitError) in
            let (old, new) = (try repository.tree(of: commit), try repository.tree(of: tip))
            return Set(try repository.changes(from: old, to: new).map(\.path))
          }
        } catch {
          // Of one that is not wholly here nothing is known.
          return nil
        }
      }
  }

  /// What is not known of the commits. Who let data pass that is missing needs not know of it.
  private func doubts(_ found: Found) throws(Failure) -> PushDoubts {
    let stopsOnError = found.policy.onError != .warn
    let stops = { (commit: CommitID) in
      let isTip = found.scope.tips.contains(commit)
      return (content: isTip || countsEveryCommit && stopsOnError, presence: stopsOnError)
    }
    return try PushDoubts(found.answers, stops: stops) { (commit, file) throws(Failure) in
      let message = try surroundings.asking { (repository) throws(GitError) in
        try repository.commit(commit).message
      }
      return found.judgement?.letsPass(.remote, at: file, message: Text(utf8: message)) ?? false
    }
  }
}
