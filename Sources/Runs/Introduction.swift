import Git
import Trees

/// Which commit brought the results that a commit has: the oldest one, going back along parents that have the same
/// `dvc.lock` files and metrics. Only that one can have a training run of its own.
public final class Introductions {
  /// How many commits are gone back at most. Results that are older have no answer, in any clone.
  public static let standardReach = 10_000

  /// The results of a commit.
  public struct Results {
    /// The `dvc.lock` files and metrics files, in the order of their paths.
    let paths: [RepositoryPath]
    /// The objects at these paths.
    let objects: [ObjectID?]

    /// The objects at paths.
    public init(paths: [RepositoryPath], objects: [ObjectID?]) {
      self.paths = paths
      self.objects = objects
    }
  }

  /// What is known of where results come from.
  public struct Answer: Hashable {
    /// The commit that brought them; `nil` when it lies too far back, or beyond the end of a shallow clone.
    public internal(set) var introducedBy: CommitID?
    /// Whether a parent has the same results; `nil` when a parent is not in this clone.
    public internal(set) var isSameAsParent: Bool?
    /// Whether this clone does not have all the commits that the answer depends on.
    public internal(set) var isCutOff = false
  }

  private let repository: Repository
  private let reach: Int
  /// Of commits that were passed: the commit that brought these results, and how many commits back it is.
  private var known: [Key: (commit: CommitID?, distance: Int)] = [:]

  private struct Key: Hashable {
    let commit: CommitID
    let objects: [ObjectID?]
    let paths: [RepositoryPath]
  }

  /// Looks back in a repository.
  /// - Parameter reach: how many commits are gone back at most.
  public init(_ repository: Repository, reach: Int = standardReach) {
    self.repository = repository
    self.reach = reach
  }

  /// The answer for a commit.
  public func answer(of commit: Commit, _ results: Results) throws(GitError) -> Answer {
    var passed: [CommitID] = []
    var answer = Answer()
    var here = commit
    var end: (commit: CommitID?, distance: Int)?
    while end == nil {
      if let known = known[key(here.id, results)] {
        end = known
        break
      }
      passed.append(here.id)
      switch try parent(of: here, with: results) {
      case .none: end = (here.id, 0)
      case .missing:
        answer.isCutOff = true
        if passed.count > 1 { answer.isSameAsParent = true }
        return answer
      case .same(let parent):
        here = parent
        guard passed.count <= reach else {
          // So far that the commit and those after it have no answer; those between may have one.
          known[key(commit.id, results)] = (nil, passed.count)
          return Answer(isSameAsParent: true)
        }
      }
    }
    guard let end else { return answer }
    for (steps, commit) in passed.reversed().enumerated() {
      let distance = end.distance + steps + (here.id == passed.last ? 0 : 1)
      let isNear = end.commit != nil && distance <= reach
      known[key(commit, results)] = (isNear ? end.commit : nil, distance)
    }
    let own = known[key(commit.id, results)]
    answer.introducedBy = own?.commit
    answer.isSameAsParent = answer.introducedBy != commit.id
    return answer
  }

  private func key(_ commit: CommitID, _ results: Results) -> Key {
    Key(commit: commit, objects: results.objects, paths: results.paths)
  }

  private enum Parent { case none, missing, same(Commit) }

  /// The first parent that has the same results.
  private func parent(of commit: Commit, with results: Results) throws(GitError) -> Parent {
    for id in commit.parents {
      do throws(GitError) {
        let parent = try repository.storedCommit(id)
        if try repository.objects(at: results.paths, of: parent.tree) == results.objects {
          return .same(parent)
        }
      } catch {
        guard case .missingObject = error, try repository.isShallow() else { throw error }
        return .missing
      }
    }
    return .none
  }
}
