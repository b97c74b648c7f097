import Git
import Policy

extension PushRun {
  /// The command that uploads what these commits need to where it was asked for.
  func command(for scope: Scope) throws(Failure) -> String {
    var words = "guard push " + (try selection(of: scope))
    // Without it what is there with other bytes stays.
    if options.verifies { words += " --verify" }
    guard let remote = options.remoteName else { return words }
    return words + " -r " + ShellCommand.quoted(remote.utf8)
  }

  /// The options that name the commits.
  private func selection(of scope: Scope) throws(Failure) -> String {
    try surroundings.asking { (repository) throws(GitError) in
      let tips = scope.commits.filter { scope.tips.contains($0) }
      let ranges = try tips.map { tip throws(GitError) in
        try Self.base(of: tip, in: scope, repository).map { "\($0.short)..\(tip.short)" }
      }
      if ranges.count == 1, let range = ranges[0] { return "--range \(range)" }
      let named = try Self.allCommits(of: repository)
      if try repository.commits(reachableFrom: tips, notFrom: named).isEmpty { return "--all-commits" }
      // An experiment, or a commit by its id: no branch and no tag leads there.
      return zip(tips, ranges).map { "--range \($1 ?? $0.short)" }.joined(separator: " ")
    }
  }

  /// What the other side has that a commit stands on; `nil` when all of its history is pushed.
  private static func base(
    of tip: CommitID, in scope: Scope, _ repository: Repository
  ) throws(GitError) -> CommitID? {
    let (new, base) = (Set(scope.commits), Set(scope.base))
    var (seen, open): (Set<CommitID>, [CommitID]) = ([tip], [tip])
    while let id = open.popLast() {
      for parent in try repository.parents(of: id) {
        if base.contains(parent) { return parent }
        if new.contains(parent), seen.insert(parent).inserted { open.append(parent) }
      }
    }
    return nil
  }
}
