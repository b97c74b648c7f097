import ParameterFiles
import Trees
import Values

@testable import Git
@testable import Policy

/// Readers of files that are none of DVC's: what rules on practices look at.
extension Target {
  /// The requirements of a file, as each kind of file that names some.
  func ask(_ bytes: [UInt8]) -> String {
    let files: [RepositoryPath] = ["requirements.txt", "Dockerfile", "environment.yml", "pyproject.toml"]
    let locks: [RepositoryPath] = ["uv.lock", "Pipfile.lock", "pixi.toml", "setup.cfg"]
    let found = files.map { file in
      guard let requirements = RequirementReader.read(file, bytes) else { return "none" }
      // YAML ends lines by more than LF. The fuzzer takes an error for an answer.
      precondition(
        requirements.allSatisfy { (0...bytes.count + 1).contains($0.line) }, "a line that is not there")
      return Set(requirements.map { "\($0.precision)" }).sorted().joined(separator: " ")
    }
    return "\(found) \((files + locks).map { InstalledSoftware.asked(of: $0, bytes).isEmpty })"
  }

  /// What Git makes of a message. To clean it again changes nothing, where there is no line that ends it.
  func clean(_ bytes: [UInt8]) throws(PolicyFileError) -> String {
    let modes = [nil, "verbatim", "whitespace", "strip", "scissors"]
    var kinds: [String] = []
    for mode in modes {
      for comment in [nil, ";", "//", "auto", ""] {
        for isEdited in [false, true] {
          let cleanup = MessageCleanup(
            mode: mode.map { Array($0.utf8) }, comment: comment.map { Array($0.utf8) }, isEdited: isEdited)
          let message = cleanup.cleaned(bytes)
          precondition(message.count <= bytes.count + 1, "a message has grown")
          precondition(isEdited || cleanup.cleaned(message) == message, "a clean message is cleaned again")
          kinds.append(message.isEmpty ? "empty" : message == bytes ? "same" : "other")
        }
      }
    }
    let message = WrittenMessage(Text(utf8: bytes))
    let rules = "rules: {commit/message: {severity: error, style: conventional, length: 72}}"
    let policy = Policy([try PolicyLayer(file: ".guard.yml", bytes: Array(rules.utf8))])
    return "\(message.isGits) \(message.faults(under: policy).map(\.words)) \(kinds)"
  }

  /// How many cells of a notebook have outputs, told so that other numbers are other inputs.
  func look(at bytes: [UInt8]) throws(ParameterFileError) -> String {
    let notebook = try Notebook(bytes)
    for code in notebook.code {
      let program = ProgramText(code.text, .python)
      precondition(program.literals.allSatisfy { $0.line <= code.lines.count }, "a line that is not there")
    }
    let count = notebook.cellsWithOutput
    return ["none", "one", "some", "many"][min(count, 3)]
  }

  /// The words of a command. A command of these words, written so that a shell reads them back, has the same words.
  func part(_ bytes: [UInt8]) -> String {
    let script = ShellScript(bytes)
    precondition(script.commands.joined().map(\.count).reduce(0, +) <= bytes.count, "words have grown")
    for command in script.commands {
      precondition(!command.isEmpty, "a command without a word")
      let quoted = command.map(ShellCommand.quoted)
      // This form is not of every shell.
      guard !quoted.contains(where: { $0.hasPrefix("$'") }) else { continue }
      let again = ShellScript(Array(quoted.joined(separator: " ").utf8)).commands
      precondition(again == [command], "other words than those that were quoted")
    }
    let words = StageCommand([Text(utf8: bytes)]).words
    return "\(script.commands.map(\.count).prefix(8)) \(words.count)"
  }

  /// What a program of each language does with the files that it names.
  func lookForFiles(in bytes: [UInt8]) -> String {
    let lines = bytes.count { $0 == 0x0A } + 1
    let found = [ProgramText.Language.python, .r, .julia].map { language in
      let program = ProgramText(bytes, language)
      for literal in program.literals {
        precondition((1...lines).contains(literal.line), "a line that is not there")
        precondition(program.code[literal.place...].starts(with: "\"\"".utf8), "a literal without its quotes")
      }
      let uses = program.literals.prefix(50).map { (program.reads($0), program.writes($0)) }
      return "\(min(program.literals.count, 5)) \(uses.contains(where: \.0)) \(uses.contains(where: \.1))"
    }
    return "\(found)"
  }
}
