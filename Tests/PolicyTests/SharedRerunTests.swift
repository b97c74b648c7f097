import Testing
import Trees
import Values

@testable import Policy

/// A parameter that many stages read: one command, not one a stage.
@Suite struct SharedRerunTests {
  private func reading(_ count: Int, in folder: String = "") -> Repository {
    var repository = Repository()
    let folder = folder.isEmpty ? "" : folder + "/"
    func path(_ name: String) -> RepositoryPath { .init(normalized: Array((folder + name).utf8)) }
    repository[path("params.yaml")] = "lr: 2\n"
    let names = (0..<count).map { "s\($0)" }
    repository[path("dvc.yaml")] =
      "stages:\n" + names.map { "  \($0):\n    cmd: run\n    params: [lr]\n" }.joined()
    repository[path("dvc.lock")] =
      "schema: '2.0'\nstages:\n"
      + names.map { "  \($0):\n    cmd: run\n    params:\n      params.yaml:\n        lr: 1\n" }.joined()
    return repository
  }

  private func fixes(_ repository: Repository, after parent: Repository? = nil) throws -> Set<String?> {
    let report = try repository.staged(after: parent).verdictReport(only: ["lock/params"])
    return Set(report.verdicts[0].findings.map(\.fix))
  }

  private static let commands: [(Int, Set<String>)] = [
    (3, ["dvc repro s0", "dvc repro s1", "dvc repro s2"]),
    (4, ["dvc repro s0 s1 s2 s3"]),
    (21, ["dvc repro"]),
  ]

  @Test(arguments: commands)
  func manyStagesAreOneCommand(count: Int, commands: Set<String>) throws {
    #expect(try fixes(reading(count)) == Set(commands.map(Optional.some)))
  }

  @Test func pipelinesInOtherFoldersRunToo() throws {
    #expect(try fixes(reading(21, in: "sub")) == ["dvc repro --all-pipelines"])
  }

  @Test func whatIsInheritedDoesNotCount() throws {
    let parent = reading(5)
    var repository = parent
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "  s0:\n    cmd: run", with: "  s0:\n    cmd: walk")
    let report = try repository.staged(after: parent).verdictReport(only: ["lock/params", "lock/command"])
    #expect(report.verdicts[0].findings.map(\.fix) == ["dvc repro s0"])
  }
}
