import Git
import Glibc
import Platform
import Values

/// The user's signing key of Git, when that is an SSH key (git-config(1): `gpg.format`, `user.signingKey`,
/// `gpg.ssh.defaultKeyCommand`). The key may need a passphrase, an agent or a touch: ssh-keygen asks for it.
public final class SSHSigner: RecordSigner {
  /// The fingerprint, as `ssh-keygen -l` prints it.
  public let keyID: Text
  private let program: SSHProgram
  private let environment: ProcessEnvironment
  /// What `ssh-keygen -f` takes.
  private let file: [UInt8]
  /// Holds the file when the key stands in the configuration.
  private let folder: Folder?

  /// How many records one process signs.
  private static let batch = 200

  /// - Throws: `noSigningKey` when Git would not sign with an SSH key.
  public init(_ repository: Repository, _ environment: ProcessEnvironment) throws(RunsError) {
    let format =
      repository.configuration("gpg.format").map { String(decoding: $0, as: UTF8.self) } ?? "openpgp"
    guard format == "ssh" else {
      throw .noSigningKey(
        "Git signs by \(format) here; guard signs with an SSH key (git config gpg.format ssh, and user.signingKey), "
          + "or with an Ed25519 key in a file (--key)")
    }
    let program = try SSHProgram(repository, environment)
    switch try Self.key(repository, environment) {
    case .file(let path):
      file = path
      folder = nil
    case .literal(let key):
      let folder = try Folder(environment)
      try folder.write(key + [0x0A], to: "key.pub")
      file = folder("key.pub")
      self.folder = folder
    }
    self.program = program
    self.environment = environment
    keyID = try Self.fingerprint(of: file, program)
  }

  // MARK: - The key

  private enum Key {
    case file([UInt8])
    case literal([UInt8])
  }

  private static func key(
    _ repository: Repository, _ environment: ProcessEnvironment
  ) throws(RunsError) -> Key {
    if let key = repository.configuration("user.signingkey"), !key.isEmpty {
      if let literal = literal(key) { return .literal(literal) }
      return .file(repository.configurationPath("user.signingkey") ?? key)
    }
    guard let command = repository.configuration("gpg.ssh.defaultkeycommand"), !command.isEmpty else {
      throw .noSigningKey("set user.signingKey to an SSH key, or gpg.ssh.defaultKeyCommand, by git config")
    }
    return .literal(try defaultKey(command, repository, environment))
  }

  /// A key that stands in the configuration itself.
  private static func literal(_ key: [UInt8]) -> [UInt8]? {
    let marker = Array("key::".utf8)
    if key.starts(with: marker) { return Array(key.dropFirst(marker.count)) }
    return key.starts(with: "ssh-".utf8) ? key : nil
  }

  /// The key that a command prints in its first line. As in Git, no shell has a part in it.
  private static func defaultKey(
    _ line: [UInt8], _ repository: Repository, _ environment: ProcessEnvironment
  ) throws(RunsError) -> [UInt8] {
    let what = "gpg.ssh.defaultKeyCommand"
    guard let words = CommandWords.split(line), let name = words.first else {
      throw .noSigningKey("a quote of \(what) is not closed")
    }
    guard let executable = environment.executable(named: name) else {
      throw .noSigningKey("\(what): there is no command \(String(decoding: name, as: UTF8.self))")
    }
    let command = Command(
      executable, Array(words.dropFirst()), environment: environment,
      directory: repository.workTree ?? repository.gitDirectory)
    let outcome: Outcome
    do throws(ProcessError) { outcome = try command.run() } catch {
      throw .noSigningKey("\(what): \(error)")
    }
    guard outcome.succeeded else { throw .noSigningKey("\(what) failed: \(outcome.words)") }
    let first = outcome.output.prefix { $0 != 0x0A && $0 != 0x0D }
    guard let key = literal(Array(first)) else {
      throw .noSigningKey("\(what) printed no key in its first line")
    }
    return key
  }

  /// The second word of `ssh-keygen -l`: it reads a public key and a private one, and needs no passphrase.
  private static func fingerprint(of file: [UInt8], _ program: SSHProgram) throws(RunsError) -> Text {
    let outcome = try program.run([Array("-l".utf8), Array("-f".utf8), file])
    let words = outcome.output.split(separator: 0x20)
    guard outcome.succeeded, words.count > 1, words[1].starts(with: "SHA256:".utf8) else {
      throw .noSigningKey(outcome.succeeded ? "\(program.name) -l names no key" : outcome.words)
    }
    return Text(utf8: words[1])
  }

  // MARK: - Signing

  /// Signs records, many in one process: a passphrase is asked for once.
  public func signatures(
    of records: [SignedRecord]
  ) throws(RunsError) -> [Link.Signature.Entry] {
    var entries: [Link.Signature.Entry] = []
    var rest = records[...]
    while !rest.isEmpty {
      let some = rest.prefix(Self.batch)
      rest = rest.dropFirst(some.count)
      entries += try sign(Array(some))
    }
    return entries
  }

  private func sign(_ records: [SignedRecord]) throws(RunsError) -> [Link.Signature.Entry] {
    let folder = try Folder(environment)
    let names = records.indices.map { "record-\($0)" }
    for (name, record) in zip(names, records) { try folder.write(record.message, to: name) }
    let arguments = ["-Y", "sign", "-n", SSHSignature.namespace.string, "-f"].map { Array($0.utf8) } + [file]
    // Whom ssh-keygen asks for a passphrase may press Ctrl-C: then the files are taken away first.
    Signals.leaveInterruptsToChildren()
    let outcome = try program.run(arguments + names.map { folder($0) })
    if outcome.ending == .signaled(SIGINT) { throw .interrupted }
    guard outcome.succeeded else { throw .notSigned(key: keyID.string, why: outcome.words + hint) }
    var entries: [Link.Signature.Entry] = []
    for name in names {
      let file = try folder.read(name + ".sig")
      guard let signature = SSHSignature(armored: file) else {
        throw .notSigned(key: keyID.string, why: "\(program.name) wrote no signature that can be read")
      }
      entries.append(
        Link.Signature.Entry(
          keyID: signature.fingerprint, signature: Text(Base64.encode(signature.bytes))))
    }
    return entries
  }

  private var hint: String {
    folder == nil
      ? "" : " (the key is a public one: ssh-add -l lists those whose private ones the agent holds)"
  }

  /// Whether a signature is one of a record by this key.
  public func isSignature(_ entry: Link.Signature.Entry, of record: SignedRecord) throws(RunsError) -> Bool {
    let verifier = SSHVerifier(program, .none, environment)
    guard let signature = SSHSignature(entry), signature.fingerprint == keyID else { return false }
    return try verifier.isIntact(signature, of: record)
  }
}

/// Command lines in Git's configuration, cut into words as Git does it where no shell has a part (`split_cmdline` in
/// `alias.c` of Git 2.39).
enum CommandWords {
  /// - Returns: `nil` when a quote is not closed.
  static func split(_ line: [UInt8]) -> [[UInt8]]? {
    var words: [[UInt8]] = []
    var word: [UInt8]?
    var quote: UInt8?
    var rest = line[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 0x20, 0x09...0x0D:
        if quote != nil {
          word?.append(byte)
        } else if let ended = word {
          words.append(ended)
          word = nil
        }
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        if let open = quote, open != byte {
          word?.append(byte)
        } else {
          quote = quote == nil ? byte : nil
          word = word ?? []
        }
      case UInt8(ascii: "\\") where quote != UInt8(ascii: "'"):
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? []) + [next]
      default: word = (word ?? []) + [byte]
      }
    }
    if let word { words.append(word) }
    return quote == nil ? words : nil
  }
}

/// A temporary directory whose errors are this module's.
final class Folder {
  private let directory: TemporaryDirectory

  init(_ environment: ProcessEnvironment) throws(RunsError) {
    do throws(SystemError) { directory = try TemporaryDirectory(environment) } catch { throw .disk(error) }
  }

  func callAsFunction(_ name: String) -> [UInt8] { directory(name) }

  func write(_ bytes: [UInt8], to name: String) throws(RunsError) {
    do throws(SystemError) { try directory.write(bytes, to: name) } catch { throw .disk(error) }
  }

  func read(_ name: String) throws(RunsError) -> [UInt8] {
    do throws(SystemError) { return try FileSystem.read(directory(name), limit: 1 << 20) } catch {
      throw .disk(error)
    }
  }
}
