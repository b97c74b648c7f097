import ArgumentParser
import Platform
import Policy
import Reports

/// `guard fix`: does the mends that cannot lose work.
struct FixCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fix",
    abstract:
      "Mend what guard check finds, where that cannot lose work: it shows what it would do, and asks.",
    discussion: """
      It stages files that were forgotten, adds lines to .gitignore files, and has dvc commit the outputs of stages whose \
      inputs are the recorded ones. No other verb of guard's writes the index or the work tree. A file that is staged in \
      part is left to you, as is all that needs a run of the pipeline. The exit code is 0 when nothing is left to mend, \
      1 when something is, and 2 when a step failed.
      """,
    examples: [
      "What would be done:":
        "guard fix --dry-run",
      "Do it without a question:":
        "guard fix --yes",
    ])

  @OptionGroup var global: GlobalOptions
  @OptionGroup var rules: RuleOptions

  @Flag(name: .shortAndLong, help: "Do it without asking.")
  var yes = false
  @Flag(help: "Print what would be done, and do nothing.")
  var dryRun = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      var check = CheckRun(surroundings)
      try rules.set(&check)
      var (plan, report) = try FixRun(check).plan()
      let place = surroundings.wayToRoot.isEmpty ? "" : ", at the root of the repository"
      try Answer.write(plan.isEmpty ? plan.text : "to do\(place):\n\(plan.text)")
      guard !plan.isEmpty, !dryRun else { return try told(report, surroundings) }
      var done: Set<String> = []
      repeat {
        if !done.isEmpty { try Answer.write("to do after that\(place):\n\(plan.text)") }
        guard try isWanted(surroundings) else {
          surroundings.warn(done.isEmpty ? "nothing was changed" : "nothing more was changed")
          return .violated
        }
        try apply(plan)
        done.insert(plan.text)
        // What was read before is not what is there now, and what was mended may have hidden more.
        (plan, report) = try FixRun(asked(global)).plan()
      } while !plan.isEmpty && !done.contains(plan.text)
      return try told(report, surroundings)
    }
  }

  /// Does what a plan says, unless something has changed while somebody thought about it.
  private func apply(_ plan: FixPlan) throws(Failure) {
    let run = try FixRun(asked(global))
    if !yes {
      guard try run.plan().plan.text == plan.text else {
        throw Failure("what is here has changed meanwhile: nothing was done, look at it again")
      }
    }
    try run.apply(plan)
  }

  /// A check of what is here now.
  private func asked(_ options: GlobalOptions) throws(Failure) -> CheckRun {
    var check = CheckRun(try Surroundings(options))
    try rules.set(&check)
    return check
  }

  /// Whether the person wants it; without a terminal there is nobody to ask.
  private func isWanted(_ surroundings: Surroundings) throws(Failure) -> Bool {
    if yes { return true }
    guard StandardStream.input.isTerminal, StandardStream.error.isTerminal else {
      surroundings.warn("there is no terminal to ask at: --yes does it")
      return false
    }
    do throws(SystemError) { try StandardStream.error.write("do this? [y/N] ") } catch {
      throw Failure(error)
    }
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }

  /// What is left, in the words of `guard check`.
  private func told(_ report: Report, _ surroundings: Surroundings) throws(Failure) -> ExitStatus {
    var options = TextReport.Options()
    options.wayToRoot = surroundings.wayToRoot
    try Answer.write(TextReport(report, options).bytes)
    return ExitStatus(report.conclusion)
  }
}
