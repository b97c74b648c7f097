import Git
import Platform
import Values

/// Whose SSH keys count, as Git's configuration says it (git-config(1)).
public struct SSHTrust: Sendable {
  /// `gpg.ssh.allowedSignersFile`: who signs with which key (ssh-keygen(1), ALLOWED SIGNERS); `nil` when it is not set.
  let allowedSigners: [UInt8]?
  /// `gpg.ssh.revocationFile`: keys that do not count any more.
  let revoked: [UInt8]?

  /// Nobody's.
  static let none = SSHTrust(allowedSigners: nil, revoked: nil)

  private init(allowedSigners: [UInt8]?, revoked: [UInt8]?) {
    self.allowedSigners = allowedSigners
    self.revoked = revoked
  }

  /// Those that a repository's configuration names.
  public init(_ repository: Repository) {
    allowedSigners = repository.configurationPath("gpg.ssh.allowedsignersfile")
    revoked = repository.configurationPath("gpg.ssh.revocationfile")
  }
}

/// Checks signatures by SSH keys with ssh-keygen, as Git checks those of commits (`verify_ssh_signed_buffer` in
/// `gpg-interface.c` of Git 2.39).
struct SSHVerifier {
  private let program: SSHProgram
  private let trust: SSHTrust
  private let environment: ProcessEnvironment

  init(_ program: SSHProgram, _ trust: SSHTrust, _ environment: ProcessEnvironment) {
    self.program = program
    self.trust = trust
    self.environment = environment
  }

  /// Whether the key that is in a signature made it of a record, whosever it is.
  func isIntact(_ signature: SSHSignature, of record: SignedRecord) throws(RunsError) -> Bool {
    let folder = try Folder(environment)
    try folder.write(signature.armored, to: "signature")
    return try isIntact(folder("signature"), record)
  }

  private func isIntact(_ file: [UInt8], _ record: SignedRecord) throws(RunsError) -> Bool {
    try run(["check-novalidate", "-n", SSHSignature.namespace.string], file, record).succeeded
  }

  /// What a signature is worth.
  /// - Parameter seconds: the time of the commit, since 1970: a key counts that was valid then.
  func verdict(
    on signature: SSHSignature, of record: SignedRecord, at seconds: Int64
  ) throws(RunsError) -> CheckedSignature.Verdict {
    let folder = try Folder(environment)
    try folder.write(signature.armored, to: "signature")
    let file = folder("signature")
    guard try isIntact(file, record) else { return .bad("it is not of this record") }
    guard let signers = trust.allowedSigners else {
      return .unknown("git config gpg.ssh.allowedSignersFile names the file of those who may sign")
    }
    guard FileSystem.exists(signers) else {
      return .unknown("gpg.ssh.allowedSignersFile: \(Self.missing(signers))")
    }
    var allowed = [Array("-f".utf8), signers]
    if let time = SystemClock.localDigits(at: seconds) { allowed.append(Array("-Overify-time=\(time)".utf8)) }
    let found = try run(["find-principals"], allowed, file, nil)
    let principals = found.output.split { $0 == 0x0A || $0 == 0x0D }
    guard found.succeeded, !principals.isEmpty else {
      return .unknown("no line of the allowed signers is its key")
    }
    if let revoked = trust.revoked {
      // Git warns and goes on; but a key that was to be taken out must not come back with a file that is lost.
      guard FileSystem.exists(revoked) else {
        return .notJudged("gpg.ssh.revocationFile: \(Self.missing(revoked))")
      }
      allowed += [Array("-r".utf8), revoked]
    }
    var words = ""
    for principal in principals {
      let outcome = try run(
        ["verify", "-n", SSHSignature.namespace.string], allowed + [Array("-I".utf8), Array(principal)], file,
        record)
      if outcome.succeeded { return .valid(signer: Text(utf8: principal)) }
      words = outcome.words
    }
    return .refused(words)
  }

  private static func missing(_ file: [UInt8]) -> String {
    "\(String(decoding: file, as: UTF8.self)) does not exist"
  }

  private func run(_ arguments: [String], _ file: [UInt8], _ record: SignedRecord) throws(RunsError)
    -> Outcome
  {
    try run(arguments, [], file, record)
  }

  private func run(
    _ arguments: [String], _ more: [[UInt8]], _ file: [UInt8], _ record: SignedRecord?
  ) throws(RunsError) -> Outcome {
    try program.run(
      [Array("-Y".utf8)] + arguments.map { Array($0.utf8) } + more + [Array("-s".utf8), file],
      input: record?.message ?? [])
  }
}
