import DVC
import Disk
import Git
import Hashing
import Platform
import Remotes
import Transfer
import Trees
import Values

/// The data that commits name, commit by commit, each only where it is named first.
final class CommitNeeds {
  /// What one commit names that none before it did.
  struct Named {
    /// The outputs with a remote to be on.
    var needs: [Need] = []
    /// The outputs that have no remote, and why.
    var homeless: [Homeless] = []
    /// What could not be read.
    var unreadable: [Unreadable] = []
    /// The outputs with a remote of their own that is not asked.
    var leftOut: [Text] = []
  }

  /// Which remote is asked for an output.
  enum Choice {
    /// Its own, or else the default one.
    case configured
    /// This one in place of all others.
    case always(Text)
    /// This one, and no output that has another of its own: `-r`, as `dvc push` takes it (DVC 3.67, `outs_filter`
    /// in `dvc/repo/fetch.py`).
    case only(Text)
  }

  /// An output that has nowhere to go.
  struct Homeless {
    let output: PushedOutput
    let root: RepositoryPath
    /// The remote that it names and the configuration does not have; `nil` when none is configured.
    let remote: Text?
    /// The remotes that the configuration has.
    let others: [DVC.Remote]
    /// The caches on this machine that may hold its data.
    let caches: MachineCaches
  }

  /// Something of a commit that cannot be read, so that nobody knows what data it names.
  struct Unreadable {
    /// Where it is.
    let path: RepositoryPath
    /// What it is, and why.
    let (what, why): (String, String)

    init(_ path: RepositoryPath, _ what: String? = nil, why: String) {
      (self.path, self.what, self.why) = (path, what ?? path.description, why)
    }
  }

  /// An object that has nowhere to go.
  private struct HomelessObject: Hashable {
    let root: RepositoryPath
    let object: CacheObject
  }

  private let surroundings: Surroundings
  private let repository: Repository
  private let choice: Choice
  private let configuration: ObjectTree?
  /// Whether a configuration had the remote that is asked for by name.
  private(set) var hasChosen = false
  private var seen: Set<Need.Identity> = []
  /// What has no remote: each object once, and told once for each DVC repository and remote.
  private var knownHomeless: Set<HomelessObject> = []
  private var saidHomeless: Set<Text> = []
  private var caches: [[UInt8]: MachineCaches] = [:]

  /// - Parameter configuration: a tree whose DVC configuration counts in place of each commit's own.
  init(
    _ surroundings: Surroundings, _ choice: Choice, configuration: ObjectTree? = nil
  ) throws(Failure) {
    self.configuration = configuration
    self.surroundings = surroundings
    repository = try surroundings.repository()
    self.choice = choice
  }

  /// What a commit names that others have already: that it has no remote is told of what is new beside it.
  func known(by id: CommitID) throws(Failure) -> Named {
    defer { saidHomeless = [] }
    return try named(by: id)
  }

  /// What a commit names.
  /// - Parameter isNew: whether only what was not named before counts.
  func named(by id: CommitID, onlyNew: Bool = true) throws(Failure) -> Named {
    let tree: ObjectTree
    do {
      if onlyNew, try isAsItsParent(id) { return Named() }
      tree = try repository.tree(of: id)
    } catch {
      return Named(unreadable: [Unreadable(.root, "the tree", why: "\(error)")])
    }
    let roots: [RepositoryPath]
    do { roots = try Project.roots(in: tree) } catch {
      return Named(unreadable: [Unreadable(.root, "the tree", why: Failure(error).message)])
    }
    let (named, projects) = try named(
      in: tree, roots, commit: Text(utf8: id.object.hexadecimal), onlyNew: onlyNew)
    if named.unreadable.isEmpty { sources[id] = StageSources(projects, in: tree) }
    return named
  }

  private func named(
    in tree: ObjectTree, _ roots: [RepositoryPath], commit: Text, onlyNew: Bool
  ) throws(Failure) -> (Named, [Project]) {
    var named = Named()
    var projects: [Project] = []
    let treeRoot = repository.workTree ?? repository.gitDirectory
    for root in roots {
      let project: Project
      let settings: LoadedSettings
      do {
        let own = try surroundings.settings(of: root, in: tree, treeRoot: treeRoot)
        project = try surroundings.project(tree, treeRoot: treeRoot, projectRoot: root, own)
        settings =
          try configuration.map { tree throws(Failure) in
            try surroundings.settings(of: root, in: tree, treeRoot: treeRoot)
          } ?? own
      } catch {
        let what = root.isRoot ? "the DVC repository" : "the DVC repository '\(root)'"
        named.unreadable.append(
          Unreadable(root.appending(Array(".dvc/config".utf8)), what, why: error.message))
        continue
      }
      for file in project.files {
        if case .failure(let error) = file.stages {
          named.unreadable.append(Unreadable(file.path, why: Failure(error).message))
        }
      }
      add(PushedOutputs(of: project.readableStages), root, settings, commit, onlyNew, to: &named)
      projects.append(project)
    }
    return (named, projects)
  }

  private func add(
    _ outputs: PushedOutputs, _ root: RepositoryPath, _ settings: LoadedSettings, _ commit: Text,
    _ onlyNew: Bool,
    to named: inout Named
  ) {
    for (stage, output) in outputs.unknown {
      named.unreadable.append(
        Unreadable(
          stage.file, why: "the hash of '\(output.reference.definition)' is none that guard knows"))
    }
    let caches = caches(at: settings.cacheDirectory, of: root)
    if let name = choice.name, settings.remoteDescription(name) != nil { hasChosen = true }
    for output in outputs.recorded {
      guard choice.admits(output.output.remote) else {
        named.leftOut.append(output.output.reference.definition)
        continue
      }
      let name = choice.name ?? output.output.remote ?? settings.configuration.coreRemote
      guard let name, let remote = settings.remoteDescription(name) else {
        guard knownHomeless.insert(HomelessObject(root: root, object: output.object)).inserted || !onlyNew
        else { continue }
        let label = root.description + "\0" + (name?.string ?? "")
        if saidHomeless.insert(Text(label)).inserted || !onlyNew {
          let others = settings.configuration.remotes
          named.homeless.append(
            Homeless(output: output, root: root, remote: name, others: others, caches: caches))
        }
        continue
      }
      let need = Need(commit: commit, output: output, remote: remote, caches: caches, root: root)
      if seen.insert(need.identity).inserted || !onlyNew { named.needs.append(need) }
    }
  }

  private func caches(at directory: [UInt8], of root: RepositoryPath) -> MachineCaches {
    let key = root.bytes + [0] + directory
    if let known = caches[key] { return known }
    let own = LocalCache(directory: directory, hashes: surroundings.hashes)
    let found = MachineCaches(own) { [surroundings, repository] in
      surroundings.caches(of: root, in: repository.otherWorkTrees(), but: directory)
    }
    caches[key] = found
    return found
  }

  /// Whether nothing that DVC reads differs from the first parent, all of which was read before.
  private func isAsItsParent(_ id: CommitID) throws(GitError) -> Bool {
    guard let parent = try repository.parents(of: id).first, let known = sources[parent] else { return false }
    let changes = try repository.changes(from: repository.tree(of: parent), to: repository.tree(of: id))
    guard !known.mayDiffer(after: changes) else { return false }
    sources[id] = known
    return true
  }

  /// What the stages of commits were read from, where all of it could be.
  private var sources: [CommitID: StageSources] = [:]
}

extension Surroundings {
  /// The caches of a DVC repository in other work trees, save one that is known already.
  fileprivate func caches(
    of root: RepositoryPath, in workTrees: [[UInt8]], but own: [UInt8]
  ) -> [CachePlace] {
    var seen: Set<[UInt8]> = [own]
    return workTrees.compactMap { workTree in
      let directory = PathSpace(treeRoot: workTree, projectRoot: root).absolute(root)
      do throws(Failure) {
        let cache = try settings(ofWorkTreeProject: directory).cacheDirectory
        guard seen.insert(cache).inserted else { return nil }
        return CachePlace(LocalCache(directory: cache, hashes: hashes), workTree: Text(utf8: workTree))
      } catch {
        note("the cache of the work tree '\(String(decoding: workTree, as: UTF8.self))': \(error.message)")
        return nil
      }
    }
  }
}

extension CommitNeeds.Choice {
  /// The remote that is asked whatever an output says; `nil` when there is none.
  var name: Text? {
    switch self {
    case .configured: nil
    case .always(let name), .only(let name): name
    }
  }

  /// Whether an output counts that has this remote of its own, or none.
  fileprivate func admits(_ own: Text?) -> Bool {
    if case .only(let name) = self, let own { own == name } else { true }
  }
}

extension LoadedSettings {
  /// A remote that can be opened; `nil` when the configuration has none of that name, or it leads nowhere.
  func remoteDescription(_ name: Text) -> RemoteDescription? {
    guard let remote = configuration.remote(name), let url = remoteURLs[remote.name] else { return nil }
    let settings = settings(of: remote)
    let own = settings.filter(\.value.isOwn).keys
    return RemoteDescription(
      name: remote.name.string, url: url.string, options: settings.compactMapValues(text(of:)), own: Set(own))
  }

  /// The keys of a remote; one whose URL is `remote://other/path` has those of the other, where it has none itself
  /// (DVC 3.67, `_resolve_remote_refs` in `dvc/fs/__init__.py`).
  private func settings(of remote: DVC.Remote, depth: Int = 0) -> [String: DVC.Remote.Setting] {
    var settings: [String: DVC.Remote.Setting] = [:]
    if case .url(let text)? = remote.url, text.hasPrefix("remote://"), depth < configuration.remotes.count {
      let name = Text(utf8: text.utf8.dropFirst("remote://".utf8.count).prefix { $0 != UInt8(ascii: "/") })
      if let base = configuration.remote(name) {
        settings = self.settings(of: base, depth: depth + 1)
      }
    }
    for setting in remote.settings where setting.key != "url" { settings[setting.key.string] = setting }
    return settings
  }

  /// The text of a setting, a path resolved; `nil` when it is a list.
  private func text(of setting: DVC.Remote.Setting) -> String? {
    if let path = setting.path { return Text(utf8: path.resolved(home: home)).string }
    guard case .text(let text) = setting.value else { return nil }
    return text.string
  }
}
