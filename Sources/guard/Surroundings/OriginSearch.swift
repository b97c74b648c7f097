import Git
import Policy
import Runs
import Trees
import Values

/// Looks back in history for the commit that brought what a file has. Only commits at which the file changed are looked
/// into; from one to the next only objects' names are compared.
final class OriginSearch {
  private let repository: Repository
  private let introductions: Introductions

  /// How many versions of a file are looked into at most.
  private static let mostVersions = 1_000

  init(_ repository: Repository) {
    self.repository = repository
    introductions = Introductions(repository)
  }

  /// The commit that brought it, going back along parents that have it.
  /// - Parameter tips: the commits to begin with, the first one first.
  func origin(
    from tips: [CommitID], of file: RepositoryPath,
    _ holds: (_ version: Text, _ tree: any FileTree) throws(JudgementError) -> Bool
  ) throws(JudgementError) -> Origin {
    guard var here = try holder(among: tips, of: file, holds) else { return .here }
    for _ in 0..<Self.mostVersions {
      guard let found = here, let brought = try introduction(found, of: file) else { return .unknown }
      guard let older = try holder(among: brought.parents, of: file, holds) else {
        let tree = try askingForSubject { () throws(GitError) in try repository.tree(of: brought.id) }
        return .commit(id: Text(utf8: brought.id.object.hexadecimal), tree: tree)
      }
      here = older
    }
    return .unknown
  }

  /// The commit that brought the version of a file which a commit has; `nil` when that is not known.
  private func introduction(_ commit: Commit, of file: RepositoryPath) throws(JudgementError) -> Commit? {
    try askingForSubject { () throws(GitError) in
      do throws(GitError) {
        let results = Introductions.Results(
          paths: [file], objects: try repository.objects(at: [file], of: commit.tree))
        guard let id = try introductions.answer(of: commit, results).introducedBy else { return nil }
        return try repository.storedCommit(id)
      } catch {
        guard case .missingObject = error, repository.isPartialClone else { throw error }
        return nil
      }
    }
  }

  /// The first commit that has it, `.some(nil)` when one of them is not in this clone; `nil` when none has it.
  private func holder(
    among commits: [CommitID], of file: RepositoryPath,
    _ holds: (_ version: Text, _ tree: any FileTree) throws(JudgementError) -> Bool
  ) throws(JudgementError) -> Commit?? {
    for id in commits {
      let found = try askingForSubject {
        () throws(GitError) -> (commit: Commit, version: ObjectID, tree: ObjectTree)?? in
        do throws(GitError) {
          let commit = try repository.storedCommit(id)
          guard let version = try repository.objects(at: [file], of: commit.tree)[0] else {
            return .some(nil)
          }
          return (commit, version, try repository.tree(of: id))
        } catch {
          guard case .missingObject = error, try repository.isShallow() || repository.isPartialClone
          else { throw error }
          return nil
        }
      }
      guard let found else { return .some(nil) }
      guard let found, try holds(Text(utf8: found.version.hexadecimal), found.tree) else { continue }
      return found.commit
    }
    return nil
  }
}
