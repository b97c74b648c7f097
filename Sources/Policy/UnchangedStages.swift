import DVC
import Trees

/// A DVC repository as the first parent of a commit has it, and what the commit changes of that.
struct FormerProject {
  /// The repository; gone when the parent's commit is no longer at hand.
  weak var project: JudgedProject?
  /// The paths that the commit changes.
  let changes: [RepositoryPath]
}

/// The stages of a commit that are as its first parent has them, while others are changed: nothing that their status
/// depends on is different, so that what was found out for the parent holds for the commit, too.
extension Subject {
  /// The same repository in the parent's tree; `nil` where a change may be about every stage.
  func formerProject(of projects: [JudgedProject]) throws(JudgementError) -> FormerProject? {
    // Several repositories of one tree check out into each other.
    guard isCommit, projects.count == 1, !hasNeighbours, let former = predecessor?()?.knownProjects,
      former.count == 1, former[0].root == projects[0].root
    else { return nil }
    let changes = try changes()
    guard !changes.contains(where: { $0.kind == .deleted || $0.path.isAboutAllStages }) else { return nil }
    return FormerProject(project: former[0], changes: changes.map(\.path))
  }
}

/// What is known of a stage from the parent.
struct InheritedStatus {
  let status: StageStatus
  /// Whether a parameters file that it reads is changed, so that they have to be compared again.
  let hasOtherParameters: Bool
}

extension JudgedProject {
  /// What is known of these stages, by stage: a stage that is made of the same is the same object.
  func inheritedStatuses(of stages: [Stage]) -> [ObjectIdentifier: InheritedStatus] {
    guard let former = former?.project, let known = former.knownEvaluation, let old = former.allStages,
      let changes = self.former?.changes
    else { return [:] }
    let now = Set(stages.map(ObjectIdentifier.init))
    let then = Set(old.map(ObjectIdentifier.init))
    // What other stages make, or no longer make, is checked out differently.
    let renewed =
      stages.filter { !then.contains(ObjectIdentifier($0)) }
      + old.filter { !now.contains(ObjectIdentifier($0)) }
    let touched = PathIndex(changes + renewed.flatMap(\.outs).compactMap(\.reference.path))
    var inherited: [ObjectIdentifier: InheritedStatus] = [:]
    for status in known.statuses where status.notChecked.isEmpty {
      let id = ObjectIdentifier(status.stage)
      guard now.contains(id), let paths = StagePaths(status.stage),
        !paths.data.contains(where: touched.meets),
        former.hasNoLinks(at: paths, of: id)
      else { continue }
      let hasOtherParameters = paths.parameters.contains(where: touched.meets)
      inherited[id] = InheritedStatus(status: status, hasOtherParameters: hasOtherParameters)
      // A changed parameters file may be a link now.
      if !hasOtherParameters { stagesWithoutLinks.insert(id) }
    }
    return inherited
  }

  /// All stages; `nil` where a file of DVC's could not be read, so that every status was judged by half of them.
  private var allStages: [Stage]? {
    guard case .success(let project) = project, project.files.allSatisfy({ $0.lockError == nil }) else {
      return nil
    }
    do { return try project.stages() } catch { return nil }
  }

  /// Whether no link is on the way to a stage's paths or below them: it could lead to what is changed.
  private func hasNoLinks(at paths: StagePaths, of stage: ObjectIdentifier) -> Bool {
    if stagesWithoutLinks.contains(stage) { return true }
    // What cannot be asked may hold one.
    let hasNone = (paths.data + paths.parameters).allSatisfy { (try? tree.mayHoldLinks(at: $0)) == false }
    if hasNone { stagesWithoutLinks.insert(stage) }
    return hasNone
  }
}

/// Where all that a stage reads and makes is.
private struct StagePaths {
  /// The parameters files.
  var parameters: [RepositoryPath] = []
  /// Everything else.
  var data: [RepositoryPath] = []

  /// `nil` when something of it is not in the tree.
  init?(_ stage: Stage) {
    for dependency in stage.deps {
      guard let path = dependency.reference.path else { return nil }
      if dependency.isOfParameters { parameters.append(path) } else { data.append(path) }
    }
    for output in stage.outs {
      guard let path = output.reference.path else { return nil }
      data.append(path)
    }
  }
}
