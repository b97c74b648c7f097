import DVC
import Testing
import Trees
import Values

@Suite struct StageGraphTests {
  private func stages(_ pipeline: String) throws -> [Stage] {
    try StatusFixture(files: [".dvc/config": "", "dvc.yaml": "stages:\n  " + pipeline]).project().stages()
  }

  @Test(arguments: [
    "{a: {cmd: x, outs: [o]}, b: {cmd: x, outs: [o]}}",
    "{a: {cmd: x, outs: [d]}, b: {cmd: x, outs: [d/e/f]}}",
    "{a: {cmd: x, deps: [p], outs: [q]}, b: {cmd: x, deps: [q], outs: [p]}}",
    "{a: {cmd: x, deps: [o], outs: [o]}}",
  ])
  func whatDVCRefusesWhenItBuildsTheGraph(pipeline: String) throws {
    let stages = try stages(pipeline)
    #expect(throws: DVCError.self) { try StageGraph(stages).check() }
  }

  @Test func anOutputOfTwoStagesIsToldWithBoth() throws {
    let stages = try stages("{a: {cmd: x, outs: [o]}, b: {cmd: x, outs: [o]}}")
    do {
      try StageGraph(stages).check()
      Issue.record("it was not refused")
    } catch {
      #expect(error.message == "the output 'o' is one of 'dvc.yaml:a', too")
    }
  }

  @Test func aNameThatBeginsLikeAnotherDoesNotOverlapIt() throws {
    let stages = try stages(
      "{a: {cmd: x, outs: [d]}, b: {cmd: x, outs: [d-e]}, c: {cmd: x, deps: [d/f], outs: [g]}}")
    let graph = StageGraph(stages)
    try graph.check()
    #expect(graph.withUpstream(2) == [0, 2])
    #expect(graph.line(of: [0]) == [0, 2])
    #expect(graph.line(of: [1]) == [1])
  }
}
