import Policy
import Values

/// What `guard config` prints: each key, its value, and where that comes from.
public struct SettingList {
  /// Where a value comes from.
  public enum Origin: Hashable, Sendable {
    /// A line of a file.
    case file(String, line: Int?)
    /// A variable of the environment.
    case environment(String)
    /// An option of the command line.
    case flag(String)
    /// Nobody sets it.
    case standard
  }

  /// A key.
  public struct Row: Sendable {
    /// The keys with dots between them.
    public let key: Text
    /// The value, without secrets.
    public let shown: String
    /// The value for a program; `null` where only words tell what holds.
    public let value: JSON
    /// Where it comes from.
    public let origin: Origin

    /// A key with a value.
    public init(_ key: Text, _ shown: String, _ value: JSON? = nil, from origin: Origin) {
      self.key = key
      self.shown = shown
      self.value = value ?? .string(shown)
      self.origin = origin
    }

    /// A key of the policy.
    public init(_ setting: SettingInForce) {
      key = setting.key
      shown = setting.shown
      guard let set = setting.setting else {
        value = setting.isTold ? .null : .string(setting.standard)
        origin = .standard
        return
      }
      value = set.value.json
      origin =
        set.origin.name.hasPrefix("GUARD_")
        ? .environment(set.origin.name) : .file(set.origin.name, line: set.origin.line)
    }
  }

  private let rows: [Row]

  /// - Parameter key: the key that alone is told, with all that stand below it; all when `nil`.
  public init(_ rows: [Row], below key: Text? = nil) {
    self.rows = rows.filter { row in
      guard let key else { return true }
      return row.key == key || row.key.hasPrefix(key + ".")
    }
  }

  /// Whether nothing has that key.
  public var isEmpty: Bool { rows.isEmpty }

  /// A line a key, in columns.
  public var text: String {
    let keys = rows.map { RecordWords.shown($0.key.string) }
    let values = rows.map { RecordWords.shown($0.shown) }
    let (left, middle) = (Self.width(keys, most: 40), Self.width(values, most: 40))
    return zip(zip(keys, values), rows).map { texts, row in
      Self.padded(texts.0, left) + Self.padded(texts.1, middle) + RecordWords.shown(row.origin.description)
        + "\n"
    }.joined()
  }

  /// A document for a program.
  public var json: [UInt8] {
    let settings = rows.map { row in
      JSON.object([("key", .text(row.key)), ("value", row.value), ("origin", row.origin.json)])
    }
    return JSON.object([("schema", .number(JSONReport.schema)), ("settings", .array(settings))]).indented
  }

  private static func width(_ texts: [String], most: Int) -> Int {
    texts.map(\.count).filter { $0 <= most }.max() ?? 0
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count) + 2)
  }
}

extension SettingList.Origin: CustomStringConvertible {
  /// As a person reads it.
  public var description: String {
    switch self {
    case .file(let name, let line): name + (line.map { ":\($0)" } ?? "")
    case .environment(let name): name
    case .flag(let name): name
    case .standard: "default"
    }
  }

  fileprivate var json: JSON {
    switch self {
    case .file(let name, let line):
      .object([("kind", .string("file")), ("name", .string(name)), ("line", .optional(line))])
    case .environment(let name): .object([("kind", .string("environment")), ("name", .string(name))])
    case .flag(let name): .object([("kind", .string("flag")), ("name", .string(name))])
    case .standard: .object([("kind", .string("default"))])
    }
  }
}

extension SettingValue {
  fileprivate var json: JSON {
    switch self {
    case .number(let number), .option(.count(let number)), .option(.size(let number)): .number(number)
    case .list(let list), .option(.paths(let list)): .array(list.map { .text($0) })
    case .keys(let keys): .array(keys.map { .text($0.name) })
    case .text, .level, .option: .string(description)
    }
  }
}
