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
      git notes --ref=guard/runs show prints it as it is kept, guard show as a person reads it. --sign signs what is \
      kept with the key that Git signs with, when that is an SSH key, or with an Ed25519 key. Hooks sign nothing: they \
      must not ask for a passphrase.
      """,
    examples: [
      "Write the record of HEAD:":
        "guard record",
      "Write those of the whole history:":
        "guard record --backfill",
      "Sign the record of HEAD with Git's SSH key:":
        "guard record --sign",
    ])

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("Commits, or ranges A..B of them.", valueName: "rev"), completion: .range)
  var revisions: [String] = []
  @Flag(
    help: """
      Also of every commit before these; without an argument, of all that HEAD, the branches and the tags lead to.
      """)
  var backfill = false
  @Flag(help: "Print what would be written, and write nothing.")
  var dryRun = false
  @Flag(
    help: "Sign the records, with Git's signing key (gpg.format ssh, user.signingKey) or the one of --key.")
  var sign = false
  @Option(
    help: ArgumentHelp("The Ed25519 private key (PEM, without a passphrase) that signs.", valueName: "file"),
    completion: .file())
  var key: String?
  @Flag(name: .shortAndLong, help: "Print nothing but failures.")
  var quiet = false

  /// Of more commits than this only the sum is told.
  private static let mostLines = 100

  func validate() throws {
    guard sign || key == nil else { throw ValidationError("--key is the key of --sign") }
    guard !(sign && dryRun) else { throw ValidationError("--dry-run signs nothing: leave out --sign") }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      // A key that is not there is told before anything is written.
      let signer = try sign ? surroundings.signer(keyFile: key) : nil
      let commits = try commits(surroundings)
      let records = try RecordRun(surroundings)
      var count = Count()
      try records.write(commits, isRehearsal: dryRun) { commit, result throws(Failure) in
        count.add(result)
        if case .impossible(let why) = result { surroundings.warn("\(commit.short): no record: \(why)") }
        if !quiet, commits.count <= Self.mostLines { try Answer.write("\(commit.short) \(words(result))\n") }
      }
      if !dryRun, commits.count <= Self.mostLines { try RecordHooks(surroundings).deliverAgain(commits) }
      if !quiet, commits.count != 1 { try Answer.write(count.summary(isRehearsal: dryRun)) }
      if let signer { count.unsigned = try signed(commits, with: signer, records.ledger) }
      return count.impossible + count.unsigned == 0 ? .pass : .notJudged
    }
  }

  /// Signs what is kept of commits.
  /// - Returns: how many have nothing that can be signed.
  private func signed(
    _ commits: [CommitID], with signer: any RecordSigner, _ ledger: Ledger
  ) throws(Failure) -> Int {
    let results: [(commit: CommitID, result: Ledger.Signing)]
    do throws(RunsError) { results = try ledger.sign(commits, with: signer) } catch { throw Failure(error) }
    let (new, known) = (results.count { $0.result == .signed }, results.count { $0.result == .known })
    guard !quiet else { return results.count - new - known }
    for (commit, result) in results where results.count <= Self.mostLines {
      let words =
        switch result {
        case .signed: "signed with \(signer.keyID)"
        case .known: "signed already with \(signer.keyID)"
        case .impossible: "not signed: it has no record that this guard knows"
        }
      try Answer.write("\(commit.short) \(words)\n")
    }
    if results.count != 1 {
      try Answer.write("\(new) signed with \(signer.keyID), \(known) signed already\n")
    }
    return results.count - new - known
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
    /// Those that were to be signed, and have nothing that can be signed.
    var unsigned = 0

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
