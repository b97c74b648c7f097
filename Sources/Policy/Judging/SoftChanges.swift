import DVC
import Values

/// What a soft finding may be mended with: `dvc commit` records everything of a stage, so that it is only for a
/// stage of which nothing else waits to be run.
extension JudgedStage {
  /// The end of the mend of a soft finding: `dvc commit`, or what makes the stage whole when a part of it changed in
  /// more than the way it is written. `dvc commit` would record that part as if it had run.
  func softMend(in subject: Subject) -> String {
    mayRecordAnew(in: subject) && !hasResultsOfOtherRun(in: subject) ? recordAnew : mend(in: subject)
  }

  private func mayRecordAnew(in subject: Subject) -> Bool {
    status.changedCommand == nil && !status.hasChangedChecksum
      && status.outputs.allSatisfy(mayRecordAnew)
      && status.dependencies.allSatisfy { isSoft($0, in: subject) }
  }

  /// Whether an output is as some run left it. What the cache does not hold is no other content.
  private func mayRecordAnew(_ status: OutputStatus) -> Bool {
    switch status.change {
    case .notInCache: true
    case .modified: status.output.recorded.value != nil
    case .deleted, .new, .updateAvailable, .notInSync: false
    }
  }

  private func isSoft(_ status: DependencyStatus, in subject: Subject) -> Bool {
    switch status.change {
    case .parameters(let changes): changes.allSatisfy { Self.reason(of: $0).isSoft }
    case .path(.modified, let current):
      if case .data(let recorded) = status.dependency.kind {
        answer(status.dependency, recorded, current, in: subject)?.reason.isSoft ?? false
      } else {
        false
      }
    case .path: false
    }
  }
}
