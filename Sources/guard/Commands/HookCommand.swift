import ArgumentParser
import Platform
import Reports

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
    let report = try check.report(.staged)
    var options = TextReport.Options()
    options.tellsPass = false
    options.wayToRoot = surroundings.wayToRoot
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
