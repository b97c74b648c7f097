import Values

/// A remote of the configuration.
public struct Remote: Sendable {
  /// A value of a remote.
  public enum Value: Hashable, Sendable {
    /// A text, as it is written.
    case text(Text)
    /// A list, which DVC takes for few keys.
    case list([Text])
    /// A section in the remote's, which only `remote://` URLs may have.
    case section
  }

  /// A key of a remote.
  public struct Setting: Hashable, Sendable {
    /// The key in lower case.
    public let key: Text
    /// The value.
    public let value: Value
    /// The path that the value is, when the key holds one.
    public let path: ConfigurationPath?
    /// The file that has the last word.
    public let level: ConfigurationLayer.Level
    /// Whether somebody on this machine wrote that file.
    public let isOwn: Bool
    /// The line in that file, from 1.
    public let line: Int
  }

  /// The name in lower case.
  public let name: Text
  /// The keys, in the order of their first appearance.
  public let settings: [Setting]

  /// The setting of a key.
  public subscript(_ key: Text) -> Setting? { settings.first { $0.key == key } }

  /// The text of a key.
  public func text(_ key: Text) -> Text? { if case .text(let text)? = self[key]?.value { text } else { nil } }

  /// Where the remote is.
  public var url: ConfigurationPath? { self["url"]?.path }

  init(name: Text, settings: ConfigurationSettings) {
    self.name = name
    self.settings = settings.entries.map { entry in
      Setting(
        key: entry.key, value: Value(entry.value),
        path: DVCConfiguration.remotePathKeys.contains(entry.key) ? ConfigurationPath(entry) : nil,
        level: entry.origin.layer?.level ?? .system, isOwn: entry.origin.layer?.isOwn ?? false,
        line: entry.origin.line)
    }
  }
}

extension Remote.Value {
  init(_ value: ConfigurationSettings.Value) {
    switch value {
    case .text(let text): self = .text(text)
    case .list(let texts): self = .list(texts)
    case .settings: self = .section
    }
  }
}
