import DVC
import Git
import Trees
import Values

/// What a commit holds of DVC's, read from its tree alone: no configuration of this machine, no cache, no work tree.
final class CommitContents {
  let tree: ObjectTree
  /// The DVC repositories, outer ones first.
  private(set) var projects: [Project] = []
  /// The directories of the DVC repositories.
  let roots: [RepositoryPath]
  /// What could not be read.
  private(set) var unreadable: Set<Unreadable> = []

  /// Where the tree is taken to be on disk: the same place everywhere, so that an absolute path in a `dvc.yaml` means
  /// the same in every clone.
  private static let place = Array("/.guard".utf8)

  /// Reads the DVC repositories of a tree.
  init(_ tree: ObjectTree) {
    self.tree = tree
    do throws(TreeError) { roots = try Project.roots(in: tree) } catch {
      roots = []
      unreadable.insert(Unreadable(DVCError(error)))
    }
    for root in roots {
      do throws(DVCError) {
        let project = try project(at: root)
        for file in project.files {
          if case .failure(let error) = file.stages { note(error) }
          if let error = file.lockError { note(error) }
        }
        projects.append(project)
      } catch {
        note(error)
      }
    }
  }

  /// Takes down what could not be read.
  func note(_ error: DVCError) { unreadable.insert(Unreadable(error)) }

  /// Takes down what could not be read.
  func note(_ path: RepositoryPath, _ reason: Unreadable.Reason) {
    unreadable.insert(Unreadable(path, reason))
  }

  /// The files at a path: itself, or those below it when it is a directory; `nil` when nothing stands there.
  func files(at path: RepositoryPath) -> [RepositoryPath]? {
    do throws(TreeError) {
      switch try tree.target(of: path) {
      case .file?: return [path]
      case .directory?: return try files(below: path)
      case nil: return nil
      case .submodule?, .symbolicLink?, .special?:
        note(path, .unreadable)
        return []
      }
    } catch {
      note(DVCError(error))
      return []
    }
  }

  private func files(below directory: RepositoryPath) throws(TreeError) -> [RepositoryPath] {
    var found: [RepositoryPath] = []
    for child in try tree.children(of: directory) {
      let path = directory.appending(child.name)
      switch child.entry {
      case .file: found.append(path)
      case .directory: found += try files(below: path)
      default: continue
      }
    }
    return found
  }

  private func project(at root: RepositoryPath) throws(DVCError) -> Project {
    let configuration = configuration(of: root)
    let remotes = configuration.remotes.compactMap { remote in
      configuration.location(ofRemote: remote.name, home: { _ in nil }).map { (remote.name, $0) }
    }
    return try Project(
      tree: tree,
      paths: PathSpace(
        treeRoot: Self.place, projectRoot: root, remoteURLs: Dictionary(remotes) { $1 }),
      settings: ProjectSettings(
        writesFalseAsNo: configuration.boolStyle == .booleanOptional,
        repeatsKeyInLists: configuration.listStyle == .append))
  }

  /// What the tree's own `.dvc/config` says; nothing when it cannot be read.
  private func configuration(of root: RepositoryPath) -> DVCConfiguration {
    let directory = root.appending(Array(".dvc".utf8))
    let file = directory.appending(Array("config".utf8))
    do throws(TreeError) {
      guard case .file? = try tree.target(of: file) else { return DVCConfiguration() }
      let absolute = PathSpace(treeRoot: Self.place, projectRoot: root).absolute(directory)
      let layer = ConfigurationLayer(
        level: .repo, path: file.description, directory: absolute, contents: try tree.contents(of: file))
      do throws(ConfigurationError) { return try DVCConfiguration.load([layer]) } catch {
        note(file, .invalid)
      }
    } catch {
      note(DVCError(error))
    }
    return DVCConfiguration()
  }
}
