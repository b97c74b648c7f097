import ArgumentParser
import Policy
import Reports
import Trees
import Values

/// `guard config`: what is set, and where.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show every setting: the policy, DVC's remotes and MLflow, each with where it comes from.",
    discussion: """
      Without an option it reads .guard.yml and guard.local.yml as they are in the work tree; a hook reads .guard.yml \
      as it is staged. No secret is shown.
      """,
    examples: [
      "All settings:":
        "guard config",
      "Those below one key:":
        "guard config remote",
      "How large may this file be?":
        "guard config rules.data/large-file.limit --path docs/scan.png",
      "What holds for a branch, with the policy that is staged:":
        "guard config --staged --branch release/1",
      "For an editor:":
        "guard config --schema > policy.schema.json",
    ])

  @OptionGroup var global: GlobalOptions

  @Argument(
    help: "The key that alone is told, with all that stand below it, such as remote.on-missing.",
    completion: .setting)
  var key: String?
  @Flag(help: "Read the policy that is staged.")
  var staged = false
  @Option(help: ArgumentHelp("Read the policy of a commit.", valueName: "rev"), completion: .revision)
  var rev: String?
  @Option(help: ArgumentHelp("A policy file in place of .guard.yml.", valueName: "file"), completion: .file())
  var config: String?
  @Option(
    help: ArgumentHelp(
      "The branch whose part of the policy counts, in place of the one that is checked out.",
      valueName: "name"), completion: .revision)
  var branch: String?
  @Option(
    help: ArgumentHelp(
      "The path whose part of the policy counts, from the root of the repository.", valueName: "path"),
    completion: .file())
  var path: String?
  @Flag(help: "Print a document for a program.")
  var json = false
  @Flag(help: "Print the JSON Schema of the policy file, for editors, and nothing else.")
  var schema = false
  @Flag(help: "Print the tables of keys in docs/configuration.md, and nothing else.")
  var tables = false

  func validate() throws {
    guard !(staged && rev != nil) else { throw ValidationError("--staged and --rev exclude each other") }
    guard !(schema && tables) else { throw ValidationError("--schema and --tables exclude each other") }
  }

  func run() throws {
    if schema || tables {
      return try ExitStatus.ending { () throws(Failure) in
        try Answer.write(schema ? PolicySchema.document : Array(Self.tables.utf8))
        return .pass
      }
    }
    try Surroundings.running(global) { surroundings throws(Failure) in
      var check = CheckRun(surroundings)
      check.policyFile = config
      check.branches = branch.map { [Text($0)] }
      var settings = SettingRows(check)
      settings.path = path.flatMap { RepositoryPath.root.resolving($0.utf8) }
      let list = SettingList(try settings.rows(scope), below: key.map { Text($0) })
      guard !list.isEmpty else {
        throw Failure("there is no key '\(key ?? "")': guard config lists them", status: .usage)
      }
      try Answer.write(json ? list.json : Array(list.text.utf8))
      for line in try settings.misnamed(scope) { surroundings.warn(line) }
      return .pass
    }
  }

  private var scope: SettingRows.Scope {
    if staged { return .staged }
    return rev.map { .commit($0) } ?? .workTree
  }

  private static var tables: String {
    PolicyTables.all.map { table in
      (table.section.isEmpty ? "" : "### \(table.section)\n") + table.markdown
    }.joined(separator: "\n")
  }
}
