import Git
import Platform
import Policy
import Reports
import Values

extension CheckRun {
  /// Judges commits, and asks DVC's remotes for their data as the hook `pre-push` does.
  /// - Parameter scope: a commit or a range; what is not committed is not pushed.
  func report(_ scope: Scope, asking options: PushCheck.Options) throws(Failure) -> Report {
    let start = SystemClock.monotonicMilliseconds
    let subjects = try Subjects(surroundings)
    var push = PushRun(surroundings, self, subjects, judging: .everything)
    push.options = options
    let commits: PushRun.Scope
    switch scope {
    case .commit(let revision): commits = try push.scope(ofCommit: revision)
    case .range(let range): commits = try push.scope(ofRanges: [range])
    case .staged, .message, .workTree, .automatic:
      throw Failure("the remotes are asked for a commit or for a range of commits", status: .usage)
    }
    push.options.push = try push.command(for: commits)
    let runs = LinkedRuns(self)
    push.linkedRuns = { (commit) throws(JudgementError) in try runs.of(commit) }
    let asked = Report.Scope(scope, of: commits, base: try base(of: scope))
    return try push.report(push.look(commits), asked, milliseconds: start)
  }

  private func base(of scope: Scope) throws(Failure) -> Text? {
    guard case .range(let range) = scope else { return nil }
    return try base(of: range)
  }
}

extension Report.Scope {
  /// What `guard check` says that it judged.
  fileprivate init(_ scope: CheckRun.Scope, of commits: PushRun.Scope, base: Text?) {
    let head = commits.commits.last.map { Text(utf8: $0.object.hexadecimal) }
    if case .range = scope {
      self.init(.range, base: base, head: head)
    } else {
      self.init(.commit, head: head)
    }
  }
}
