import Hashing
import Trees
import Values

/// What stands at the paths of a project in some tree, hashed as DVC would record it now: `.dvcignore` of that
/// tree counts, and nothing is taken from a cache.
public final class CurrentContent {
  private let tree: any FileTree
  private let hasher: PathHasher

  /// The content of a tree under the rules of a project, which may be of another tree.
  public init(of tree: any FileTree, for project: Project) {
    self.tree = tree
    hasher = PathHasher(project: project, tree: tree, external: nil, wantsLists: true)
  }

  /// Hashes many files at once, so that the tree can do it in parallel; the answers are kept.
  public func prepare(_ paths: [RepositoryPath], _ algorithm: HashAlgorithm) {
    hasher.prepare(paths, algorithm)
  }

  /// The hash of a file or a directory, and for a directory what it lists; `nil` when nothing is there.
  /// - Throws: ``DVCError`` where DVC cannot hash what is there, or the tree cannot be read.
  public func hash(
    at path: RepositoryPath, _ algorithm: HashAlgorithm
  ) throws(DVCError) -> (value: Text, files: Manifest?)? {
    guard try reading({ () throws(TreeError) in try tree.target(of: path) }) != nil else { return nil }
    let hash = try hasher.hash(of: .inside(path), algorithm)
    return (hash.value, hash.manifest)
  }
}
