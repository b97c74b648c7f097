import ArgumentParser
import Git
import Platform
import Reports
import Runs
import Values

/// `guard verify`: makes a commit's record again and compares, and checks who signed it.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract:
      "Make the run record of a commit again, compare it with the one that is kept, and check its signatures.",
    discussion: """
      The exit code is 0 when the record says what its commit says, 1 when it says something else, there is none, or a \
      signature is bad, and 2 when it cannot be judged: the record cannot be made in this clone, only a newer guard \
      knows its schema, or ssh-keygen is missing. SSH keys count as for git verify-commit \
      (gpg.ssh.allowedSignersFile), Ed25519 keys when --key or guard.local.yml names them.
      """,
    examples: [
      "Does the record of HEAD say what HEAD says?":
        "guard verify",
      "The same, and somebody who is known has to have signed it:":
        "guard verify --require-signature",
    ])

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The commit.", valueName: "rev"), completion: .revision)
  var revision = "HEAD"
  @Option(
    help: ArgumentHelp("An Ed25519 public key (PEM) whose signatures count.", valueName: "file"),
    completion: .file())
  var key: [String] = []
  @Flag(help: "Fail when nobody who is known signed the record.")
  var requireSignature = false
  @Flag(help: "Print a document of JSON.")
  var json = false
  @Flag(name: .shortAndLong, help: "Print nothing; the exit code tells.")
  var quiet = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let records = try RecordRun(surroundings)
      let repository = try surroundings.repository()
      let commit: Commit
      do throws(GitError) { commit = try repository.commit(repository.resolve(revision)) } catch {
        throw Failure(error)
      }
      let kept = try records.kept(of: commit.id)
      let verification = Verification(
        record: try records.record(of: commit.id), kept: kept,
        signatures: try surroundings.signatures(
          of: commit, kept, try records.links(of: commit.id), keyFiles: key),
        requiresSignature: requireSignature)
      if !quiet {
        try Answer.write(json ? verification.document.indented : Array(verification.text.utf8))
      }
      return switch verification.conclusion {
      case .pass: .pass
      case .violated: .violated
      case .notJudged: .notJudged
      }
    }
  }
}
