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

  /// Stages that need each other: `needs` says from which stage's output each is made.
  private func pipeline(_ needs: [(stage: String, from: [String])], stale: Set<String>) -> Repository {
    var repository = Repository()
    var (pipeline, lock) = ("stages:\n", "schema: '2.0'\nstages:\n")
    for (stage, from) in needs {
      let deps = from.isEmpty ? "" : "    deps: [\(from.map { "o-\($0)" }.joined(separator: ", "))]\n"
      pipeline +=
        "  \(stage):\n    cmd: run\(stale.contains(stage) ? " anew" : "")\n\(deps)    outs: [o-\(stage)]\n"
      lock += "  \(stage):\n    cmd: run\n"
      if !from.isEmpty {
        let entries = from.map { "    - {path: o-\($0), hash: md5, md5: \(md5($0))}\n" }
        lock += "    deps:\n" + entries.joined()
      }
      lock += "    outs:\n    - {path: o-\(stage), hash: md5, md5: \(md5(stage))}\n"
    }
    repository["dvc.yaml"] = pipeline
    repository["dvc.lock"] = lock
    return repository
  }

  private static let chain: [(stage: String, from: [String])] = [
    ("a", []), ("b", ["a"]), ("c", ["b"]), ("x", []), ("y", ["x", "c"]),
  ]
  private static let lines: [(Set<String>, Set<String>)] = [
    (["y"], ["dvc repro y"]),
    (["c"], ["dvc repro --downstream c"]),
    // The second is on the way of the first.
    (["a", "c"], ["dvc repro --downstream a"]),
    // Two that meet.
    (["b", "x"], ["dvc repro --downstream b x"]),
  ]

  /// Whoever runs a stage alone is stopped at the next one.
  @Test(arguments: lines)
  func whatIsMadeFromAStageRunsWithIt(stale: Set<String>, commands: Set<String>) throws {
    let repository = pipeline(Self.chain, stale: stale)
    let report = try repository.commit().verdictReport(only: ["lock/command"])
    #expect(Set(report.verdicts[0].findings.map(\.fix)) == Set(commands.map(Optional.some)))
  }

  /// `dvc repro --downstream` does not run what its stage needs.
  @Test func whatNeedsAStageThatWasStaleBeforeRunsThatToo() throws {
    let parent = pipeline(Self.chain, stale: ["a"])
    let report = try pipeline(Self.chain, stale: ["a", "b"]).commit(after: [parent])
      .verdictReport(only: ["lock/command"])
    #expect(report.verdicts[0].findings.map(\.fix) == ["dvc repro y"])
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
