import ArgumentParser
import Git
import Platform
import Runs

/// `guard sync`: exchanges run records with the Git remote, and brings runs to the tracking server.
struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Exchange run records with a Git remote, and bring the commits' runs to the MLflow server.",
    discussion: """
      Records are Git notes: what only one side has, both have afterwards, and nothing is ever overwritten. Runs that \
      could not be brought to the server at their commit are brought now. A commit never waits for any of it.
      """,
    examples: [
      "With the remote that this branch is pushed to:":
        "guard sync",
      "With another, all records, also those the server refused before:":
        "guard sync --remote origin --all --force",
    ])

  @OptionGroup var global: GlobalOptions
  @Option(
    name: [.customShort("r"), .long],
    help: ArgumentHelp(
      "The Git remote; by default the one that this branch is pushed to.", valueName: "name"),
    completion: .gitRemote
  )
  var remote: String?
  @Flag(help: "Look at every commit with a record, also where no run waits to be brought.")
  var all = false
  @Flag(help: "Try again what the server refused, and do not wait for the time that was set.")
  var force = false
  @Flag(help: ArgumentHelp("What hooks start: only runs, and nothing is said.", visibility: .hidden))
  var background = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      var sync = SyncRun(surroundings, inBackground: background)
      if background { return try sync.deliverInBackground() }
      sync.isForced = force
      let remote = try sync.remote(named: remote)
      let exchange = remote.map { sync.exchange(with: $0, seconds: 300, takesAll: true) }
      let delivery = try sync.deliver(everything: all)
      var told = [
        exchange ?? SyncRun.Told(line: "records: there is no Git remote to exchange them with"), delivery,
      ]
      if let remote, delivery.hasNewLinks, exchange?.hasFailed == false {
        // Which run is whose is for the other clones, too.
        let again = sync.exchange(with: remote, seconds: 300, takesAll: false)
        if again.hasFailed { told.append(again) }
      }
      for one in told { try Answer.write(one.line + "\n") }
      return told.contains(where: \.hasFailed) ? .notJudged : .pass
    }
  }
}
