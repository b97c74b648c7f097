import Git
import Platform
import Values

/// `ssh-keygen`, or what `gpg.ssh.program` names in its place, run as Git runs it (`gpg-interface.c` of Git 2.39).
struct SSHProgram {
  private let executable: [UInt8]
  private let environment: ProcessEnvironment
  private let directory: [UInt8]
  /// Its name, for messages.
  let name: String

  init(_ repository: Repository, _ environment: ProcessEnvironment) throws(RunsError) {
    let program = repository.configuration("gpg.ssh.program").flatMap { $0.isEmpty ? nil : $0 }
    let wanted = program ?? Array("ssh-keygen".utf8)
    name = String(decoding: wanted, as: UTF8.self)
    guard let executable = environment.executable(named: wanted) else { throw .noProgram(name) }
    self.executable = executable
    self.environment = environment
    directory = repository.workTree ?? repository.gitDirectory
  }

  /// Runs it. It may ask for a passphrase on the terminal.
  func run(_ arguments: [[UInt8]], input: [UInt8] = []) throws(RunsError) -> Outcome {
    var command = Command(executable, arguments, environment: environment, directory: directory)
    if !input.isEmpty { command.input = .bytes(input) }
    do throws(ProcessError) { return try command.run() } catch {
      throw .notSigned(key: name, why: error.description)
    }
  }
}

extension Outcome {
  /// What a program said of its failure, in one line.
  var words: String {
    let lines = String(decoding: error, as: UTF8.self).split(whereSeparator: \.isNewline)
      // What ssh-keygen says of each file, and of no failure.
      .filter { !$0.hasPrefix("Signing file ") && !$0.hasPrefix("Write signature to ") && !$0.hasPrefix("@") }
    return lines.isEmpty ? ending.words : lines.joined(separator: "; ")
  }
}
