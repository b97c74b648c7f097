import DVC
import Testing
import Trees
import Values

/// What the targets of `dvc status` stand for (DVC 3.67, `collect_granular`).
@Suite struct StatusTargetTests {
  private static let fixture = StatusFixture(files: [
    ".dvc/config": "", "data.dvc": "outs: [{path: data}]",
    "dvc.yaml": """
    stages:
      prepare: {cmd: a, deps: [data], outs: [clean]}
      train:
        foreach: [x, y]
        do: {cmd: b, deps: [clean], outs: ["model-${item}"]}
    """,
    "sub/dvc.yaml": "stages: {report: {cmd: c, deps: [../model-x], outs: [page]}}",
  ])

  private func select(
    _ target: Text, from directory: String = "/r", isRecursive: Bool = false, includesUpstream: Bool = false,
    and more: [RepositoryPath: String] = [:]
  ) throws -> [String] {
    var fixture = Self.fixture
    for (path, text) in more { fixture.files[path] = text }
    let selection = try StatusTarget(target).select(
      in: fixture.project(), from: Array(directory.utf8), isRecursive: isRecursive,
      includesUpstream: includesUpstream, isDirectory: { $0 != Array("/none".utf8) })
    return selection.stages.map { ($0.name ?? Text($0.file.description)).string }.sorted()
  }

  @Test(arguments: [
    ("prepare", ["prepare"]), ("train", ["train@x", "train@y"]), ("train@x", ["train@x"]),
    ("dvc.yaml", ["prepare", "train@x", "train@y"]), ("dvc.yaml:prepare", ["prepare"]),
    (":prepare", ["prepare"]),
    ("data.dvc", ["data.dvc"]), ("sub/dvc.yaml:report", ["report"]), ("clean", ["prepare"]),
    ("data/inside", ["data.dvc"]), ("sub/page", ["report"]),
  ])
  func aTargetStandsForStages(target: String, stages: [String]) throws {
    #expect(try select(Text(target)) == stages)
  }

  @Test func upstreamComesWithWithDeps() throws {
    #expect(try select("train@x", includesUpstream: true) == ["data.dvc", "prepare", "train@x"])
  }

  @Test func aDirectoryStandsForTheStagesInIt() throws {
    let all = ["data.dvc", "prepare", "report", "train@x", "train@y"]
    #expect(try select("sub", isRecursive: true) == ["report"])
    for target: Text in ["..", "/", "."] { #expect(try select(target, isRecursive: true) == all) }
    let named: [RepositoryPath: String] = ["d.dvc/dvc.yaml": ""]
    for target: Text in ["/tmp", "../other", "d.dvc/"] {
      #expect(try select(target, isRecursive: true, and: named) == [])
    }
    for target: Text in ["/none", "d.dvc"] {
      #expect(throws: StatusTargetError.self) { try select(target, isRecursive: true, and: named) }
    }
  }

  @Test func aPipelineMayHaveNoStages() throws {
    for text in ["params: [p.yaml]", "stages: {}", ""] {
      for includesUpstream in [false, true] {
        let file: [RepositoryPath: String] = ["none/dvc.yaml": text]
        #expect(try select("none/dvc.yaml", includesUpstream: includesUpstream, and: file) == [])
      }
    }
  }

  @Test func targetsAreRelativeToTheDirectory() throws {
    #expect(try select("report", from: "/r/sub") == ["report"])
    #expect(try select("../dvc.yaml:prepare", from: "/r/sub") == ["prepare"])
  }

  @Test(arguments: ["nope", "nope.dvc", "dvc.yaml:nope", "dvc.lock", "sub"])
  func whatStandsForNothingIsAnError(target: Text) {
    #expect(throws: StatusTargetError.self) { try select(target) }
  }

  @Test(arguments: [
    (
      "nope", "/r",
      "'nope' is neither an output nor a stage in 'dvc.yaml': name one of 'data.dvc', 'prepare', 'train@x', "
        + "'train@y', 'sub/dvc.yaml:report', or nothing for all"
    ),
    ("prepar", "/r", "'prepar' is neither an output nor a stage in 'dvc.yaml': did you mean 'prepare'?"),
    ("claen", "/r", "'claen' is neither an output nor a stage in 'dvc.yaml': did you mean 'clean'?"),
    (
      "report", "/r",
      "'report' is neither an output nor a stage in 'dvc.yaml': did you mean 'sub/dvc.yaml:report'?"
    ),
    (
      "prepare", "/r/none",
      "'prepare' is neither an output nor a stage in 'dvc.yaml', which is not here: "
        + "did you mean '../dvc.yaml:prepare'?"
    ),
    ("dvc.yaml:prepar", "/r", "'prepar' is no stage in 'dvc.yaml': did you mean 'prepare'?"),
    ("dta.dvc", "/r", "'dta.dvc' does not exist, or DVC does not look at it: did you mean 'data.dvc'?"),
    (
      "images.dvc", "/r/sub",
      "'images.dvc' does not exist, or DVC does not look at it: name one of '../data.dvc', '../dvc.yaml', "
        + "'dvc.yaml', or nothing for all"
    ),
    ("sub/dvc.lock", "/r", "'sub/dvc.lock' is no target: did you mean 'sub/dvc.yaml'?"),
  ])
  func theMessageSaysWhatWhereAndWhatToType(target: String, directory: String, message: String) {
    do throws(any Error) {
      _ = try select(Text(target), from: directory)
      Issue.record("\(target) stands for something")
    } catch {
      #expect((error as? StatusTargetError)?.message == message)
    }
  }
}
