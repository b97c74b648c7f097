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
    }
    do throws(TreeError) {
      for file in files { guard try !tree.mayHoldLinks(at: file) else { return nil } }
      guard try !Self.hasLinkedIgnores(tree, below: .root) else { return nil }
    } catch {
      // What cannot be asked may hold one.
      return nil
    }
    self.files = files
  }

  /// Whether a `.dvcignore` is a symbolic link: it may hide files of DVC's that nobody has read.
  private static func hasLinkedIgnores(
    _ tree: ObjectTree, below directory: RepositoryPath
  ) throws(TreeError) -> Bool {
    guard try tree.mayHold(ignores, below: directory), try tree.mayHoldLinks(at: directory) else {
      return false
    }
    for child in try tree.children(of: directory) {
      if child.entry == .symbolicLink, ignores.match(child.name) { return true }
      guard child.entry == .directory else { continue }
      if try hasLinkedIgnores(tree, below: directory.appending(child.name)) { return true }
    }
    return false
  }

  private static let ignores = NameEndings([".dvcignore"])

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
