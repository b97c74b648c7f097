import DVC
import Trees
import Values

/// What is kept of a commit's run record.
public struct CommitRecord: Sendable {
  /// What the record is worth.
  public enum State: Hashable, Sendable {
    /// There is none.
    case missing
    /// It says what its commit says.
    case current
    /// It says something else in these members.
    case stale([Text])
    /// It cannot be judged here, and why.
    case unknown(String)
  }

  /// What the record is worth.
  public let state: State
  /// Whether a parent of the commit has a record.
  public let followsRecord: Bool
  /// Whether a run at a tracking server is linked to the commit, or was until somebody deleted it.
  public let isLinked: Bool

  /// What is kept of a commit.
  public init(state: State, followsRecord: Bool, isLinked: Bool = false) {
    self.state = state
    self.followsRecord = followsRecord
    self.isLinked = isLinked
  }
}

extension Subject {
  /// Whether the commit changes what a pipeline reads or makes: DVC's own files, parameters, dependencies, outputs,
  /// metrics and plots in Git.
  func changesPipeline() throws(JudgementError) -> Bool {
    let changed = try changes().map(\.path)
    if changed.contains(where: { $0.isPipelineFile || $0.isLockFile || $0.isPointer }) { return true }
    let named = try projects().flatMap { judged -> [RepositoryPath] in
      guard case .success(let project) = judged.project else { return [] }
      let stages = project.readableStages
      let references = stages.flatMap { $0.deps.map(\.reference) + $0.outs.map(\.reference) }
      return references.compactMap(\.path) + project.files.flatMap { $0.named.results + $0.named.parameters }
    }
    let index = Set(named)
    return changed.contains { path in
      var place = path
      while !place.isRoot {
        if index.contains(place) { return true }
        place = place.parent
      }
      return false
    }
  }
}
