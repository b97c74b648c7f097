import DVC
import Git
import Trees

/// What a commit's stages were read from: a commit after it that changes nothing of that names the same data.
struct StageSources {
  private let files: Set<RepositoryPath>

  /// - Returns: `nil` when nobody can say: something of it cannot be read, or a symbolic link leads elsewhere.
  init?(_ projects: [Project], in tree: ObjectTree) {
    var files: Set<RepositoryPath> = []
    for project in projects {
      guard let read = project.readFiles else { return nil }
      files.formUnion(read)
      files.insert(project.paths.projectRoot.appending(Array(".dvc".utf8)))
      // What stands in the way to a file may ignore it.
      let directories = Set(read.flatMap(\.directoriesUpward)).union([project.paths.projectRoot])
      files.formUnion(directories.map { $0.appending(Array(".dvcignore".utf8)) })
    }
    // What cannot be asked may hold one.
    guard files.allSatisfy({ (try? tree.mayHoldLinks(at: $0)) == false }) else { return nil }
    self.files = files
  }

  /// Whether something that stages are read from may be another after these changes.
  func mayDiffer(after changes: [Git.Change]) -> Bool {
    changes.contains { files.contains($0.path) || $0.path.mayChangeStages }
  }
}

extension RepositoryPath {
  /// Whether DVC may read the file to know what there is, though it did not before: its own files, what they ignore or how
  /// they are converted, and files that templates take values from when they are there.
  fileprivate var mayChangeStages: Bool {
    Self.endings.match(name) || components.contains { $0.elementsEqual(".dvc".utf8) }
  }

  private static let endings = NameEndings([
    ".dvc", ".yaml", ".yml", ".json", ".toml", ".py", "dvc.lock", ".dvcignore", ".gitignore",
    ".gitattributes",
  ])
}
