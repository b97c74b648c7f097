import DVC
import Values

/// Whether what Git keeps of a stage may be of another run than the one in `dvc.lock`.
///
/// `dvc commit` records every output as it is, beside the inputs that are recorded. That is only true of results that
/// somebody edited after the run; those of another run make a lock that `dvc status` finds clean and no run bears out.
extension JudgedStage {
  /// The command that makes the stage whole: `mend`, and a run where `dvc commit` could record another one's results.
  func mend(in subject: Subject) -> String { hasResultsOfOtherRun(in: subject) ? rerun : mend }

  /// Whether `dvc commit` could record results that no run of the recorded inputs made.
  ///
  /// It is so where the commit brings the entry in `dvc.lock`, since what differs was then left from before or made
  /// after the run; where a commit before had the same content from other inputs; and where a parent had the content
  /// under this entry already, so that nobody knows where it is from.
  func hasResultsOfOtherRun(in subject: Subject) -> Bool {
    guard stage.name != nil else { return false }
    let changed = status.outputs.filter { isOtherContent($0, in: subject) }
    guard !changed.isEmpty else { return false }
    do throws(JudgementError) {
      let parents = try subject.ancestry().parents
      var known: [JudgedStage] = []
      for parent in parents {
        if let stage = try parent.stages().first(where: { $0.identity == identity }) { known.append(stage) }
      }
      guard known.contains(where: { $0.meaning == meaning }) else { return true }
      if known.contains(where: { $0.meaning == meaning && $0.differs(as: changed) }) { return true }
      return wereOfOtherInputs(changed, before: parents)
    } catch {
      // A run is right in any case.
      return true
    }
  }

  private func isOtherContent(_ status: OutputStatus, in subject: Subject) -> Bool {
    let output = status.output
    guard status.change == .modified, !output.isCached, output.recorded.value != nil,
      let path = output.reference.path
    else { return false }
    return reason(of: path, output.recorded, in: subject)?.reason.isSoft != true
  }

  /// Whether one of these outputs differed already, and in the same way.
  private func differs(as changed: [OutputStatus]) -> Bool {
    changed.contains { now in
      status.outputs.contains {
        $0.output.reference.path == now.output.reference.path && $0.current == now.current
          && now.current != nil
      }
    }
  }

  /// Whether a commit shortly before has one of these outputs recorded as it is now, and other inputs: it was taken
  /// from there (`git checkout HEAD~1 -- metrics.json`).
  private func wereOfOtherInputs(_ changed: [OutputStatus], before parents: [Subject]) -> Bool {
    var pending = parents
    var looked = 0
    while !pending.isEmpty, looked < Self.commitsLookedAt {
      let commit = pending.removeFirst()
      looked += 1
      do throws(JudgementError) {
        if let old = try commit.stages().first(where: { $0.identity == identity }),
          old.meaning.inputs != meaning.inputs, old.records(oneOf: changed)
        {
          return true
        }
        pending += try commit.ancestry().parents
      } catch {
        // What cannot be read of the past is as what lies further back.
        continue
      }
    }
    return false
  }

  private func records(oneOf changed: [OutputStatus]) -> Bool {
    changed.contains { now in
      stage.outs.contains {
        $0.reference.path == now.output.reference.path && $0.recorded.value == now.current
          && now.current != nil
      }
    }
  }

  /// As many as are at hand without much work, the parents among them; the rule's explanation names the number.
  private static let commitsLookedAt = 5
}

extension StageMeaning {
  /// What is recorded to have gone into the results.
  fileprivate var inputs: [[Text]] { [[recordedCommand ?? ""]] + dependencies }
}
