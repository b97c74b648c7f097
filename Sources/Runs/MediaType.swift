import Values

/// What a file holds, by its name.
enum MediaType {
  /// A type of IANA's registry, or the customary one.
  static func of(_ name: some Collection<UInt8>) -> Text {
    let text = Text(utf8: name)
    if let known = byName.first(where: { $0.name == text }) { return known.type }
    return bySuffix.first { text.hasSuffix($0.suffix) }?.type ?? "text/plain"
  }

  private static let byName: [(name: Text, type: Text)] = [
    ("dvc.lock", "application/yaml"), ("pixi.lock", "application/yaml"), ("uv.lock", "application/toml"),
    ("poetry.lock", "application/toml"), ("pdm.lock", "application/toml"), ("Pipfile", "application/toml"),
    ("Pipfile.lock", "application/json"), ("renv.lock", "application/json"),
  ]
  private static let bySuffix: [(suffix: Text, type: Text)] = [
    (".yaml", "application/yaml"), (".yml", "application/yaml"), (".dvc", "application/yaml"),
    (".json", "application/json"), (".toml", "application/toml"), (".py", "text/x-python"),
  ]
}
