import Testing
import Trees
import Values

@testable import Policy

/// What DVC refuses of the stages together is told before a command that would stop there.
@Suite struct RefusedGraphTests {
  private func report(_ repository: Repository) throws -> String {
    try repository.staged(after: Repository()).report(only: ["lock/missing"])
  }

  /// A repository with this pipeline, of which nothing has run.
  private func pipeline(_ text: String) -> Repository {
    var repository = Repository()
    repository["dvc.yaml"] = "stages:\n" + text
    return repository
  }

  @Test func anOutputOfTwoStagesIsToldBeforeTheRun() throws {
    var repository = Repository()
    repository["p/dvc.yaml"] = "stages:\n  a: {cmd: run, outs: [../shared.txt]}\n"
    repository["q/dvc.yaml"] = "stages:\n  b: {cmd: run, outs: [../shared.txt]}\n"
    let refused = try report(repository)
    #expect(
      refused.contains(
        """
            do:  correct q/dvc.yaml:2, where DVC stops (the output 'shared.txt' is one of 'p/dvc.yaml:a', too), then: dvc repro p/dvc.yaml:a

        """))
    #expect(!refused.contains("fix:"))
  }

  @Test func aCircleIsToldBeforeTheRun() throws {
    let circle = pipeline("  a: {cmd: run, deps: [y], outs: [x]}\n  b: {cmd: run, deps: [x], outs: [y]}\n")
    let refused = try report(circle)
    #expect(
      refused.contains(
        "do:  correct dvc.yaml:2, where DVC stops (the stage needs its own output: a cycle), then: dvc repro a\n"
      ))
    #expect(!refused.contains("fix:"))
  }

  @Test func whatTheWorkTreeHasMendedIsNotTold() throws {
    var repository = pipeline("  a: {cmd: run, outs: [x]}\n  b: {cmd: run, outs: [x]}\n")
    #expect(try report(repository).contains("where DVC stops"))
    repository.workTree["dvc.yaml"] = "stages:\n  a: {cmd: run, outs: [x]}\n  b: {cmd: run, outs: [y]}\n"
    #expect(try report(repository).contains("fix: dvc repro a\n"))
  }

  @Test func anotherRepositoryOfTheTreeRuns() throws {
    var repository = pipeline("  a: {cmd: run, outs: [x]}\n  b: {cmd: run, outs: [x]}\n")
    repository["sub/.dvc/config"] = ""
    repository["sub/dvc.yaml"] = "stages:\n  c: {cmd: run, outs: [z]}\n"
    #expect(try report(repository).contains("fix: dvc --cd sub repro c\n"))
  }

  @Test func aCommandThatDoesNotLookAtThemStays() throws {
    var repository = Repository.training()
    repository["metrics.json"] = "{\"auc\": 0.1}\n"
    repository.workTree["model.pkl"] = "weights"
    repository["other/dvc.yaml"] = "stages:\n  a: {cmd: run, outs: [x]}\n  b: {cmd: run, outs: [x]}\n"
    let report = try repository.staged(after: .training()).verdictReport(only: ["lock/outs"])
    #expect(report.verdicts[0].findings.map(\.fix) == ["dvc commit train -f"])
  }
}
