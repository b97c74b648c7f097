import ArgumentParser
import Platform
import Policy
import Reports
import Values

/// `guard check`: applies the policy and prints findings.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Apply the policy: to what is staged, the work tree, a commit or a range of commits.",
    discussion: """
      Without an option it judges what is staged, and when nothing is staged the work tree as if all of it were \
      committed. Only what a commit introduces counts; what its parents had already is one line. The exit code is \
      0 when the policy is kept, 1 when it is violated, and 2 when it could not be judged.
      """,
    examples: [
      "What git commit is about to write:":
        "guard check --staged",
      "Every commit that was not pushed yet, also their data:":
        "guard check --range origin/main..HEAD --remote",
      "Parameters only, of the files here and now:":
        "guard check --worktree --only lock/params",
      "For a code scanner:":
        "guard check --rev HEAD --format sarif -o guard.sarif",
    ])

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Judge what git commit is about to write.")
  var staged = false
  @Flag(help: "Judge the files here and now, as if all of them were committed.")
  var worktree = false
  @Option(help: ArgumentHelp("Judge a commit.", valueName: "rev"), completion: .revision)
  var rev: String?
  @Option(
    help: ArgumentHelp("Judge every commit of a range, the oldest first.", valueName: "a..b"),
    completion: .range)
  var range: String?
  @OptionGroup var rules: RuleOptions
  @Flag(help: "Ask DVC's remotes for the data of the commits, too; with --rev or --range.")
  var remote = false
  @OptionGroup(title: "With --remote") var asking: RemoteOptions

  func validate() throws {
    let scopes = [staged, worktree, rev != nil, range != nil].filter { $0 }
    guard scopes.count <= 1 else {
      throw ValidationError("--staged, --worktree, --rev and --range exclude each other")
    }
    guard !remote || rev != nil || range != nil else {
      throw ValidationError("--remote needs --rev or --range: what is not committed is not pushed")
    }
    guard remote || asking.given.isEmpty else {
      throw ValidationError("without --remote these mean nothing: \(asking.given.joined(separator: ", "))")
    }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      var check = CheckRun(surroundings)
      guard !check.isOff else {
        surroundings.warn("nothing was checked: GUARD=0")
        return .pass
      }
      try rules.set(&check)
      return try output.telling(kind, surroundings) { () throws(Failure) in
        var report = try remote ? check.report(scope, asking: asked(surroundings)) : check.report(scope)
        report.complete(for: output, surroundings)
        try output.write(report, surroundings)
        return ExitStatus(report.conclusion)
      }
    }
  }

  /// A gate in CI believes only what remotes say now.
  private func asked(_ surroundings: Surroundings) -> PushCheck.Options {
    var options = asking.options
    if surroundings.environment["CI"] != nil { options.usesMemory = false }
    return options
  }

  /// What a report says that was asked to be judged, where nothing could be.
  private var kind: Report.Scope.Kind {
    if rev != nil { return .commit }
    if range != nil { return .range }
    return worktree ? .worktree : .staged
  }

  private var scope: CheckRun.Scope {
    if staged { return .staged }
    if worktree { return .workTree }
    if let rev { return .commit(rev) }
    return range.map { .range($0) } ?? .automatic
  }
}

extension ExitStatus {
  /// The code of a conclusion.
  init(_ conclusion: Conclusion) {
    switch conclusion {
    case .pass: self = .pass
    case .violated: self = .violated
    case .notJudged: self = .notJudged
    }
  }
}
