import Git
import Policy
import Runs
import Values

/// Looks for commits whose own messages let a rule pass. The commits of a range ask one after another: what was walked
/// for one is not walked again for the next.
final class PassSearch {
  /// The commits since another one, with those up to each that let the rule pass.
  private struct Walk {
    var passing: [CommitID: [CommitID]] = [:]
    var tips: [CommitID] = []
  }

  private struct Question: Hashable {
    let rule: RuleID
    let origin: CommitID
  }

  private let repository: Repository
  private var walks: [Question: Walk] = [:]

  /// How many commits are looked at, the newest ones.
  private static let reach = Introductions.standardReach

  init(_ repository: Repository) { self.repository = repository }

  /// The commits which some others come from, themselves included, since an older one.
  /// - Parameter tips: the commits to go back from.
  func commits(
    passing rule: RuleID, from tips: [CommitID], since origin: CommitID
  ) throws(GitError) -> [CommitID] {
    let question = Question(rule: rule, origin: origin)
    var walk = walks[question] ?? Walk()
    if tips.contains(where: { walk.passing[$0] == nil && $0 != origin }) {
      let commits = try repository.commits(reachableFrom: tips, notFrom: [origin] + walk.tips)
      for id in commits.suffix(Self.reach) {
        let commit = try repository.commit(id)
        var passing = Self.union(commit.parents, walk)
        if Waiver.read(message: Text(utf8: commit.message)).contains(where: { $0.rule == rule.text }) {
          passing.append(id)
        }
        walk.passing[id] = passing
      }
      walk.tips = tips
      walks[question] = walk
    }
    return Self.union(tips, walk)
  }

  private static func union(_ commits: [CommitID], _ walk: Walk) -> [CommitID] {
    var union: [CommitID] = []
    for passing in commits.compactMap({ walk.passing[$0] }) {
      // Of one parent nothing is copied.
      if union.isEmpty { union = passing } else { union += passing.filter { !union.contains($0) } }
    }
    return union
  }
}
