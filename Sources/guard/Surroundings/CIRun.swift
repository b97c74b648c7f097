import Git
import Platform
import Policy
import Reports
import Runs
import Trees
import Values

/// The gate on a proposed change: its result is judged, and each of its commits, by the policy of what was there
/// before.
struct CIRun {
  var check: CheckRun
  /// Whether DVC's remotes are asked for the data.
  var asksRemotes = true
  var remoteOptions = PushCheck.Options()
  /// Commits that are there already, beside the base.
  var known: [CommitID] = []
  /// How many commits are judged one by one, the newest; the result is that of all.
  var most = Int.max
  /// When to stop judging commits one by one, in milliseconds of the monotonic clock: what is left cannot pass.
  var end = Int64.max
  /// Brings a commit here that the policy is pinned by; `nil` where that is not for guard to do.
  var bringPinned: ((_ id: String) throws(Failure) -> Void)?
  /// What could not be found out beforehand.
  var notChecked: [Unjudged] = []

  private let surroundings: Surroundings
  private let change: ChangeResolver.Resolved

  init(_ check: CheckRun, _ change: ChangeResolver.Resolved) {
    self.check = check
    self.change = change
    surroundings = check.surroundings
  }

  /// The commits that the change brings, parents before children.
  func brought() throws(Failure) -> [CommitID] {
    let excluded = known + (change.base.map { [$0] } ?? [])
    guard !excluded.isEmpty else { return [change.head] }
    return try surroundings.asking { (repository) throws(GitError) in
      try repository.commits(reachableFrom: [change.head], notFrom: excluded)
    }
  }

  /// Judges it.
  /// - Parameters:
  ///   - brought: the commits that it brings; without any, what it leads to is judged.
  ///   - remarks: what the reader should know besides.
  func report(on brought: [CommitID], remarks: [String] = []) throws(Failure) -> Report {
    let start = SystemClock.monotonicMilliseconds
    var run = self
    let all = brought.isEmpty ? [change.head] : brought
    let commits = all.suffix(most)
    let base = brought.isEmpty ? nil : change.base
    var remarks = remarks
    if base == nil, change.base != nil {
      remarks.append("the change brings no commit: what it leads to is judged beside its parents")
    }
    // Where nobody says what was there before, it is what the parent has: nothing says itself how it is judged.
    if let trusted = try before {
      run.check.trusted = try tree(of: trusted)
      let unreadable = try run.takeDefaultsWhereUnreadable()
      remarks += try run.edited(from: trusted) + unreadable
    }
    if commits.count < all.count {
      remarks.append("only the newest \(commits.count) of \(all.count) commits were judged one by one")
    }
    let subjects = try Subjects(surroundings, until: end)
    var (verdicts, notChecked) = try run.judge(Array(commits), since: base, subjects)
    if let base, try !isAlone(all, on: base), let head = commits.last {
      let settlement = Settlement(
        verdicts, result: try run.result(of: head, since: base, subjects),
        everyCommit: try run.check.policy(of: subjects.commit(head)).everyCommit)
      verdicts = settlement.verdicts
    }
    return Report(
      Report.Scope(.range, base: base.map(Self.name), head: Self.name(change.head)), verdicts,
      commits: commits.count, notChecked: self.notChecked + notChecked, remarks: remarks,
      milliseconds: Int(SystemClock.monotonicMilliseconds - start), version: GuardCommand.version)
  }

  /// What was there before: the base, or where nobody says one the first parent.
  private var before: CommitID? {
    get throws(Failure) {
      if let base = change.base { return base }
      // At the boundary of a shallow clone, too: its policy must not be that of the change itself.
      return try surroundings.asking { (repository) throws(GitError) in
        try repository.storedCommit(change.head).parents.first
      }
    }
  }

  private static func name(_ commit: CommitID) -> Text { Text(utf8: commit.object.hexadecimal) }

  // MARK: - Judging

  private func judge(
    _ commits: [CommitID], since base: CommitID?, _ subjects: Subjects
  ) throws(Failure) -> ([Verdict], [Unjudged]) {
    guard asksRemotes else {
      var verdicts: [Verdict] = []
      for commit in commits {
        guard SystemClock.monotonicMilliseconds < end else { break }
        verdicts.append(try check.verdict(subjects.commit(commit)))
      }
      let left = commits.count - verdicts.count
      return (verdicts, left == 0 ? [] : [Self.tooLate(left, of: commits.count)])
    }
    var push = PushRun(surroundings, check, subjects, judging: .everything)
    push.options = remoteOptions
    push.options.usesMemory = false
    push.options.configuration = check.trusted
    let runs = LinkedRuns(check)
    push.linkedRuns = { (commit) throws(JudgementError) in try runs.of(commit) }
    let old =
      if let base { [base] } else {
        try surroundings.asking { (repository) throws(GitError) in try repository.parents(of: change.head) }
      }
    let scope = PushRun.Scope(commits: commits, base: old, tips: [change.head])
    if let head = commits.last {
      push.countsEveryCommit = try check.policy(of: subjects.commit(head)).everyCommit == .error
    }
    push.options.push = try push.command(for: scope)
    let report = try push.report(push.look(scope), milliseconds: SystemClock.monotonicMilliseconds)
    return (report.verdicts, report.notChecked)
  }

  private static func tooLate(_ count: Int, of all: Int) -> Unjudged {
    Unjudged(
      what: "\(count) of \(all) commits", why: "the time for them is over; push fewer commits at once",
      isFatal: true)
  }

  /// What the range comes to: only what a tree is, not what a commit does.
  private func result(
    of head: CommitID, since base: CommitID, _ subjects: Subjects
  ) throws(Failure) -> Verdict {
    var check = check
    let states = Set(Rule.catalogue.filter { $0.scope == .state }.map(\.id))
    check.only = check.only.isEmpty ? states : check.only.intersection(states)
    // Nothing of it is to be judged; without a rule all of them would be.
    if check.only.isEmpty { check.skip = states }
    return try check.verdict(subjects.result(head, since: base))
  }

  /// Whether the range is one commit right on its base: it is its own result.
  private func isAlone(_ commits: [CommitID], on base: CommitID) throws(Failure) -> Bool {
    guard commits.count == 1 else { return false }
    return try surroundings.asking { (repository) throws(GitError) in try repository.parents(of: commits[0]) }
      == [base]
  }

  // MARK: - Trust

  /// What the change edits of what says how it is judged.
  private func edited(from base: CommitID) throws(Failure) -> [String] {
    let changes = try surroundings.asking { (repository) throws(GitError) in
      try repository.changes(from: repository.tree(of: base), to: repository.tree(of: change.head))
    }
    var extended: Set<String> = []
    // What cannot be read is told where the policy is read.
    if let layers = try? PolicyFiles(surroundings).committed(in: tree(of: base)) {
      extended = Set(layers.map(\.origin))
    }
    return changes.map(\.path).filter { $0.saysHowToJudge || extended.contains($0.description) }.map {
      "this change edits '\($0)'; it is judged by what was there before"
    }
  }

  /// A policy that cannot be understood keeps no change out that mends it, and no change in that breaks it. One that is
  /// not here may say anything.
  /// - Returns: what the reader should know of it.
  private mutating func takeDefaultsWhereUnreadable() throws(Failure) -> [String] {
    let head = try tree(of: change.head)
    do throws(JudgementError) { try read(in: head) } catch {
      let why = surroundings.failure(error).message
      throw Failure("what the change leads to could not be judged by itself: \(why)")
    }
    guard let trusted = check.trusted else { return [] }
    do throws(JudgementError) { try read(in: trusted) } catch {
      guard case .policy = error else {
        let why = surroundings.failure(error).message
        throw Failure("the policy of what was there before is not at hand: \(why)")
      }
      check.trusted = try surroundings.asking { (repository) throws(GitError) in repository.emptyTree }
      return ["the policy of what was there before cannot be read, so guard's defaults hold: \(error)"]
    }
    return []
  }

  /// Reads the policy of a tree, once what it is pinned by is here.
  private func read(in tree: ObjectTree) throws(JudgementError) {
    var brought: Set<Text> = []
    while true {
      do throws(JudgementError) { return try check.readCommitted(in: tree) } catch {
        guard case .lacking(let commit, let place) = error, let bringPinned, brought.insert(commit).inserted
        else { throw error }
        do throws(Failure) { try bringPinned(commit.string) } catch {
          throw .source("\(place.place): \(error.message)")
        }
      }
    }
  }

  private func tree(of commit: CommitID) throws(Failure) -> ObjectTree {
    try surroundings.asking { (repository) throws(GitError) in try repository.tree(of: commit) }
  }
}

extension RepositoryPath {
  /// Whether guard reads from it what to let pass, and where data is to be.
  fileprivate var saysHowToJudge: Bool {
    if [PolicyLayer.committedFile, Waiver.committedFile].contains(where: { bytes.elementsEqual($0.utf8) }) {
      return true
    }
    let parts = components.suffix(2).map { Array($0) }
    return parts == [Array(".dvc".utf8), Array("config".utf8)]
      || parts == [Array(".dvc".utf8), Array("config.local".utf8)]
  }
}
