import Values

/// The configuration of a DVC root, merged from its files (DVC 3.67, dvc/config.py).
public struct DVCConfiguration: Sendable {
  /// How a template writes a map's `false` values into a command: `parsing.bool`.
  public enum BoolStyle: Sendable {
    /// Left out.
    case storeTrue
    /// `--no-name`.
    case booleanOptional
  }

  /// How a template writes a map's list values into a command: `parsing.list`.
  public enum ListStyle: Sendable {
    /// `--name a b`.
    case nargs
    /// `--name a --name b`.
    case append
  }

  /// The default remote, in lower case.
  public private(set) var coreRemote: Text?
  /// `core.no_scm`: DVC uses no Git.
  public private(set) var noSCM = false
  /// `core.autostage`: DVC stages what it writes.
  public private(set) var autostage = false
  /// `core.site_cache_dir`, as it is written.
  public private(set) var siteCacheDirectory: Text?
  /// `cache.dir`; `nil` is `.dvc/cache`.
  public private(set) var cacheDirectory: ConfigurationPath?
  /// `cache.local`: the remote that is the cache (deprecated, and stronger than `cache.dir`).
  public private(set) var cacheRemote: Text?
  /// `cache.type`, in the order of preference; `nil` is DVC's choice.
  public private(set) var cacheTypes: [Text]?
  /// `cache.shared = group`.
  public private(set) var isCacheShared = false
  /// `parsing.bool`.
  public private(set) var boolStyle = BoolStyle.storeTrue
  /// `parsing.list`.
  public private(set) var listStyle = ListStyle.nargs
  /// The remotes, in the order of their first appearance.
  public private(set) var remotes: [Remote] = []

  /// The configuration of a DVC root without any file.
  public init() {}

  /// The remote of a name in any case.
  public func remote(_ name: Text) -> Remote? {
    let name = name.lowercased
    return remotes.first { $0.name == name }
  }

  /// Where a remote is, `remote://` references to others followed: an absolute path or a URL; `nil` when there
  /// is no such remote, or the references run in a circle (DVC 3.67, `_resolve_remote_refs` in `dvc/fs`).
  /// - Parameter home: the home directory of a user, by name.
  public func location(ofRemote name: Text, home: (Text) -> [UInt8]?) -> Text? {
    location(ofRemote: name, home, depth: 0)
  }

  private func location(ofRemote name: Text, _ home: (Text) -> [UInt8]?, depth: Int) -> Text? {
    guard depth <= remotes.count, let url = remote(name)?.url else { return nil }
    let text = Text(utf8: url.resolved(home: home))
    let parts = URLParts(text)
    guard parts.scheme == "remote" else { return text }
    guard let base = location(ofRemote: parts.authority ?? "", home, depth: depth + 1) else { return nil }
    return base + "/" + Text(utf8: parts.path.utf8.drop { $0 == UInt8(ascii: "/") })
  }

  /// Merges and checks configuration files; there is at most one of a level, and one that does not exist is
  /// left out.
  /// - Throws: ``ConfigurationError`` where every DVC command fails.
  public static func load(_ layers: [ConfigurationLayer]) throws(ConfigurationError) -> DVCConfiguration {
    var merged = ConfigurationSettings()
    for level in ConfigurationLayer.Level.allCases {
      var settings = ConfigurationSettings()
      if let layer = layers.last(where: { $0.level == level }) {
        settings = try layer.settings()
        try checkPaths(settings)
      }
      // A file that is missing counts as well: its empty sections replace what is no section.
      for name in sections.keys where settings[name] == nil {
        settings.set(
          .init(key: name, value: .settings(ConfigurationSettings()), origin: .init(layer: nil, line: 0)))
      }
      merged.merge(settings)
    }
    try SettingKind.keys(sections).check(.settings(merged), .root)
    try checkExclusiveKeys(merged)
    return DVCConfiguration(merged)
  }

  private init(_ settings: ConfigurationSettings) {
    let core = settings.settings("core")
    coreRemote = core["remote"]?.value.pythonValue.pythonString.lowercased
    noSCM = core.text("no_scm")?.lowercased == "true"
    autostage = core.text("autostage")?.lowercased == "true"
    siteCacheDirectory = core.text("site_cache_dir")
    let cache = settings.settings("cache")
    cacheDirectory = cache["dir"].flatMap { ConfigurationPath($0) }
    cacheRemote = cache.text("local")
    cacheTypes = cache["type"]?.value.linkTypes
    isCacheShared = cache["shared"] != nil
    let parsing = settings.settings("parsing")
    if parsing.text("bool")?.lowercased == "boolean_optional" { boolStyle = .booleanOptional }
    if parsing.text("list")?.lowercased == "append" { listStyle = .append }
    remotes = settings.settings("remote").entries.map { entry in
      Remote(name: entry.key, settings: settings.settings("remote").settings(entry.key))
    }
  }

  // MARK: What each file alone must keep

  /// The keys whose values are paths.
  static let remotePathKeys: [Text] = [
    "url", "gdrive_user_credentials_file", "gdrive_service_account_json_file_path", "credentialpath",
    "configpath", "keyfile", "cert_path", "key_path",
  ]
  private static let machinePathKeys: [Text] = ["startup_script", "setup_script"]

  /// DVC resolves paths file by file, and dies of a path that is a list even when a later file replaces it.
  private static func checkPaths(_ settings: ConfigurationSettings) throws(ConfigurationError) {
    if let cache = settings["cache"] { try checkTexts(["dir"], in: cache, .root) }
    for (kind, keys): (Text, [Text]) in [("remote", remotePathKeys), ("machine", machinePathKeys)] {
      guard let section = settings[kind] else { continue }
      let place = SettingPlace.root.below(section)
      guard case .settings(let named) = section.value else { throw place.refusal("it must be a section") }
      for entry in named.entries { try checkTexts(keys, in: entry, place) }
    }
  }

  private static func checkTexts(
    _ keys: [Text], in entry: ConfigurationSettings.Entry, _ place: SettingPlace
  ) throws(ConfigurationError) {
    let place = place.below(entry)
    guard case .settings(let settings) = entry.value else { throw place.refusal("it must be a section") }
    for key in keys {
      guard let entry = settings[key] else { continue }
      guard case .text = entry.value else {
        throw place.below(entry).refusal("expected a text; quote a value that holds a comma")
      }
    }
  }

  private static func checkExclusiveKeys(_ settings: ConfigurationSettings) throws(ConfigurationError) {
    let hydra = settings.settings("hydra")
    guard hydra["config_dir"] != nil, let module = hydra["config_module"], let section = settings["hydra"]
    else {
      return
    }
    throw SettingPlace.root.below(section).below(module).refusal("config_dir is set as well")
  }
}

extension ConfigurationPath {
  /// The path of a setting.
  init?(_ entry: ConfigurationSettings.Entry) {
    guard case .text(let text) = entry.value else { return nil }
    self.init(text, directory: entry.origin.layer?.directory ?? [])
  }
}
