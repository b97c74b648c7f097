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
