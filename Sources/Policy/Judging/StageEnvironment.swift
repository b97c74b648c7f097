import DVC
import Trees
import Values

/// Which environment files of a tree say with which software a stage runs: those that stand nearest, upward from its
/// `dvc.yaml` and from each file in Git that it reads. What stands in a directory named for such files (`env`, `docker`)
/// counts as if it stood above that, and what a lock beside it settles does not count; documentation and editors have files of their own, which count for nobody else.
final class StageEnvironment {
  private let tree: any FileTree
  /// What stands in a directory, or in one named for it.
  private var known: [RepositoryPath: [RepositoryPath]] = [:]

  /// The environment files of a tree, by the names that ``EnvironmentFiles`` knows.
  init(_ tree: any FileTree) { self.tree = tree }

  /// The files of a stage.
  func files(of stage: Stage) throws(JudgementError) -> Set<RepositoryPath> {
    try reading { () throws(TreeError) in
      var starts: Set<RepositoryPath> = [stage.file.parent]
      for path in stage.dataDependencies {
        // What Git does not have is data, made elsewhere.
        guard let entry = try tree.entry(at: path) else { continue }
        starts.insert(entry == .directory ? path : path.parent)
      }
      var files: Set<RepositoryPath> = []
      for start in starts {
        for directory in [start] + start.directoriesUpward {
          let found = try filesFor(directory)
          files.formUnion(found)
          if !found.isEmpty { break }
        }
      }
      return files
    }
  }

  private func filesFor(_ directory: RepositoryPath) throws(TreeError) -> [RepositoryPath] {
    if let files = known[directory] { return files }
    let children = try children(of: directory)
    var files = Self.files(among: children, in: directory)
    for child in children where child.entry == .directory && Self.isForThem(child.name) {
      let path = directory.appending(child.name)
      files += Self.files(among: try self.children(of: path), in: path)
    }
    known[directory] = files
    return files
  }

  private static func files(among children: [Child], in directory: RepositoryPath) -> [RepositoryPath] {
    let names = children.filter(isOne).map(\.name)
    let settled = names.reduce(into: Set<Text>()) { $0.formUnion(settles[Text(utf8: $1)] ?? []) }
    return names.filter { !settled.contains(Text(utf8: $0)) }.map { directory.appending($0) }
  }

  /// The files that only say what may be installed, beside the lock that says what is.
  private static let settles: [Text: [Text]] = {
    let python: [Text] = ["pyproject.toml", "setup.py", "setup.cfg"]
    let conda: [Text] = ["environment.yml", "environment.yaml", "conda.yml", "conda.yaml"]
    return [
      "uv.lock": python, "poetry.lock": python, "pdm.lock": python, "Pipfile.lock": ["Pipfile"],
      "pixi.lock": ["pixi.toml", "pyproject.toml"], "conda-lock.yml": conda, "conda-lock.yaml": conda,
    ]
  }()

  private func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
    guard case .directory? = try tree.entry(at: directory) else { return [] }
    return try tree.children(of: directory)
  }

  private static func isOne(_ child: Child) -> Bool {
    child.entry != .directory && EnvironmentFiles.rank(of: child.name) != nil
  }

  private static func isForThem(_ name: [UInt8]) -> Bool {
    let small = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return ["env", "docker", "conda", "container", "require", "depend"].contains {
      small.starts(with: $0.utf8)
    }
  }
}
