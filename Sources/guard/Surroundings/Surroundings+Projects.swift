import DVC
import Disk
import Git
import Hashing
import Platform
import Policy
import Trees
import Values

/// A DVC repository that was read, and how its status is told.
struct OpenedProject {
  let project: Project
  let settings: LoadedSettings
  let scope: PipelineStatus.Scope

  /// The status of stages.
  func status() -> PipelineStatus { PipelineStatus(of: project, scope) }
}

extension Surroundings {
  /// The DVC repository around the directory, in the work tree.
  /// - Parameter looksForUpdates: whether the repositories that data was imported from are asked for newer ones.
  func workTreeProject(looksForUpdates: Bool) throws(Failure) -> OpenedProject {
    guard let root = try projectDirectory() else { throw Failure("you are not inside of a DVC repository") }
    let settings = try settings(ofWorkTreeProject: root)
    let tree: WorkTree
    let treeRoot: [UInt8]
    if settings.configuration.noSCM {
      treeRoot = root
      tree = WorkTree(root: root, hashes: nil)
    } else {
      let repository = try repository()
      guard let workTree = repository.workTree, root.isInside(directory: workTree) else {
        throw Failure(
          "the DVC repository '\(String(decoding: root, as: UTF8.self))' is not in a Git work tree")
      }
      treeRoot = workTree
      tree = try self.workTree(of: repository, at: workTree)
    }
    let external = WorkTree(root: [UInt8(ascii: "/")], hashes: hashes)
    return OpenedProject(
      project: try project(tree, treeRoot: treeRoot, projectRoot: root.path(below: treeRoot), settings),
      settings: settings,
      scope: .workTree(
        cache: CacheOnDisk(directory: settings.cacheDirectory, hashes: hashes), external: external,
        imports: looksForUpdates ? RemoteRevisions(directory: directory, environment: environment) : nil))
  }

  /// Every DVC repository of a tree of Git.
  func projects(in tree: ObjectTree, of repository: Repository) throws(Failure) -> [OpenedProject] {
    let treeRoot = repository.workTree ?? repository.gitDirectory
    var read: [(settings: LoadedSettings, project: Project, checkout: Checkout)] = []
    for root in try projectRoots(in: tree) {
      let settings = try settings(of: root, in: tree, treeRoot: treeRoot)
      let project = try project(tree, treeRoot: treeRoot, projectRoot: root, settings)
      let cache = CacheOnDisk(directory: settings.cacheDirectory, hashes: hashes)
      read.append((settings, project, Checkout(of: project, from: cache)))
    }
    return read.indices.map { index in
      let others = read.indices.filter { $0 != index }.map { read[$0].checkout }
      return OpenedProject(
        project: read[index].project, settings: read[index].settings,
        scope: .gitTree(read[index].checkout.with(others)))
    }
  }

  /// The work tree of a repository, as files on disk.
  func workTree(of repository: Repository, at root: [UInt8]) throws(Failure) -> WorkTree {
    let excludes = [
      FileSystem.join(repository.commonDirectory, Array("info/exclude".utf8)), excludesFile(of: repository),
    ]
    var patterns: [[UInt8]] = []
    for file in excludes {
      do {
        patterns.append(
          try file.map { file throws(SystemError) in try FileSystem.read(file, limit: 1 << 24) } ?? [])
      } catch {
        guard error.isMissing else { throw Failure(error) }
        patterns.append([])
      }
    }
    return WorkTree(
      root: root, hashes: hashes, excludes: patterns,
      ignoreCase: repository.configurationFlag("core.ignorecase") ?? false)
  }

  /// `core.excludesFile`, or where Git looks when that is not set (gitignore(5)).
  private func excludesFile(of repository: Repository) -> [UInt8]? {
    if let set = repository.configuration("core.excludesfile") {
      guard set.first == UInt8(ascii: "~") else { return set }
      // Of other users no home is known: the user database is not asked.
      guard set.starts(with: Array("~/".utf8)), let home = environment.home else { return nil }
      return home + set.dropFirst()
    }
    if let base = environment[bytes: "XDG_CONFIG_HOME"], !base.isEmpty {
      return FileSystem.join(base, Array("git/ignore".utf8))
    }
    return environment.home.map { FileSystem.join($0, Array(".config/git/ignore".utf8)) }
  }

  /// The directories of a tree that hold a directory `.dvc`: each is a DVC repository.
  func projectRoots(in tree: ObjectTree) throws(Failure) -> [RepositoryPath] {
    do { return try ProjectReader.roots(in: tree) } catch { throw failure(error) }
  }

  /// The DVC repository at a directory of a tree.
  func project(
    _ tree: any FileTree, treeRoot: [UInt8], projectRoot: RepositoryPath, _ settings: LoadedSettings
  ) throws(Failure) -> Project {
    let paths = PathSpace(
      treeRoot: treeRoot, projectRoot: projectRoot, remoteURLs: settings.remoteURLs)
    do {
      return try Project(tree: tree, paths: paths, settings: settings.projectSettings)
    } catch {
      throw Failure(error)
    }
  }

  /// The DVC repository around the directory, in the work tree of a repository; `nil` when there is none.
  func projectRoot(in repository: Repository) throws(Failure) -> RepositoryPath? {
    guard let workTree = repository.workTree, let root = try projectDirectory(),
      root.isInside(directory: workTree)
    else { return nil }
    return root.path(below: workTree)
  }

  /// The nearest directory upward that holds a directory `.dvc`; DVC does not look past a mount point.
  private func projectDirectory() throws(Failure) -> [UInt8]? {
    for candidate in directory.directoriesUpward {
      do {
        if try FileSystem.status(of: FileSystem.join(candidate, Array(".dvc".utf8))).kind == .directory {
          return candidate
        }
        let parent = FileSystem.join(candidate, Array("..".utf8))
        let isMountPoint = try FileSystem.status(of: candidate).device != FileSystem.status(of: parent).device
        if isMountPoint { return nil }
      } catch {
        guard error.isMissing else { throw Failure(error) }
      }
    }
    return nil
  }
}

/// DVC's cache, read from disk.
final class CacheOnDisk: ObjectCache {
  private let cache: LocalCache?
  private let missed: () -> Void

  /// - Parameter missed: told when an object that was asked for is not there.
  init(directory: [UInt8]?, hashes: HashCache?, missed: @escaping () -> Void = {}) {
    cache = directory.map { LocalCache(directory: $0, hashes: hashes) }
    self.missed = missed
  }

  func presence(of objects: [CacheObject]) throws(ObjectCacheError) -> [Bool] {
    try beginLookUp(of: objects)()
  }

  func beginLookUp(of objects: [CacheObject]) -> () throws(ObjectCacheError) -> [Bool] {
    guard let cache else { return { objects.map { _ in false } } }
    let search = cache.beginSearch(for: objects)
    return { [missed] () throws(ObjectCacheError) in
      do {
        let presence = try cache.presence(in: search)
        if presence.contains(false) { missed() }
        return presence
      } catch { throw ObjectCacheError("\(error)") }
    }
  }

  func contents(of object: CacheObject) throws(ObjectCacheError) -> [UInt8]? {
    do {
      let contents = try cache?.contents(of: object)
      if contents == nil { missed() }
      return contents
    } catch { throw ObjectCacheError("\(error)") }
  }
}

extension [UInt8] {
  /// Whether an absolute path is a directory or lies below it.
  fileprivate func isInside(directory: [UInt8]) -> Bool {
    self == directory
      || starts(with: directory == [UInt8(ascii: "/")] ? directory : directory + [UInt8(ascii: "/")])
  }

  /// The path from a directory that it lies in.
  fileprivate func path(below directory: [UInt8]) -> RepositoryPath {
    RepositoryPath(normalized: dropFirst(directory.count).drop { $0 == UInt8(ascii: "/") })
  }
}
