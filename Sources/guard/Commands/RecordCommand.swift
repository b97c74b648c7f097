import ArgumentParser
import Git
import Platform
import Runs
import Values

/// `guard record`: writes run records.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Write the run records of commits, as Git notes.",
    discussion: """
      A record says what a commit is: data, parameters, metrics, stages, environment. It follows from the commit alone, \
      so every clone writes the same one; what is there already stays. Without an argument it is HEAD's. \
      git notes --ref=guard/runs show prints it as it is kept, guard show as a person reads it.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("Commits, or ranges A..B of them.", valueName: "rev"))
  var revisions: [String] = []
  @Flag(
    help: """
      Also of every commit before these; without an argument, of all that HEAD, the branches and the tags lead to.
      """)
  var backfill = false
  @Flag(help: "Print what would be written, and write nothing.")
  var dryRun = false
  @Flag(name: .shortAndLong, help: "Print nothing but failures.")
  var quiet = false

  /// Of more commits than this only the sum is told.
  private static let mostLines = 100

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let commits = try commits(surroundings)
      let records = try RecordRun(surroundings)
      var count = Count()
      try records.write(commits, isRehearsal: dryRun) { commit, result throws(Failure) in
        count.add(result)
        if case .impossible(let why) = result { surroundings.warn("\(commit.short): no record: \(why)") }
        if !quiet, commits.count <= Self.mostLines { try Answer.write("\(commit.short) \(words(result))\n") }
      }
      if !quiet, commits.count != 1 { try Answer.write(count.summary(isRehearsal: dryRun)) }
      return count.impossible == 0 ? .pass : .notJudged
    }
  }

  /// The commits that are meant, parents before children.
  private func commits(_ surroundings: Surroundings) throws(Failure) -> [CommitID] {
    let repository = try surroundings.repository()
    do throws(GitError) {
      if revisions.isEmpty, !backfill { return [try repository.resolve("HEAD")] }
      var commits: [CommitID] = []
      if revisions.isEmpty {
        var tips = try repository.commits(under: Array("refs/heads/".utf8))
        tips += try repository.commits(under: Array("refs/tags/".utf8))
        if let head = try repository.head() { tips.append(head) }
        return try repository.commits(reachableFrom: tips, notFrom: [])
      }
      for revision in revisions {
        commits +=
          try backfill || revision.contains("..")
          ? repository.commits(in: revision) : [repository.resolve(revision)]
      }
      var seen: Set<CommitID> = []
      return commits.filter { seen.insert($0).inserted }
    } catch {
      throw Failure(error)
    }
  }

  private func words(_ result: RecordRun.Result) -> String {
    switch result {
    case .recorded: dryRun ? "would be recorded" : "recorded"
    case .replaced(let members):
      (dryRun ? "would be recorded anew" : "recorded anew")
        + (members.isEmpty ? "" : ": " + members.map(\.string).joined(separator: ", "))
    case .current: "up to date"
    case .newer(let schema): "left alone: a newer guard wrote it (schema \(schema))"
    case .impossible: "no record"
    }
  }

  /// How many commits came to what.
  private struct Count {
    var recorded = 0
    var replaced = 0
    var current = 0
    var impossible = 0

    mutating func add(_ result: RecordRun.Result) {
      switch result {
      case .recorded: recorded += 1
      case .replaced: replaced += 1
      case .current, .newer: current += 1
      case .impossible: impossible += 1
      }
    }

    func summary(isRehearsal: Bool) -> String {
      let all = recorded + replaced + current + impossible
      var parts = ["\(recorded) \(isRehearsal ? "to record" : "recorded")"]
      if replaced > 0 { parts.append("\(replaced) \(isRehearsal ? "to record anew" : "recorded anew")") }
      parts.append("\(current) up to date")
      if impossible > 0 { parts.append("\(impossible) without a record") }
      return "\(all) commit\(all == 1 ? "" : "s"): \(parts.joined(separator: ", "))\n"
    }
  }
}

extension CommitID {
  /// The first digits, as a person takes them for the commit.
  var short: String { String(description.prefix(12)) }
}
