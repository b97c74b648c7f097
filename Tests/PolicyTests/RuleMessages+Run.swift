import DVC
import Trees
import Values

@testable import Policy

extension RuleMessage {
  static func recorded(_ state: CommitRecord.State) -> Subject {
    let subject = Repository.training().commit()
    subject.recordSource = { CommitRecord(state: state, followsRecord: true) }
    return subject
  }

  static func linked(
    _ answer: LinkedRun.Answer, isTraining: Bool = true, _ content: LinkedRun.Content? = nil
  ) -> Subject {
    let subject = Repository.training().commit()
    let run = LinkedRun(
      id: "95a460ad132640e7", server: "http://host:5000", isTraining: isTraining, answer: answer,
      content: content)
    subject.linkedRunSource = { [run] }
    return subject
  }

  private static let differs = LinkedRun.Answer.found([.init(key: "acc", logged: "0.91", committed: "0.93")])

  /// What the rules on run records and MLflow runs say.
  static let run: [RuleMessage] = [
    RuleMessage("run/missing", "no record") { recorded(.missing) },
    RuleMessage("run/stale", "another record") { recorded(.stale(["metrics", "params"])) },
    RuleMessage("run/unlinked", "no run") { recorded(.current) },
    RuleMessage("run/mismatch", "a training") { linked(differs) },
    RuleMessage("run/mismatch", "a run of guard's") { linked(differs, isTraining: false) },
    RuleMessage("run/data-versions", "neither hash nor lock") {
      linked(.found([]), .init(missingInputs: ["data/raw"], artifacts: []))
    },
    RuleMessage("params/unlogged", "some") { linked(.found([]), .init(missingParameters: ["lr", "depth"])) },
    RuleMessage("params/unlogged", "all") {
      linked(
        .found([]), .init(missingParameters: ["a", "b", "c", "d", "e", "f"], hasNoParameters: true))
    },
    RuleMessage("layout/artifacts", "a large file") {
      linked(.found([]), .init(artifacts: [.init(path: "features/train.npy", size: 120_000_000)]))
    },
  ]
}
