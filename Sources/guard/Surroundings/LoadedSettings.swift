import DVC
import Git
import Platform
import Trees
import Values

/// The configuration of a DVC repository, and what guard needs of it.
struct LoadedSettings {
  let configuration: DVCConfiguration
  /// Where the cache is: absolute.
  let cacheDirectory: [UInt8]

  /// What changes how templates are written.
  var projectSettings: ProjectSettings {
    ProjectSettings(
      writesFalseAsNo: configuration.boolStyle == .booleanOptional,
      repeatsKeyInLists: configuration.listStyle == .append)
  }

  /// Where the remotes are, for `remote://name/path`.
  let remoteURLs: [Text: Text]
  /// The home directory of a user, by name.
  let home: (Text) -> [UInt8]?

  /// Where the configuration of a DVC repository at a root stands.
  static func file(of root: RepositoryPath) -> RepositoryPath {
    root.appending(Array(".dvc".utf8)).appending(Array("config".utf8))
  }
}

/// What the settings of a DVC repository in a tree of Git depend on.
struct TreeSettings: Hashable {
  /// Where its `.dvc` directory is taken to be.
  let directory: [UInt8]
  /// Its own configuration; `nil` when it has none.
  let contents: [UInt8]?
}

extension Surroundings {
  /// The settings of the DVC repository at a directory on disk.
  func settings(ofWorkTreeProject root: [UInt8]) throws(Failure) -> LoadedSettings {
    let directory = FileSystem.join(root, Array(".dvc".utf8))
    var layers = try machineLayers()
    layers += try layer(.repo, in: directory, "config")
    layers += try localLayer(in: directory)
    return try load(layers, projectDirectory: directory)
  }

  /// The settings of a DVC repository in a tree of Git: the tree's own `.dvc/config`, this machine's others.
  func settings(
    of root: RepositoryPath, in tree: ObjectTree, treeRoot: [UInt8]
  ) throws(Failure) -> LoadedSettings {
    let file = LoadedSettings.file(of: root)
    let directory = PathSpace(treeRoot: treeRoot, projectRoot: root).absolute(file.parent)
    let own: [UInt8]?
    do throws(TreeError) { own = try ownConfiguration(of: root, in: tree) } catch { throw Failure(error) }
    // Of a thousand commits most have the same configuration, and this machine's do not change meanwhile.
    let key = TreeSettings(directory: directory, contents: own)
    if let known = knownSettings[key] { return known }
    var layers = try machineLayers()
    if let own {
      layers.append(
        ConfigurationLayer(level: .repo, path: file.description, directory: directory, contents: own))
    }
    layers += try localLayer(in: directory).filter { $0.isOwn || !isGate }
    let settings = try load(layers, projectDirectory: directory)
    knownSettings[key] = settings
    return settings
  }

  /// The `.dvc/config` of a DVC repository in a tree of Git; `nil` when it has none.
  func ownConfiguration(of root: RepositoryPath, in tree: ObjectTree) throws(TreeError) -> [UInt8]? {
    let file = LoadedSettings.file(of: root)
    return if case .file? = try tree.target(of: file) { try tree.contents(of: file) } else { nil }
  }

  private func load(
    _ layers: [ConfigurationLayer], projectDirectory: [UInt8]
  ) throws(Failure) -> LoadedSettings {
    do {
      let configuration = try DVCConfiguration.load(layers)
      let home = { [environment] (user: Text) in user.isEmpty ? environment.home : nil }
      let remote = configuration.cacheRemote.flatMap {
        configuration.location(ofRemote: $0, home: home)?.utf8
      }
      let cache = remote ?? configuration.cacheDirectory?.resolved(home: home)
      let remotes = configuration.remotes.compactMap { remote in
        configuration.location(ofRemote: remote.name, home: home).map { (remote.name, $0) }
      }
      return LoadedSettings(
        configuration: configuration,
        cacheDirectory: cache ?? FileSystem.join(projectDirectory, Array("cache".utf8)),
        remoteURLs: Dictionary(remotes) { $1 }, home: home)
    } catch {
      throw Failure("\(error)")
    }
  }

  /// What only this machine has of the configuration of the DVC repository at the top of a tree, in bytes.
  func machineSettings(below treeRoot: [UInt8]) throws(Failure) -> [[UInt8]] {
    let directory = FileSystem.join(treeRoot, Array(".dvc".utf8))
    return try (machineLayers() + localLayer(in: directory)).flatMap { layer in
      [Array("\(layer.level) \(layer.isOwn) \(layer.path)".utf8), layer.contents]
    }
  }

  /// The system's and the user's configuration (DVC 3.67, `dvc/dirs.py`).
  private func machineLayers() throws(Failure) -> [ConfigurationLayer] {
    let system = environment[bytes: "DVC_SYSTEM_CONFIG_DIR"] ?? Array("/etc/xdg/dvc".utf8)
    var layers = try layer(.system, in: system, "config")
    let base =
      environment[bytes: "XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? environment.home.map { FileSystem.join($0, Array(".config".utf8)) }
    let global =
      environment[bytes: "DVC_GLOBAL_CONFIG_DIR"] ?? base.map { FileSystem.join($0, Array("dvc".utf8)) }
    if let global { layers += try layer(.global, in: global, "config") }
    return layers
  }

  /// `.dvc/config.local`, which DVC keeps out of Git. One that Git has came with the repository: it is read, as DVC
  /// reads it, and trusted no more than `.dvc/config`.
  private func localLayer(in directory: [UInt8]) throws(Failure) -> [ConfigurationLayer] {
    try layer(.local, in: directory, "config.local").map { layer in
      ConfigurationLayer(
        level: .local, path: layer.path, directory: layer.directory, contents: layer.contents,
        isOwn: !comesWithRepository(FileSystem.join(directory, Array("config.local".utf8))))
    }
  }

  private func layer(
    _ level: ConfigurationLayer.Level, in directory: [UInt8], _ name: String
  ) throws(Failure) -> [ConfigurationLayer] {
    let file = FileSystem.join(directory, Array(name.utf8))
    do {
      let contents = try FileSystem.read(file, limit: 1 << 24)
      return [
        ConfigurationLayer(
          level: level, path: String(decoding: file, as: UTF8.self), directory: directory, contents: contents)
      ]
    } catch {
      guard error.isMissing else { throw Failure(error) }
      return []
    }
  }
}
