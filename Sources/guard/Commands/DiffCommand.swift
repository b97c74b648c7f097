import ArgumentParser
import Git
import Platform
import Reports
import Runs

/// `guard diff`: what two commits say otherwise.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two commits: results, parameters, data, stages, environment.",
    discussion: "Both are read from what Git holds, so neither has to be checked out, and no data is needed.",
    examples: [
      "The last commit beside the one before it:":
        "guard diff HEAD~1",
      "A branch beside another, for a program to read:":
        "guard diff origin/main main --json",
    ])

  @OptionGroup var global: GlobalOptions
  @Argument(help: ArgumentHelp("The first commit.", valueName: "a"), completion: .revision)
  var first: String
  @Argument(help: ArgumentHelp("The second commit.", valueName: "b"), completion: .revision)
  var second = "HEAD"
  @Flag(help: "Print a document of JSON.")
  var json = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let repository = try surroundings.repository()
      let records = try RecordRun(surroundings)
      var found: [RunRecord] = []
      for revision in [first, second] {
        let commit: CommitID
        do throws(GitError) { commit = try repository.resolve(revision) } catch { throw Failure(error) }
        found.append(try records.record(of: commit))
      }
      let report = ChangesReport(from: found[0], to: found[1])
      try Answer.write(json ? report.json : report.text)
      return .pass
    }
  }
}
