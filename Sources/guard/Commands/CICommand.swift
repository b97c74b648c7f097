import ArgumentParser
import CI
import Git
import Platform
import Policy
import Reports
import Runs
import Values

/// `guard ci`: the gate on a pull request, or whatever else a CI system runs for.
struct CICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ci",
    abstract: "Judge a pull request, a merge queue or a push in CI, by the policy of what was there before.",
    discussion: """
      Base and head come from the environment of GitHub Actions, GitLab CI, Bitbucket Pipelines, Azure Pipelines, \
      Jenkins, CircleCI or Buildkite, or from --base and --head. The result and each commit are judged: what the \
      change brings in counts, what was there before is listed, and what a later commit of it mends is a note. What a \
      shallow clone lacks is fetched. Policy, waivers and DVC's remotes are those of the base.
      """,
    examples: [
      "In a job of a CI system that guard does not know:":
        "guard ci --base origin/main",
      "With a report that most of them can show:":
        "guard ci --base origin/main --report junit=guard.xml",
    ])

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp("What was there before: a commit or a branch.", valueName: "rev"),
    completion: .revision)
  var base: String?
  @Option(
    help: ArgumentHelp("What the change leads to; with --base.", valueName: "rev"), completion: .revision)
  var head: String?
  @OptionGroup var rules: RuleOptions
  @Flag(
    help: "Let nothing be waived: neither by a trailer, nor by the file of waivers, nor by the environment.")
  var noWaivers = false
  @Flag(help: "Do not ask DVC's remotes for the data of the commits.")
  var noRemote = false
  @Flag(help: "Do not fetch anything from Git's remote: neither history nor run records.")
  var noFetch = false
  @Flag(help: "Write the run records that commits of the change lack, and push them.")
  var backfill = false
  @OptionGroup var asking: RemoteOptions

  func validate() throws {
    guard head == nil || base != nil else { throw ValidationError("--head needs --base") }
    guard !noRemote || asking.given.isEmpty else {
      throw ValidationError("with --no-remote these mean nothing: \(asking.given.joined(separator: ", "))")
    }
    guard !(backfill && noFetch) else {
      throw ValidationError(
        "--backfill needs the records that Git's remote has: it does not go with --no-fetch")
    }
  }

  func run() throws {
    try Surroundings.running(global, isGate: true) { surroundings throws(Failure) in
      var check = CheckRun(surroundings)
      guard noWaivers || !check.isOff else {
        surroundings.warn("nothing was checked: GUARD=0")
        return .pass
      }
      try rules.set(&check)
      check.allowsWaivers = !noWaivers
      return try output.telling(.range, surroundings) { () throws(Failure) in
        try judge(check, surroundings)
      }
    }
  }

  private func judge(_ check: CheckRun, _ surroundings: Surroundings) throws(Failure) -> ExitStatus {
    let found = try proposed(surroundings)
    let resolver = resolver(found?.system)
    let (change, told) = try change(found, resolver)
    var check = check
    if check.branches == nil, let found {
      let branch = found.branch { surroundings.environment[$0] }
      check.branches = branch.map { [Text($0)] } ?? []
    }
    var run = CIRun(check, change)
    run.asksRemotes = !noRemote
    run.remoteOptions = asking.options
    run.bringPinned = resolver.bring(pinned:)
    var remarks = [told]
    let records = CIRecords(surroundings, fetches: !noFetch)
    run.notChecked = try records.bring()
    let brought = try run.brought()
    if backfill {
      let filled = try records.backfill(brought.isEmpty ? [change.head] : brought)
      remarks += filled.told
      run.notChecked += filled.notKept
    }
    var report = try run.report(on: brought, remarks: remarks)
    report.complete(for: output, surroundings)
    try output.write(report, surroundings, tellsWaiving: !noWaivers)
    return ExitStatus(report.conclusion)
  }

  private func resolver(_ system: CISystem?) -> ChangeResolver {
    var resolver = ChangeResolver(system) { () throws(Failure) in
      try Surroundings(global, isGate: true).repository()
    }
    resolver.fetches = !noFetch
    return resolver
  }

  /// The commits of the change, and a line that says what it is.
  private func change(
    _ found: ProposedChange?, _ resolver: ChangeResolver
  ) throws(Failure) -> (ChangeResolver.Resolved, told: String) {
    if let base {
      let change = try resolver.resolve(base: base, head: head)
      return (change, "judged beside \(base)")
    }
    guard let found else {
      throw Failure(
        "the environment is not that of a CI system which guard knows, so nobody says where the change starts",
        fix: "guard ci --base origin/main", status: .usage)
    }
    let change = try resolver.resolve(found)
    let since =
      change.base.map { " since \($0.short)" }
      ?? ", and not what was there before: only the last commit is judged, beside its parents (--base REV judges more)"
    return (change, "\(found.system.rawValue) says it is \(found.kind.rawValue)\(since)")
  }

  private func proposed(_ surroundings: Surroundings) throws(Failure) -> ProposedChange? {
    do {
      return try ProposedChange(
        environment: { surroundings.environment[$0] },
        file: { name in
          let path = FileSystem.join(surroundings.directory, Array(name.utf8))
          // What cannot be read is told by who needs it.
          return try? FileSystem.read(path, limit: 1 << 26)
        })
    } catch {
      if base != nil { return nil }
      throw Failure("\(error)")
    }
  }
}
