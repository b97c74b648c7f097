import ArgumentParser
import Git
import Platform
import Reports
import Runs
import Values

/// `guard show`: the record of a commit, as a person reads it.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a commit is: results, parameters, data, environment, stages, runs, signatures.",
    discussion: """
      It is the run record, made of the commit now, with what differs from the commit before it. Then whether the \
      commit can be restored: whether the data that it names is in the cache of this machine, or, with --remote, on \
      its DVC remotes. Whether the record is kept, and says the same, is told in the last line.
      """,
    examples: [
      "The last commit:":
        "guard show",
      "What a program can read of the one before it:":
        "guard show --json HEAD~1",
      "Whether the DVC remotes have its data, too:":
        "guard show --remote",
    ])

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The commit.", valueName: "rev"), completion: .revision)
  var revision = "HEAD"
  @Flag(help: "Print the record alone, as the JSON document that is kept.")
  var json = false
  @Flag(help: "Ask the DVC remotes whether they have the data that the commit names.")
  var remote = false

  func validate() throws {
    guard !(json && remote) else {
      throw ValidationError(
        "--json prints the record alone, which no remote has a part in: leave out --remote")
    }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let repository = try surroundings.repository()
      let records = try RecordRun(surroundings)
      let commit: Commit
      do throws(GitError) { commit = try repository.commit(repository.resolve(revision)) } catch {
        throw Failure(error)
      }
      let record = try records.record(of: commit.id)
      guard !json else {
        try Answer.write(record.statement.indented)
        return .pass
      }
      let (kept, links) = (try records.kept(of: commit.id), try records.links(of: commit.id))
      let signatures = try surroundings.signatures(of: commit, kept, links)
      let text = RecordText(
        record, subject: commit.subject, parent: parent(of: commit, records),
        state: kept.state(beside: record),
        links: links, signatures: signatures,
        restoration: try RestorationRun(surroundings).restoration(of: commit.id, asksRemotes: remote))
      try Answer.write(text.bytes)
      return .pass
    }
  }

  /// The record of the first parent, where this clone can make it.
  private func parent(of commit: Commit, _ records: RecordRun) -> RunRecord? {
    guard let parent = commit.parents.first else { return nil }
    do throws(Failure) { return try records.record(of: parent) } catch {
      // Then what changed is not told; the record itself is.
      return nil
    }
  }
}
