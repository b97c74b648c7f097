import ArgumentParser
import Git
import Platform
import Reports
import Runs
import Values

/// `guard log`: a line for each commit.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List commits with their verdict, changed parameters and metrics.",
    discussion: """
      The newest first, as git log does. Without a range it lists what HEAD holds. With --column each line has the \
      values of the parameters and metrics that are named.
      """,
    examples: [
      "The last five commits:":
        "guard log -n 5",
      "A table of a parameter and a metric for a spreadsheet:":
        "guard log --csv --column lr,mse",
    ])

  @OptionGroup var global: GlobalOptions
  @Argument(
    help: ArgumentHelp("A range A..B, or a commit with all before it.", valueName: "range"),
    completion: .range)
  var range = "HEAD"
  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("The most commits.", valueName: "number"))
  var maxCount: Int?
  @Option(
    name: .long,
    help: ArgumentHelp("Show a parameter or a metric in each line; several with commas.", valueName: "name"))
  var column: [String] = []
  @Flag(help: "Leave out what the policy says of the commits.")
  var noVerdict = false
  @Flag(help: "Print a document of JSON.")
  var json = false
  @Flag(help: "Print a table of comma-separated values.")
  var csv = false
  @Flag(help: "Print straight to the terminal.")
  var noPager = false

  func validate() throws {
    guard !(json && csv) else { throw ValidationError("--json and --csv exclude each other") }
    guard maxCount.map({ $0 > 0 }) ?? true else { throw ValidationError("--max-count is a number from 1") }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let repository = try surroundings.repository()
      var commits: [CommitID]
      do throws(GitError) { commits = try repository.commits(in: range).reversed() } catch {
        throw Failure(error)
      }
      if let maxCount { commits = Array(commits.prefix(maxCount)) }
      let log = try RecordLog(surroundings, judges: !noVerdict)
      let columns = column.flatMap { Text($0).split(separator: UInt8(ascii: ",")) }.filter { !$0.isEmpty }
      let report = LogReport(try log.entries(of: commits), columns: columns)
      for name in report.emptyColumns {
        surroundings.warn("no commit has a parameter or a metric '\(name)'")
      }
      if json { return try answer(report.json) }
      if csv { return try answer(report.csv) }
      try Pager(surroundings, isOn: !noPager).show(report.text)
      return .pass
    }
  }

  private func answer(_ bytes: [UInt8]) throws(Failure) -> ExitStatus {
    try Answer.write(bytes)
    return .pass
  }
}
