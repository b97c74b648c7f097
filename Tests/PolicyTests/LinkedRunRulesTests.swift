import Testing
import Values

@testable import Policy

/// Rules on runs at a tracking server: what the server says is given.
@Suite struct LinkedRunRulesTests {
  private func report(
    _ record: CommitRecord, _ runs: [LinkedRun] = [], policy text: String = ""
  ) throws -> String {
    let subject = Repository.training().commit()
    subject.recordSource = { record }
    subject.linkedRunSource = { runs }
    let policy = Policy([try PolicyLayer(file: ".guard.yml", bytes: Array(text.utf8))])
    let text = try subject.report(policy, only: ["run/unlinked", "run/mismatch"])
    return text.split(separator: "\n").filter { !$0.hasPrefix("guard: ") && !$0.hasPrefix("to let it pass") }
      .joined(separator: "\n")
  }

  private func run(_ answer: LinkedRun.Answer, isTraining: Bool = true) -> LinkedRun {
    LinkedRun(id: "95a460ad132640e7", server: "http://host:5000", isTraining: isTraining, answer: answer)
  }

  private let recorded = CommitRecord(state: .current, followsRecord: true)

  @Test func `a commit without a run is told only where policy wants one`() throws {
    let on = "rules: {run/unlinked: error}"
    #expect(try report(recorded) == "")
    #expect(
      try report(recorded, policy: on) == """
        refs/notes/guard/links: error: no MLflow run is linked to the commit [run/unlinked]
            fix: guard sync --all
        """)
    #expect(try report(CommitRecord(state: .current, followsRecord: true, isLinked: true), policy: on) == "")
    // Without a record there is run/missing.
    #expect(try report(CommitRecord(state: .missing, followsRecord: true), policy: on) == "")
  }

  @Test func `what a run says otherwise than the commit is an error`() throws {
    let differs = LinkedRun.Answer.found([LinkedRun.Difference(key: "acc", logged: "0.91", committed: "0.93")]
    )
    #expect(
      try report(recorded, [run(differs)]) == """
        refs/notes/guard/links: error: 'acc' of the training run 95a460ad… at http://host:5000 is not the commit's \
        [run/mismatch]
            recorded: 0.91
            current:  0.93
            fix: dvc repro
        """)
    #expect(try report(recorded, [run(differs, isTraining: false)]).contains("fix: guard sync --all --force"))
    #expect(try report(recorded, [run(.found([]))]) == "")
  }

  @Test func `a run that is gone and a server that is away are not checked`() throws {
    #expect(try report(recorded, [run(.gone)]).contains("not checked: training run 95a460ad"))
    #expect(try report(recorded, [run(.unknown("no answer"))]).contains("no answer"))
  }
}

/// Rules on what a training run carries.
@Suite struct RunContentRulesTests {
  private func said(
    _ rule: RuleID, _ content: LinkedRun.Content?, options: String = ""
  ) throws -> String {
    let subject = Repository.training().commit()
    let run = LinkedRun(
      id: "95a460ad132640e7", server: "http://host:5000", isTraining: true, answer: .found([]),
      content: content)
    subject.linkedRunSource = { [run] }
    let file = "rules: {\(rule): {severity: warn\(options)}}"
    let policy = Policy([try PolicyLayer(file: ".guard.yml", bytes: Array(file.utf8))])
    return try subject.report(policy, only: [rule]).split(separator: "\n").filter { !$0.hasPrefix("guard: ") }
      .joined(separator: "\n")
  }

  private typealias File = LinkedRun.Content.File

  @Test func `parameters that were not logged`() throws {
    #expect(try said("params/unlogged", nil) == "")
    #expect(try said("params/unlogged", .init()) == "")
    #expect(
      try said("params/unlogged", .init(missingParameters: ["lr", "train.depth"])) == """
        refs/notes/guard/links: warning: the training run 95a460ad… at http://host:5000 did not log 'lr', \
        'train.depth', which its stages declare [params/unlogged]
            do:  log them in the training (mlflow.log_params), then: dvc repro
        """)
    let many = try said(
      "params/unlogged", .init(missingParameters: ["a", "b", "c", "d", "e", "f", "g"], hasNoParameters: true))
    #expect(many.contains("logged none of the commit's parameters: 'a', 'b', 'c', 'd', 'e' and 2 more ["))
  }

  @Test func `files that are too large, but those of a model`() throws {
    let files = [
      File(path: "features/train.npy", size: 120_000_000),
      // Named nearly as what MLflow writes: no model.
      File(path: "featuresMLmodel", size: 10),
      File(path: "model/data/model.pkl", size: 500_000_000),
      File(path: "model/MLmodel", size: 10), File(path: "plot.png", size: 100_000_000),
    ]
    #expect(
      try said("layout/artifacts", .init(artifacts: files)) == """
        refs/notes/guard/links: warning: the training run 95a460ad… at http://host:5000 keeps 'features/train.npy' \
        (120 MB), over the limit of 100 MB [layout/artifacts]
            do:  make it an output of the stage, so that DVC keeps it, and do not log it
        """)
    #expect(try said("layout/artifacts", .init(artifacts: files), options: ", limit: 1 GB") == "")
    #expect(try said("layout/artifacts", .init()) == "")
  }

  @Test func `data whose version the run does not know`() throws {
    #expect(
      try said("run/data-versions", .init(missingInputs: ["data/raw"], artifacts: [])) == """
        refs/notes/guard/links: warning: the training run 95a460ad… at http://host:5000 does not have the hash of \
        'data/raw' [run/data-versions]
            do:  log it in the training, or let guard do it (mlflow: {training: adopt} in the policy file)
        refs/notes/guard/links: warning: the training run 95a460ad… at http://host:5000 does not have dvc.lock among \
        its files [run/data-versions]
            do:  log it in the training (mlflow.log_artifact), or let guard do it (mlflow: {training: adopt} in the \
        policy file)
        """)
    let lock = File(path: "data/dvc.lock", size: 3)
    #expect(try said("run/data-versions", .init(artifacts: [lock])) == "")
  }
}
