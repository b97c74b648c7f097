import ArgumentParser
import Git
import Platform
import Reports
import Runs
import Values

/// `guard verify`: makes a commit's record again and compares.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Make the run record of a commit again, and compare it with the one that is kept.",
    discussion: """
      The exit code is 0 when the record says what its commit says, 1 when it says something else or there is none, \
      and 2 when it cannot be judged: the record cannot be made in this clone, or only a newer guard knows its schema.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The commit.", valueName: "rev"))
  var revision = "HEAD"
  @Flag(name: .shortAndLong, help: "Print nothing; the exit code tells.")
  var quiet = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let records = try RecordRun(surroundings)
      let repository = try surroundings.repository()
      let commit: CommitID
      do throws(GitError) { commit = try repository.resolve(revision) } catch { throw Failure(error) }
      let record = try records.record(of: commit)
      let (lines, status) = judged(try records.kept(of: commit), record)
      if !quiet { try Answer.write(lines.map { $0 + "\n" }.joined()) }
      return status
    }
  }

  private func judged(_ kept: KeptRecord, _ record: RunRecord) -> ([String], ExitStatus) {
    let name = record.commit.short
    switch kept.state(beside: record) {
    case .missing: return (["\(name): there is no run record", "    fix: guard record \(name)"], .violated)
    case .newer(let schema):
      return (["\(name): not judged: a newer guard wrote the run record (schema \(schema))"], .notJudged)
    case .current:
      let limit = record.isCutOff ? ", as far as this clone knows its history" : ""
      return (["\(name): the run record says what the commit says\(limit)"], .pass)
    case .stale:
      guard case .record(let old) = kept else { return ([], .notJudged) }
      let details = old.details(comparedWith: record)
      var lines = ["\(name): the run record does not say what the commit says"]
      for detail in details.prefix(Self.mostDetails) {
        lines.append("    \(RecordWords.shown(detail.path.string))")
        lines.append("        recorded: \(RecordWords.value(detail.first))")
        lines.append("        commit:   \(RecordWords.value(detail.second))")
      }
      if details.count > Self.mostDetails { lines.append("    and \(details.count - Self.mostDetails) more") }
      return (lines + ["    fix: guard record \(name)"], .violated)
    }
  }

  private static let mostDetails = 20
}
