import Values

/// One configuration file.
public struct ConfigurationLayer: Sendable {
  /// Which of the files it is, in the order in which later ones win.
  public enum Level: Int, CaseIterable, Sendable {
    /// The machine's.
    case system
    /// The user's.
    case global
    /// The repository's `.dvc/config`.
    case repo
    /// The clone's own `.dvc/config.local`.
    case local
  }

  /// Which file it is.
  public let level: Level
  /// Its path for messages.
  public let path: String
  /// The absolute path of its directory, which relative paths in it are relative to.
  public let directory: [UInt8]
  /// Its bytes.
  public let contents: [UInt8]
  /// Whether somebody on this machine wrote it. What comes with a repository may come from anybody.
  public let isOwn: Bool

  /// A configuration file that was read.
  /// - Parameter isOwn: whether somebody on this machine wrote it; by default each but `.dvc/config` is.
  public init(level: Level, path: String, directory: [UInt8], contents: [UInt8], isOwn: Bool? = nil) {
    self.level = level
    self.path = path
    self.directory = directory
    self.contents = contents
    self.isOwn = isOwn ?? (level != .repo)
  }
}

extension ConfigurationLayer {
  /// The largest file that is read. DVC has no limit.
  private static let limit = 1 << 18

  /// The settings of the file: names in lower case, `'remote "name"'` sections below `remote`
  /// (dvc/config.py, `load_one`).
  func settings() throws(ConfigurationError) -> ConfigurationSettings {
    guard contents.count <= Self.limit else {
      throw .syntax(file: path, line: 1, why: "the file is too large")
    }
    guard String(validating: contents, as: UTF8.self) != nil else { throw .notUTF8(file: path) }
    let file: ConfigurationSection
    do throws(ConfigurationReader.Failure) {
      file = try ConfigurationReader.read(Text(utf8: contents))
    } catch {
      throw .syntax(file: path, line: error.line, why: error.why)
    }
    var interpolation = ConfigurationInterpolation()
    return try named(try lowercased(file, &interpolation))
  }

  private func lowercased(
    _ section: ConfigurationSection, _ interpolation: inout ConfigurationInterpolation
  ) throws(ConfigurationError) -> ConfigurationSettings {
    var settings = ConfigurationSettings()
    for scalar in section.scalars {
      let value: ConfigurationSettings.Value
      do throws(ConfigurationInterpolation.Failure) {
        switch scalar.value {
        case .text(let text):
          value = .text(try interpolation.complete(text, of: scalar.key, in: section))
        case .list(let texts):
          var completed: [Text] = []
          for text in texts {
            completed.append(try interpolation.complete(text, of: scalar.key, in: section))
          }
          value = .list(completed)
        }
      } catch {
        throw .syntax(file: path, line: scalar.line, why: "'\(scalar.key)' cannot be completed: \(error.why)")
      }
      settings.set(.init(key: scalar.key.lowercased, value: value, origin: origin(scalar.line)))
    }
    for inner in section.sections {
      let value = ConfigurationSettings.Value.settings(try lowercased(inner, &interpolation))
      settings.set(
        .init(key: (inner.name ?? Text(utf8: [])).lowercased, value: value, origin: origin(inner.line)))
    }
    return settings
  }

  private func origin(_ line: Int) -> ConfigurationSettings.Origin { .init(layer: self, line: line) }

  private static let kinds: [Text] = ["remote", "machine", "db"]
  private static let sectionName = LinePattern(
    groups: 2,
    [
      .many([.one(.space)]),
      .group(0, [.choice(kinds.map { $0.string.unicodeScalars.map { .one(.only($0)) } })]),
      .many([.one(.space)]), .one(.only("\"")), .group(1, [.many([.one(.any)])]), .one(.only("\"")),
      .many([.one(.space)]), .end,
    ])

  /// Moves named sections below their kind (dvc/config.py, `_parse_named`).
  private func named(_ settings: ConfigurationSettings) throws(ConfigurationError) -> ConfigurationSettings {
    var result = ConfigurationSettings()
    for kind in Self.kinds {
      result.set(.init(key: kind, value: .settings(ConfigurationSettings()), origin: origin(0)))
    }
    for entry in settings.entries {
      guard let groups = Self.sectionName.match(entry.key.codePoints)?.groups, let kind = groups[0],
        let name = groups[1]
      else {
        result.set(entry)
        continue
      }
      guard case .settings(var inner)? = result[kind]?.value else {
        throw .setting(file: path, line: entry.origin.line, key: kind.string, why: "it must be a section")
      }
      inner.set(.init(key: name, value: entry.value, origin: entry.origin))
      result.set(.init(key: kind, value: .settings(inner), origin: entry.origin))
    }
    return result
  }
}
