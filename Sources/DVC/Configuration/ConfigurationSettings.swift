import Values

/// A map of settings, in the order in which Python's `dict` would have them.
struct ConfigurationSettings {
  /// A value of the merged configuration.
  indirect enum Value {
    case text(Text)
    case list([Text])
    case settings(ConfigurationSettings)

    /// The value as Python holds it, for `str()` of it.
    var pythonValue: Values.Value {
      switch self {
      case .text(let text): return .string(text)
      case .list(let texts): return .list(texts.map { Node(.string($0)) })
      case .settings(let settings):
        var map = Mapping()
        for entry in settings.entries { map.set(entry.key, Node(entry.value.pythonValue)) }
        return .map(map)
      }
    }
  }

  /// Where something was set.
  struct Origin {
    let layer: ConfigurationLayer?
    let line: Int
  }

  /// A key, its value, and where it was set.
  struct Entry {
    let key: Text
    var value: Value
    var origin: Origin
  }

  private(set) var entries: [Entry] = []
  private var index: [Text: Int] = [:]

  /// The entry of a key.
  subscript(_ key: Text) -> Entry? { index[key].map { entries[$0] } }

  /// The text of a key.
  func text(_ key: Text) -> Text? { if case .text(let text)? = self[key]?.value { text } else { nil } }

  /// The settings below a key; none when it is not there.
  func settings(_ key: Text) -> ConfigurationSettings {
    if case .settings(let settings)? = self[key]?.value { settings } else { ConfigurationSettings() }
  }

  /// Sets a key; one that is there keeps its place.
  mutating func set(_ entry: Entry) {
    if let existing = index[entry.key] {
      entries[existing].value = entry.value
      entries[existing].origin = entry.origin
    } else {
      index[entry.key] = entries.count
      entries.append(entry)
    }
  }

  /// Merges another map: maps are merged in depth, everything else is replaced (dvc/config.py, `merge`).
  mutating func merge(_ other: ConfigurationSettings) {
    for entry in other.entries {
      if let existing = index[entry.key], case .settings(var settings) = entries[existing].value,
        case .settings(let update) = entry.value
      {
        settings.merge(update)
        entries[existing].value = .settings(settings)
        if !update.entries.isEmpty { entries[existing].origin = entry.origin }
      } else {
        set(entry)
      }
    }
  }
}
