import Git
import Hashing
import Platform
import Support
import Testing
import Values

@testable import Runs

/// A repository with a record that is kept, and room for keys that the real `ssh-keygen` and `openssl` make.
struct SigningFixture {
  let repository: ScratchRepository
  let opened: Repository
  let head: CommitID
  let record: SignedRecord

  /// - Parameter configuration: variables of Git and their values.
  init(_ configuration: [(String, String)] = []) throws {
    repository = try RunsFixture.repository()
    for (key, value) in configuration { try repository.git("config", key, value) }
    opened = try RunsFixture.open(repository)
    head = try #require(try opened.head())
    try Ledger(opened).records.write([RecordBuilder(opened).record(of: head)])
    record = SignedRecord(try #require(try Ledger(opened).records.kept(of: head).record))
  }

  var environment: ProcessEnvironment { repository.environment }

  /// Opens the repository anew, with what was configured since.
  func reopened(_ configuration: [(String, String)]) throws -> Repository {
    for (key, value) in configuration { try repository.git("config", key, value) }
    return try RunsFixture.open(repository)
  }

  /// Runs a shell command in the scratch directory beside the repository, with nothing to read.
  @discardableResult
  func shell(_ script: String, _ environment: ProcessEnvironment? = nil) throws -> (
    said: String, succeeded: Bool
  ) {
    let command = Command(
      Array("/bin/sh".utf8), ["-c", "exec 2>&1; \(script)"], environment: environment ?? self.environment,
      directory: repository.scratch.path)
    let outcome = try command.run()
    return (String(decoding: outcome.output, as: UTF8.self), outcome.succeeded)
  }

  /// A path in the scratch directory.
  func path(_ name: String) -> String { String(decoding: repository.scratch(name), as: UTF8.self) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try FileSystem.write(bytes, to: repository.scratch(name))
  }

  /// Makes an SSH key `NAME` without a passphrase, and `NAME.pub`.
  func makeKey(_ name: String, _ options: String = "-t ed25519") throws {
    #expect(try shell("ssh-keygen -q \(options) -N '' -C '' -f \(name)").succeeded)
  }

  /// What the signatures that are kept are worth.
  func verdicts(
    _ opened: Repository? = nil, keys: [SignatureCheck.KnownKey] = [], at seconds: Int64 = 1_700_000_000
  ) throws -> [CheckedSignature.Verdict] {
    let opened = opened ?? self.opened
    let ledger = Ledger(opened)
    return SignatureCheck(opened, environment, keys: keys).checked(
      try ledger.links.of(head), of: try ledger.records.kept(of: head).record, at: seconds
    ).map(\.verdict)
  }

  /// The lines of the commit's links.
  func links() throws -> [String] {
    String(decoding: try repository.git("notes", "--ref=guard/links", "show"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// Puts one line in the place of the links.
  func replaceLinks(_ line: String) throws {
    try repository.git("notes", "--ref=guard/links", "add", "-f", "-m", line)
  }
}
