import DVC
import Values

/// Which keys of a parameters file a key of `params:`, or of a template, names: those at it and below it
/// (``ParameterKey`` tells how DVC reads one).
struct ParameterPattern {
  /// What stands for one level.
  fileprivate enum Level {
    case name(Text)
    case pattern(DVC.Glob)
    /// Any number of levels.
    case any
  }

  private let levels: [Level]

  /// A key as it is declared; all keys for an empty one.
  init(_ key: Text) {
    let names = Text(utf8: key.utf8.drop { $0 == UInt8(ascii: ".") }).split(separator: UInt8(ascii: "."))
    levels = key.isEmpty || key == "/" ? [] : names.map(Level.init)
  }

  /// A key of a template, without patterns.
  init(names: [Text]) { levels = names.map(Level.name) }

  /// Whether it names a key, given by the names that lead to it, or one above.
  func covers(_ path: [Text]) -> Bool {
    for (index, level) in levels.enumerated() {
      if case .any = level { return true }
      guard index < path.count, level.takes(path[index]) else { return false }
    }
    return true
  }

  /// Whether it names something below a key.
  func reachesBelow(_ path: [Text]) -> Bool {
    for (index, name) in path.enumerated() {
      guard index < levels.count else { return false }
      if case .any = levels[index] { return true }
      guard levels[index].takes(name) else { return false }
    }
    return levels.count > path.count
  }
}

extension ParameterPattern.Level {
  fileprivate init(_ name: Text) {
    if name == "**" {
      self = .any
    } else if name.utf8.contains(where: { "*?[".utf8.contains($0) }) {
      self = .pattern(DVC.Glob(name))
    } else {
      self = .name(name)
    }
  }

  fileprivate func takes(_ name: Text) -> Bool {
    switch self {
    case .name(let own): own == name
    case .pattern(let glob): glob.matches(name)
    case .any: true
    }
  }
}

extension ParameterPattern {
  /// The keys that the templates of a `dvc.yaml` name, by its letters: `${train.lr}`, `${models[0]}`. Items of a loop
  /// and keys of other files are among them; they name nothing more than they say.
  static func inTemplates(of text: [UInt8]) -> [ParameterPattern] {
    var found: [ParameterPattern] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "$")) {
      rest = rest[(start + 1)...]
      guard rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
        continue
      }
      let expression = rest[(rest.startIndex + 1)..<end].filter { $0 != 0x20 && $0 != UInt8(ascii: "]") }
      let names = expression.split { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") }
      found.append(ParameterPattern(names: names.map { Text(utf8: Array($0)) }))
      rest = rest[end...]
    }
    return found
  }
}
