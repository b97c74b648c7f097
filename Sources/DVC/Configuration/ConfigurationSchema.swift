import Values

/// What DVC 3.67 takes for a value (dvc/config_schema.py, voluptuous).
indirect enum SettingKind: Sendable {
  case text
  /// Anything; its spelling in lower case counts.
  case lowered
  case bool
  case boolOrText
  /// `int()`, at least and at most so much.
  case integer(ClosedRange<Int>?)
  /// `float()`, not below zero where that is asked.
  case number(notNegative: Bool)
  case choice([Text])
  /// Link types, as a list or with commas between them.
  case linkTypes
  /// A type that a file cannot hold.
  case never
  case anything
  /// A map of known keys.
  case keys([Text: SettingKind])
  /// A map of known keys; others are dropped.
  case someKeys([Text: SettingKind])
  /// A map of any names.
  case names(SettingKind)
  /// A remote, whose keys are those of its URL's scheme.
  case remote

  /// Checks a value.
  func check(
    _ value: ConfigurationSettings.Value, _ place: SettingPlace
  ) throws(ConfigurationError) {
    switch self {
    case .anything, .lowered: return
    case .keys(let known): try check(value, place, known, isClosed: true)
    case .someKeys(let known): try check(value, place, known, isClosed: false)
    case .names(let kind):
      for entry in try settings(value, place).entries { try kind.check(entry.value, place.below(entry)) }
    case .remote: try checkRemote(value, place)
    case .linkTypes: try checkLinkTypes(value, place)
    case .choice(let choices):
      guard choices.contains(value.pythonValue.pythonString.lowercased) else {
        throw place.refusal("expected one of " + choices.joined(separator: ", ").string)
      }
    case .text, .bool, .boolOrText, .integer, .number, .never:
      guard case .text(let text) = value else {
        throw place.refusal("expected \(expectation), got a list or section")
      }
      guard takes(text) else { throw place.refusal("expected \(expectation), got '\(text)'") }
    }
  }

  private func takes(_ text: Text) -> Bool {
    switch self {
    case .bool: return text.lowercased == "true" || text.lowercased == "false"
    case .integer(let range):
      guard let integer = text.parsedInteger else { return false }
      guard let range else { return true }
      return integer.int.map(range.contains)
        ?? (range.upperBound == .max && integer.description.utf8.first != UInt8(ascii: "-"))
    case .number(let notNegative):
      guard let number = text.parsedFloat else { return false }
      return !notNegative || number >= 0
    case .never: return false
    default: return true
    }
  }

  private var expectation: String {
    switch self {
    case .bool: "true or false"
    case .integer(let range):
      range.map { "an integer from \($0.lowerBound)" + ($0.upperBound == .max ? "" : " to \($0.upperBound)") }
        ?? "an integer"
    case .number(let notNegative): notNegative ? "a number from 0" : "a number"
    case .never: "nothing, as DVC takes no value from a file here"
    default: "a text"
    }
  }

  private func settings(
    _ value: ConfigurationSettings.Value, _ place: SettingPlace
  ) throws(ConfigurationError) -> ConfigurationSettings {
    guard case .settings(let settings) = value else { throw place.refusal("it must be a section") }
    return settings
  }

  private func check(
    _ value: ConfigurationSettings.Value, _ place: SettingPlace, _ known: [Text: SettingKind], isClosed: Bool
  ) throws(ConfigurationError) {
    for entry in try settings(value, place).entries {
      if let kind = known[entry.key] {
        try kind.check(entry.value, place.below(entry))
      } else if isClosed {
        throw place.below(entry).refusal("DVC does not know this key")
      }
    }
  }

  private func checkLinkTypes(
    _ value: ConfigurationSettings.Value, _ place: SettingPlace
  ) throws(ConfigurationError) {
    let known: [Text] = ["reflink", "hardlink", "symlink", "copy"]
    for type in value.linkTypes where !known.contains(type) {
      throw place.refusal("expected reflink, hardlink, symlink or copy, got '\(type)'")
    }
  }

  private func checkRemote(
    _ value: ConfigurationSettings.Value, _ place: SettingPlace
  ) throws(ConfigurationError) {
    let settings = try settings(value, place)
    guard let entry = settings["url"] else { throw place.refusal("the remote has no url") }
    guard case .text(let url) = entry.value else { throw place.below(entry).refusal("expected a text") }
    let scheme: Text
    do throws(RemoteURL.Invalid) {
      scheme = try Self.scheme(of: url)
    } catch {
      throw place.below(entry).refusal(error.why)
    }
    guard let known = DVCConfiguration.remoteKinds[scheme] else {
      throw place.below(entry).refusal("DVC does not know the scheme \(scheme)://")
    }
    try known.check(value, place)
  }

  /// The scheme whose keys a URL may have; empty for a path.
  private static func scheme(of url: Text) throws(RemoteURL.Invalid) -> Text {
    switch ConfigurationPath(url, directory: []) {
    case .relative, .home: return ""
    case .url, .absolute:
      let url = try RemoteURL(url)
      return url.hasHost ? url.scheme : ""
    }
  }
}

/// Where a value stands, for messages.
struct SettingPlace {
  private let key: String
  private let origin: ConfigurationSettings.Origin?

  /// The whole configuration.
  static let root = SettingPlace(key: "", origin: nil)

  private init(key: String, origin: ConfigurationSettings.Origin?) {
    self.key = key
    self.origin = origin
  }

  /// The place of an entry of the map that stands here.
  func below(_ entry: ConfigurationSettings.Entry) -> SettingPlace {
    SettingPlace(key: key.isEmpty ? entry.key.string : "\(key).\(entry.key)", origin: entry.origin)
  }

  /// The error of a value that DVC does not take.
  func refusal(_ why: String) -> ConfigurationError {
    .setting(file: origin?.layer?.path ?? "", line: origin?.line ?? 0, key: key, why: why)
  }
}

extension ConfigurationSettings.Value {
  /// The link types that it lists; of a section, its keys.
  var linkTypes: [Text] {
    switch self {
    case .text(let text): text.split(separator: UInt8(ascii: ",")).map(\.trimmed)
    case .list(let texts): texts
    case .settings(let settings): settings.entries.map(\.key)
    }
  }
}
