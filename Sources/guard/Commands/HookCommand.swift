import ArgumentParser
import Git
import Hooks
import Platform
import Reports
import Values

/// `guard hook NAME -- ARGUMENTS`: what the shims call. They stay in repositories for years, so this form never
/// changes its meaning.
struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "What the installed hooks call.", shouldDisplay: false)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The hook's name as Git has it.")
  var name: String
  @Argument(parsing: .postTerminator, help: "What Git tells the hook.")
  var arguments: [String] = []

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      switch name {
      case "pre-commit", "pre-merge-commit": return try checkStaged(surroundings)
      case "commit-msg": return try checkMessage(surroundings)
      case "pre-push": return try checkPush(surroundings)
      case "post-commit", "post-applypatch", "post-merge", "post-rewrite":
        recordAfter(surroundings)
        return .pass
      default:
        // A shim of a newer guard has met this older one. It cannot judge, so it must not pass.
        throw Failure(
          "this guard does not know the hook \(name), which a newer one wrote: install that guard, or take "
            + "the hook out with guard uninstall")
      }
    }
  }

  /// Judges what Git is about to commit: silent when there is nothing to tell.
  private func checkStaged(_ surroundings: Surroundings) throws(Failure) -> ExitStatus {
    let check = CheckRun(surroundings)
    guard !check.isOff else {
      surroundings.warn("skipped by GUARD=0: \(name) was not judged")
      return .pass
    }
    return try tell(check.report(.staged), surroundings)
  }

  /// Judges the message of the commit that Git is about to make: silent when there is nothing to tell.
  private func checkMessage(_ surroundings: Surroundings) throws(Failure) -> ExitStatus {
    let check = CheckRun(surroundings)
    // That nothing is judged pre-commit has said.
    guard !check.isOff else { return .pass }
    guard let file = arguments.first else {
      throw Failure("Git tells a commit-msg hook the file of the message: it is missing", status: .usage)
    }
    return try tell(check.report(.message(file)), surroundings)
  }

  /// Asks DVC's remotes for the data of what Git is about to push: silent when all of it is there.
  private func checkPush(_ surroundings: Surroundings) throws(Failure) -> ExitStatus {
    let start = SystemClock.monotonicMilliseconds
    let check = CheckRun(surroundings)
    guard !check.isOff else {
      surroundings.warn("nothing was checked: GUARD=0")
      return .pass
    }
    guard arguments.count >= 2 else {
      throw Failure(
        "Git tells a pre-push hook the remote's name and its URL: they are missing", status: .usage)
    }
    let input: [UInt8]
    do { input = try StandardStream.input.readAll(limit: 1 << 26) } catch { throw Failure(error) }
    var push = try PushRun(surroundings, check, Subjects(surroundings))
    let references: [PushedReference]
    do { references = try PushedReference.all(in: input) } catch { throw Failure("\(error)") }
    let scope = try push.scope(pushing: references, to: arguments[0], url: arguments[1])
    let carriesNotes = PushedReference.carryNotes(references)
    guard !scope.commits.isEmpty else { return .pass }
    push.options.push = try push.command(for: scope)
    record(scope.commits, surroundings)
    var found = try push.look(scope)
    if found.policy.onMissing == .push { try upload(push, &found, surroundings) }
    let status = try tell(push.report(found, milliseconds: start), surroundings)
    // Who sends the notes along sends them as they were: Git would find them changed.
    if status == .pass, !carriesNotes { exchange(surroundings) }
    return status
  }

  /// Writes the records that are missing. A push does not depend on it.
  private func record(_ commits: [CommitID], _ surroundings: Surroundings) {
    do throws(Failure) { try RecordHooks(surroundings).recordMissing(commits) } catch {
      surroundings.warn("no run records were written: \(error.message)")
    }
  }

  /// Sends the records to where the commits go, before these. A push does not depend on it.
  private func exchange(_ surroundings: Surroundings) {
    do throws(Failure) {
      let remote = try surroundings.remote(named: arguments[0], pushedTo: arguments[1])
      let told = SyncRun(surroundings).exchange(with: remote, seconds: 10, takesAll: false)
      if told.hasFailed { surroundings.warn(told.line) }
    } catch {
      surroundings.warn("records: \(error.message)")
    }
  }

  /// Records what Git has just made. Git does not wait for the verdict of these hooks, and nothing here is one: what goes
  /// wrong is a line.
  private func recordAfter(_ surroundings: Surroundings) {
    guard !CheckRun(surroundings).isOff else { return }
    do throws(Failure) {
      let hooks = try RecordHooks(surroundings)
      switch name {
      case "post-rewrite":
        let input: [UInt8]
        do { input = try StandardStream.input.readAll(limit: 1 << 26) } catch { throw Failure(error) }
        try hooks.recordRewritten(input, how: Text(arguments.first ?? ""))
      // `git merge --squash` makes no commit (githooks(5), post-merge).
      case "post-merge" where arguments.first == "1": return
      default: try hooks.recordHead()
      }
    } catch {
      surroundings.warn("no run record was written: \(error.message)")
    }
  }

  private func upload(
    _ push: PushRun, _ found: inout PushRun.Found, _ surroundings: Surroundings
  ) throws(Failure) {
    let outcome = push.upload(&found)
    if outcome.objects > 0 { surroundings.warn(outcome.summary) }
    for failure in outcome.failures.prefix(10) { surroundings.warn("'\(failure.path)': \(failure.error)") }
  }

  private func tell(_ report: Report, _ surroundings: Surroundings) throws(Failure) -> ExitStatus {
    var options = TextReport.Options()
    options.tellsPass = false
    options.wayToRoot = surroundings.wayToRoot
    options.takesNamedFilesOnly = surroundings.takesNamedFilesOnly
    options.tellsWaiving = true
    do throws(SystemError) {
      try StandardStream.error.write(TextReport(report, options).bytes)
    } catch {
      // With nobody left to tell, the verdict stands: Git takes the exit code.
      guard error.isBrokenPipe else { throw Failure(error) }
    }
    return ExitStatus(report.conclusion)
  }
}
