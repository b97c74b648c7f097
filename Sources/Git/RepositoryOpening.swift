import CGit2
import Glibc
import Platform

/// Finding a repository as Git does (git(1), "Environment Variables") and opening it with libgit2.
struct RepositoryOpening {
  let directory: [UInt8]
  let environment: ProcessEnvironment

  /// The repository that is found.
  func open(judgingOwner: Bool) throws(LibGit2.Failure) -> OpaquePointer {
    var flags: UInt32 = 0
    var start = directory
    if let given = variable("GIT_DIR") {
      start = absolute(given)
      flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
    } else if isTrue("GIT_DISCOVERY_ACROSS_FILESYSTEM") {
      flags = GIT_REPOSITORY_OPEN_CROSS_FS.rawValue
    }
    let ceilings = variable("GIT_CEILING_DIRECTORIES") ?? []
    // An owner does not matter where somebody named the directory (git-config(1), safe.directory).
    let judgingOwner = judgingOwner && variable("GIT_DIR") == nil
    var opened: OpaquePointer?
    try LibGit2.check(
      try LibGit2.opening(judgingOwner: judgingOwner) {
        withCString(start) { path in
          withCString(ceilings) { git_repository_open_ext(&opened, path, flags, $0) }
        }
      })
    guard let opened else { throw LibGit2.Failure(GIT_ENOTFOUND.rawValue) }
    return opened
  }

  /// Where its objects are: `GIT_OBJECT_DIRECTORY` and the alternates, which a server's quarantine sets.
  func objectDatabase(of repository: OpaquePointer) throws(LibGit2.Failure) -> OpaquePointer {
    let given = variable("GIT_OBJECT_DIRECTORY").map(absolute)
    let common = Self.bytes(git_repository_commondir(repository)) ?? []
    var database: OpaquePointer?
    try LibGit2.check(
      withCString(given ?? FileSystem.join(common, Array("objects".utf8))) { git_odb_open(&database, $0) })
    guard let database else { throw LibGit2.Failure(-1) }
    for alternate in alternates {
      guard FileSystem.exists(alternate) else { continue }
      let code = withCString(alternate) { git_odb_add_disk_alternate(database, $0) }
      if code < 0 {
        let failure = LibGit2.Failure(code)
        git_odb_free(database)
        throw failure
      }
    }
    // libgit2's own walks and names read the same objects.
    git_repository_set_odb(repository, database)
    return database
  }

  /// Where its parts are.
  func locations(of repository: OpaquePointer) -> Locations {
    let git = Self.trimmed(Self.bytes(git_repository_path(repository)) ?? [])
    let common = Self.trimmed(Self.bytes(git_repository_commondir(repository)) ?? git)
    return Locations(
      gitDirectory: git, commonDirectory: common,
      workTree: workTree(of: repository, gitDirectory: git, isLinked: git != common), hashLength: 20)
  }

  /// `GIT_WORK_TREE`, else `core.worktree`, else where `.git` was found, or the current directory when
  /// `GIT_DIR` says where to look (git-config(1), core.worktree). A linked worktree has one whatever the
  /// repository that it belongs to says of itself, which may be bare (setup.c of Git 2.39).
  private func workTree(
    of repository: OpaquePointer, gitDirectory: [UInt8], isLinked: Bool
  ) -> [UInt8]? {
    if let given = variable("GIT_WORK_TREE") { return real(absolute(given)) }
    if variable("GIT_DIR") == nil {
      return Self.bytes(git_repository_workdir(repository)).map(Self.trimmed)
    }
    if isLinked { return real(directory) }
    var configuration: OpaquePointer?
    guard git_repository_config_snapshot(&configuration, repository) == 0 else { return nil }
    defer { git_config_free(configuration) }
    var value: UnsafePointer<CChar>?
    if git_config_get_string(&value, configuration, "core.worktree") == 0, let path = Self.bytes(value) {
      return real(FileSystem.join(gitDirectory, path))
    }
    var isBare: Int32 = 0
    let code = git_config_get_bool(&isBare, configuration, "core.bare")
    return code == 0 && isBare != 0 ? nil : real(directory)
  }

  /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`: separated by colons, quoted as in C when one begins with a quote.
  private var alternates: [[UInt8]] {
    guard var rest = variable("GIT_ALTERNATE_OBJECT_DIRECTORIES")?[...] else { return [] }
    var found: [[UInt8]] = []
    while !rest.isEmpty {
      if rest.first == UInt8(ascii: "\""), let (path, after) = CQuoting.unquote(rest) {
        found.append(path)
        rest = rest[after...].drop { $0 != UInt8(ascii: ":") }.dropFirst()
      } else {
        let path = rest.prefix { $0 != UInt8(ascii: ":") }
        if !path.isEmpty { found.append(Array(path)) }
        rest = rest.dropFirst(path.count + 1)
      }
    }
    return found.map(absolute)
  }

  private func variable(_ name: String) -> [UInt8]? {
    environment[bytes: name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func isTrue(_ name: String) -> Bool {
    variable(name).flatMap(Configuration.boolean(of:)) ?? false
  }

  private func absolute(_ path: [UInt8]) -> [UInt8] { FileSystem.join(directory, path) }

  /// The path without symbolic links, or as it is where it leads nowhere.
  private func real(_ path: [UInt8]) -> [UInt8] {
    do { return try FileSystem.realPath(of: path) } catch { return path }
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
    text.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }

  /// libgit2 ends directories with a slash.
  private static func trimmed(_ path: [UInt8]) -> [UInt8] {
    path.count > 1 && path.last == UInt8(ascii: "/") ? path.dropLast() : path
  }
}
