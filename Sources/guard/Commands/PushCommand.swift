import ArgumentParser
import Git
import Platform
import Policy
import Reports
import Transfer
import Values

/// `guard push`: uploads what commits need and remotes lack.
struct PushCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Upload the data that commits need and their DVC remotes lack, and nothing else.",
    discussion: """
      Without an option it looks at HEAD and the commits before it that no remote of Git's is known to have. Files go \
      before the list of their directory, so that what is stopped half-way is not taken for whole; the next run goes \
      on with what is still missing. What guard pushed, dvc pull gets.
      """,
    examples: [
      "What would be uploaded:":
        "guard push --dry-run",
      "All that the commits which were not pushed yet need:":
        "guard push",
    ])

  @OptionGroup var global: GlobalOptions

  @Option(
    help: ArgumentHelp("Look at the commits of a range; several may be named.", valueName: "a..b"),
    completion: .range)
  var range: [String] = []
  @Option(
    name: [.customShort("r"), .long],
    help: ArgumentHelp(
      "Push to this DVC remote, not the default one; an output with another of its own is left out.",
      valueName: "name"), completion: .dataRemote)
  var remote: String?
  @Flag(help: "Look at every commit of all branches and tags, also at those that Git's remotes have.")
  var allCommits = false
  @OptionGroup var asking: RemoteOptions
  @Flag(
    help: "Print what would be uploaded, and upload nothing. The exit code is that of a push that succeeds.")
  var dryRun = false

  func validate() throws {
    guard range.isEmpty || !allCommits else {
      throw ValidationError("--range and --all-commits exclude each other")
    }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let start = SystemClock.monotonicMilliseconds
      var push = try PushRun(surroundings, CheckRun(surroundings), Subjects(surroundings))
      push.options = asking.options
      push.options.remoteName = remote.flatMap { $0.isEmpty ? nil : Text($0) }
      let scope = try scope(push)
      push.options.push = try push.command(for: scope)
      var found = try push.look(scope)
      tellLeftOut(found, surroundings)
      try dryRun ? print(push.rehearse(&found).map(\.string)) : upload(push, &found, surroundings)
      let report = try push.report(found, milliseconds: start)
      var options = TextReport.Options()
      options.tellsPass = false
      do throws(SystemError) { try StandardStream.error.write(TextReport(report, options).bytes) } catch {
        throw Failure(error)
      }
      return ExitStatus(report.conclusion)
    }
  }

  private func tellLeftOut(_ found: PushRun.Found, _ surroundings: Surroundings) {
    let names = Set(found.answers.flatMap(\.leftOut)).sorted()
    guard let first = names.first else { return }
    let others = names.count == 1 ? "" : " and \(names.count - 1) more"
    surroundings.warn("left out, for another remote: '\(first)'\(others)")
  }

  private func scope(_ push: PushRun) throws(Failure) -> PushRun.Scope {
    try range.isEmpty ? push.outgoing(everything: allCommits) : push.scope(ofRanges: range)
  }

  private func upload(
    _ push: PushRun, _ found: inout PushRun.Found, _ surroundings: Surroundings
  ) throws(Failure) {
    let outcome = push.upload(&found)
    for failure in outcome.failures.prefix(10) { surroundings.warn("'\(failure.path)': \(failure.error)") }
    if outcome.failures.count > 10 { surroundings.warn("and \(outcome.failures.count - 10) more") }
    guard outcome.objects == 0, outcome.failures.isEmpty else { return try print([outcome.summary]) }
    let isComplete = found.answers.allSatisfy(\.isComplete)
    try print([isComplete ? "Everything is up to date." : "Nothing was pushed."])
  }

  private func print(_ lines: [String]) throws(Failure) {
    do throws(SystemError) {
      try StandardStream.output.write(lines.map { $0 + "\n" }.joined())
    } catch {
      throw Failure(error)
    }
  }
}

extension Uploader.Outcome {
  /// What came of it, in a line.
  var summary: String {
    let failed = failures.isEmpty ? "" : ", \(failures.count) failed"
    return "\(objects) \(objects == 1 ? "object" : "objects") pushed, \(ProgressBar.amount(bytes))\(failed)"
  }
}
