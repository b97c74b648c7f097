import DVC
import Trees
import Values

/// The words of a stage's command, for rules that look for a name in it.
struct StageCommand {
  /// The words of each command, in order, as `ShellScript` has them. Of `--option=value` the value is a word of its own, of
  /// `name=value` it is one beside the whole. Of a program's text (`python -c '…'`) the names in it are words.
  let commands: [[[UInt8]]]

  init(_ stage: Stage) {
    let texts: [Text]
    switch stage.command?.value {
    case .string(let text)?: texts = [text]
    case .list(let nodes)?: texts = nodes.compactMap(\.text)
    default: texts = []
    }
    self.init(texts)
  }

  /// The texts of the stage's commands.
  init(_ texts: [Text]) { commands = texts.flatMap { Self.commands(of: $0.utf8, depth: 0) } }

  /// All words.
  var words: [[UInt8]] { commands.flatMap { $0 } }

  /// Whether a part of it runs in another directory than the stage does.
  var changesDirectory: Bool {
    commands.contains { command in
      ["cd", "pushd"].contains { command.first?.elementsEqual($0.utf8) == true }
    }
  }

  /// Deeper, a text that a shell is given by one that a shell is given is none that somebody wrote.
  private static let deepest = 4

  private static func commands(of text: [UInt8], depth: Int) -> [[[UInt8]]] {
    var found: [[[UInt8]]] = []
    for command in ShellScript(text).commands {
      var words: [[UInt8]] = []
      var isText = false
      for word in command {
        if !isText {
          words += values(of: word)
        } else if words.contains(where: isShell), depth < deepest {
          found += commands(of: word, depth: depth + 1)
        } else {
          words += word.split(whereSeparator: parts).map { Array($0) }
        }
        isText = announcesText(word)
      }
      found.append(words)
    }
    return found
  }

  /// Whether the next word is the text of a program: `-c`, `-lc`, `-e`.
  private static func announcesText(_ word: [UInt8]) -> Bool {
    word.count > 1 && word.count < 5 && word[0] == UInt8(ascii: "-") && word[1] != word[0]
      && (word.last == UInt8(ascii: "c") || word.elementsEqual("-e".utf8))
  }

  private static func isShell(_ word: [UInt8]) -> Bool {
    let name = word.split(separator: UInt8(ascii: "/")).last ?? []
    return ["sh", "bash", "dash", "ksh", "zsh", "fish"].contains { name.elementsEqual($0.utf8) }
  }

  private static func values(of word: [UInt8]) -> [[UInt8]] {
    guard let sign = word.firstIndex(of: UInt8(ascii: "=")), sign > 0 else { return [word] }
    let value = Array(word[(sign + 1)...])
    return word[0] == UInt8(ascii: "-") ? [Array(word[..<sign]), value] : [word, value]
  }

  /// What parts names in the text of any language.
  private static func parts(_ byte: UInt8) -> Bool {
    byte <= 0x20 || "\"'`;,|&<>()[]{}=".utf8.contains(byte)
  }
}

extension JudgedStage {
  /// The files that the command names and the stage depends on: what it runs, or reads.
  var namedDependencies: [RepositoryPath] {
    let words = Set(StageCommand(stage).words.map(Self.withoutDot))
    return stage.deps.compactMap { dependency in
      guard case .data = dependency.kind, let path = dependency.reference.path else { return nil }
      return words.contains(dependency.reference.definition.utf8) ? path : nil
    }
  }

  /// The dependency that a word of the command names, which the stage may see from a directory of its own; else the word.
  func path(named word: [UInt8]) -> RepositoryPath {
    let word = Self.withoutDot(word)
    let named = stage.deps.first { $0.reference.definition.utf8 == word }
    return named?.reference.path ?? RepositoryPath(normalized: word)
  }

  private static func withoutDot(_ word: [UInt8]) -> [UInt8] {
    word.starts(with: "./".utf8) ? Array(word.dropFirst(2)) : word
  }
}

extension RepositoryPath {
  /// Where a path leads that a program which runs in this directory names; `nil` where it is absolute or leads out of the
  /// repository.
  func following(_ written: some Collection<UInt8>) -> RepositoryPath? {
    guard let first = written.first, first != UInt8(ascii: "/") else { return nil }
    return resolving(written)
  }
}
