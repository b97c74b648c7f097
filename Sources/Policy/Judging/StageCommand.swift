import DVC
import Trees
import Values

/// The words of a stage's command, for rules that look for a name in it. Not a shell: quotes and operators only
/// part words.
struct StageCommand {
  /// The words of each line, in order.
  let lines: [[[UInt8]]]

  init(_ stage: Stage) {
    let texts: [Text]
    switch stage.command?.value {
    case .string(let text)?: texts = [text]
    case .list(let nodes)?: texts = nodes.compactMap(\.text)
    default: texts = []
    }
    lines = texts.flatMap { $0.split(separator: UInt8(ascii: "\n")) }.map { line in
      line.utf8.split(whereSeparator: Self.parts).map { Array($0) }
    }
  }

  /// All words.
  var words: [[UInt8]] { lines.flatMap { $0 } }

  private static func parts(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ";"), UInt8(ascii: "|"),
      UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "="):
      true
    default: false
    }
  }
}

extension JudgedStage {
  /// The files that the command names and the stage depends on: what it runs, or reads.
  var namedDependencies: [RepositoryPath] {
    let words = Set(
      StageCommand(stage).words.map { word in
        word.starts(with: "./".utf8) ? Array(word.dropFirst(2)) : word
      })
    return stage.deps.compactMap { dependency in
      guard case .data = dependency.kind, let path = dependency.reference.path else { return nil }
      return words.contains(dependency.reference.definition.utf8) ? path : nil
    }
  }
}
