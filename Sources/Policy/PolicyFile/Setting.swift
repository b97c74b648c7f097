import Values

/// What a key of the policy is set to.
public enum SettingValue: Hashable, Sendable {
  /// A name, a URI, one of a key's words.
  case text(Text)
  /// How something counts.
  case level(Level)
  /// A number.
  case number(Int)
  /// Patterns or names.
  case list([Text])
  /// The value of a rule's option.
  case option(OptionValue)
  /// Keys of those who may sign.
  case keys([RecordPolicy.Key])
}

/// Where a setting stands.
public struct SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  /// The file, the variable or the flag.
  public let name: String
  /// The line in the file.
  public let line: Int?
  /// Whether this machine's owner wrote it: anybody may have written what came with the repository.
  public let isOwn: Bool

  /// A place where something is set.
  public init(_ name: String, line: Int? = nil, isOwn: Bool) {
    self.name = name
    self.line = line
    self.isOwn = isOwn
  }

  /// `.guard.yml:3`.
  public var description: String { name + (line.map { ":\($0)" } ?? "") }
}

/// A value, and where it is set.
public struct Setting: Hashable, Sendable {
  /// The value.
  public let value: SettingValue
  /// Where it is set.
  public let origin: SettingOrigin
}

extension SettingValue: CustomStringConvertible {
  /// The value as a policy file may have it; of keys the names alone.
  public var description: String {
    switch self {
    case .text(let text): text.string
    case .level(let level): level.rawValue
    case .number(let number): String(number)
    case .list(let list): "[" + list.map(\.string).joined(separator: ", ") + "]"
    case .option(let option): option.description
    case .keys(let keys): "[" + keys.map(\.name.string).joined(separator: ", ") + "]"
    }
  }

  /// The value in letters of which no other value has the same.
  var letters: String {
    switch self {
    case .text(let text): "text \(text.utf8)"
    case .level(let level): "level \(level.rawValue)"
    case .number(let number): "number \(number)"
    case .list(let list): "list \(list.map(\.utf8))"
    case .option(.size(let number)): "size \(number)"
    case .option(.count(let number)): "count \(number)"
    case .option(.paths(let paths)): "paths \(paths.map(\.utf8))"
    case .option(.words(let words)): "words \(words.map(\.utf8))"
    case .option(.choice(let word, _)): "choice \(word.utf8)"
    // Who may sign is no business of rules on what a commit holds.
    case .keys: "keys"
    }
  }

  /// The text, when it is one.
  var text: Text? { if case .text(let text) = self { text } else { nil } }
  /// The level, when it is one.
  var level: Level? { if case .level(let level) = self { level } else { nil } }
  /// The number, when it is one.
  var number: Int? { if case .number(let number) = self { number } else { nil } }
  /// The patterns or names, when it is a list.
  var list: [Text]? { if case .list(let list) = self { list } else { nil } }
  /// The option's value, when it is one.
  var option: OptionValue? { if case .option(let option) = self { option } else { nil } }
}
