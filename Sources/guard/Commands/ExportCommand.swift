import ArgumentParser
import Git
import Platform
import Reports
import Runs
import Values

/// `guard export`: what is known of a commit, in the form of other tools.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print what is known of a commit for other tools: SLSA provenance, or the signed record.",
    discussion: """
      --slsa prints SLSA provenance v1 of the results that a commit holds. --dsse prints the record that is kept with \
      its signatures, as an envelope of DSSE. The document is all that is on standard output.
      """,
    examples: [
      "SLSA provenance of the results of HEAD:":
        "guard export --slsa -o provenance.json",
      "The record with its signatures:":
        "guard export --dsse",
    ])

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The commit.", valueName: "rev"), completion: .revision)
  var revision = "HEAD"
  @Flag(help: "SLSA provenance v1: what the results are, and what they were made of.")
  var slsa = false
  @Flag(help: "The record that is kept and its signatures, as DSSE.")
  var dsse = false
  @Option(
    help: ArgumentHelp(
      "With --slsa: the URI of who ran the pipeline, such as a CI system's.", valueName: "uri"))
  var builderID: String?
  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("Write the document to a file.", valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws {
    guard slsa != dsse else { throw ValidationError("what to print is --slsa or --dsse") }
    guard let builderID else { return }
    guard slsa else { throw ValidationError("--builder-id belongs to --slsa") }
    let scheme = builderID.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    guard scheme.first?.isLetter ?? false, builderID.dropFirst(scheme.count).first == ":" else {
      throw ValidationError("--builder-id is a URI, such as https://ci.example.org/trainer")
    }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let repository = try surroundings.repository()
      let commit: CommitID
      do throws(GitError) { commit = try repository.resolve(revision) } catch { throw Failure(error) }
      let records = try RecordRun(surroundings)
      let document =
        try slsa
        ? provenance(of: commit, records, surroundings) : envelope(of: commit, records)
      guard let output else {
        try Answer.write(document.indented)
        return .pass
      }
      do throws(SystemError) {
        try FileSystem.write(
          document.indented, to: FileSystem.join(surroundings.directory, Array(output.utf8)))
      } catch {
        throw Failure(error)
      }
      return .pass
    }
  }

  private func provenance(
    of commit: CommitID, _ records: RecordRun, _ surroundings: Surroundings
  ) throws(Failure) -> JSON {
    let record = try records.record(of: commit)
    var runs = try Self.runs(of: commit, records)
    if let introduced = record.introducedBy, introduced != commit {
      // The run of the training may be told of the commit that brought the results, of this one, or of both.
      let known = Set(runs.map(\.page))
      runs += try Self.runs(of: introduced, records).filter { $0.isOfTraining && !known.contains($0.page) }
    }
    let url = try surroundings.repository().configuration("remote.origin.url").map { Text(utf8: $0) }
    let builder = builderID.map { Text($0) } ?? Provenance.unverifiedBuilder
    guard let provenance = Provenance(of: record, repository: url, builder: builder, runs: runs) else {
      throw Failure("\(commit.short): there is no provenance: dvc.lock records no output with its hash")
    }
    for name in provenance.outputsWithoutDigest {
      surroundings.warn("\(RecordWords.shown(name.string)) is left out: DVC recorded no hash of it")
    }
    if record.isTruncated {
      surroundings.warn(
        "the record of \(commit.short) is so long that parts of it are only counted: so is this")
    }
    return provenance.statement
  }

  private static func runs(of commit: CommitID, _ records: RecordRun) throws(Failure) -> [RunLink] {
    try records.links(of: commit).compactMap { link in if case .run(let run) = link { run } else { nil } }
  }

  private func envelope(of commit: CommitID, _ records: RecordRun) throws(Failure) -> JSON {
    guard let record = try records.kept(of: commit).anyRecord.map(SignedRecord.init) else {
      throw Failure(
        "\(commit.short): no run record is kept: guard record --sign \(commit.short) writes and signs it")
    }
    let signatures = try records.links(of: commit).flatMap { link -> [Link.Signature.Entry] in
      guard case .signature(let line) = link, line.digest == record.digest else { return [] }
      return line.signatures
    }
    guard !signatures.isEmpty else {
      throw Failure("\(commit.short): nobody signed the run record: guard record --sign \(commit.short)")
    }
    return record.envelope(signatures)
  }
}
