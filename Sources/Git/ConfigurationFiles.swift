import CGit2
import Glibc
import Platform

/// The configuration files that count for a repository, read with libgit2 (git-config(1), FILES).
struct ConfigurationFiles {
  let locations: Locations
  let environment: ProcessEnvironment

  /// Why libgit2 would read other values than Git here; `nil` when it reads the same.
  var reasonForCommand: String? {
    if variable("GIT_CONFIG_PARAMETERS") != nil { return "configuration given with git -c" }
    if variable("GIT_CONFIG_COUNT") != nil { return "GIT_CONFIG_COUNT is set" }
    return nil
  }

  /// All variables, those of the later files last.
  func read(for repository: OpaquePointer) throws(LibGit2.Failure) -> Configuration {
    var files = self.files
    let plain = try entries(of: files, for: repository)
    if Configuration(entries: plain).boolean("extensions.worktreeconfig") == true {
      let own = FileSystem.join(locations.gitDirectory, Array("config.worktree".utf8))
      files.append((own, GIT_CONFIG_LEVEL_APP))
      return Configuration(entries: try entries(of: files, for: repository))
    }
    return Configuration(entries: plain)
  }

  private var files: [(path: [UInt8], level: git_config_level_t)] {
    var files: [(path: [UInt8], level: git_config_level_t)] = []
    if variable("GIT_CONFIG_NOSYSTEM").flatMap(Configuration.boolean(of:)) != true {
      files.append((variable("GIT_CONFIG_SYSTEM") ?? Self.system, GIT_CONFIG_LEVEL_SYSTEM))
    }
    if let global = environment[bytes: "GIT_CONFIG_GLOBAL"] {
      files.append((global, GIT_CONFIG_LEVEL_GLOBAL))
    } else {
      if let xdg = GitDirectories(environment: environment).configuration {
        files.append((FileSystem.join(xdg, Array("config".utf8)), GIT_CONFIG_LEVEL_XDG))
      }
      if let home = environment.home {
        files.append((FileSystem.join(home, Array(".gitconfig".utf8)), GIT_CONFIG_LEVEL_GLOBAL))
      }
    }
    files.append(
      (FileSystem.join(locations.commonDirectory, Array("config".utf8)), GIT_CONFIG_LEVEL_LOCAL))
    return files.filter { !$0.path.isEmpty && FileSystem.exists($0.path) }
  }

  private func entries(
    of files: [(path: [UInt8], level: git_config_level_t)], for repository: OpaquePointer
  ) throws(LibGit2.Failure) -> [(key: [UInt8], value: [UInt8]?)] {
    var configuration: OpaquePointer?
    try LibGit2.check(git_config_new(&configuration))
    defer { git_config_free(configuration) }
    for (path, level) in files {
      try LibGit2.check(
        withCString(path) { git_config_add_file_ondisk(configuration, $0, level, repository, 0) })
    }
    var iterator: OpaquePointer?
    try LibGit2.check(git_config_iterator_new(&iterator, configuration))
    defer { git_config_iterator_free(iterator) }
    var levels: [Int32: [(key: [UInt8], value: [UInt8]?)]] = [:]
    while true {
      var entry: UnsafeMutablePointer<git_config_entry>?
      let code = git_config_next(&entry, iterator)
      if code == GIT_ITEROVER.rawValue { break }
      try LibGit2.check(code)
      guard let found = entry?.pointee, let key = Self.bytes(found.name) else { continue }
      levels[found.level.rawValue, default: []].append((key, Self.bytes(found.value)))
    }
    return levels.keys.sorted().flatMap { levels[$0] ?? [] }
  }

  private func variable(_ name: String) -> [UInt8]? {
    environment[bytes: name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Where the distribution's Git has its own file.
  private static let system: [UInt8] = {
    var found = git_buf()
    guard git_config_find_system(&found) == 0 else { return Array("/etc/gitconfig".utf8) }
    defer { git_buf_dispose(&found) }
    return bytes(found.ptr) ?? []
  }()

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
    text.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }
}

/// The directories of Git's own files beside the repository's.
struct GitDirectories {
  let environment: ProcessEnvironment

  /// `$XDG_CONFIG_HOME/git`, or `~/.config/git`.
  var configuration: [UInt8]? {
    if let xdg = environment[bytes: "XDG_CONFIG_HOME"], !xdg.isEmpty {
      return FileSystem.join(xdg, Array("git".utf8))
    }
    return environment.home.map { FileSystem.join($0, Array(".config/git".utf8)) }
  }

  /// A path of a variable: `~/` is the home directory; `nil` for an empty one.
  func expanded(_ path: [UInt8]) -> [UInt8]? {
    guard path.starts(with: Array("~/".utf8)), let home = environment.home else {
      return path.isEmpty ? nil : path
    }
    return FileSystem.join(home, Array(path.dropFirst(2)))
  }
}
