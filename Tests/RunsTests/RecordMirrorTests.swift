import Git
import MLflow
import Support
import Testing
import Values

@testable import Runs

/// A record in MLflow's words.
@Suite struct RecordMirrorTests {
  private let run: MirroredRun
  private let record: RunRecord
  private let commit: Commit

  init() throws {
    let scratch = try RunsFixture.repository()
    let repository = try RunsFixture.open(scratch)
    record = try RunsFixture.record(scratch)
    commit = try repository.commit(record.commit)
    var context = MirrorContext(
      repository: "project", files: ["dvc.lock": .bytes([1]), "requirements.txt": .bytes([2])])
    context.url = "https://example.org/project.git"
    context.user = "a@b"
    run = MirroredRun(record, of: commit, context)
  }

  @Test func `a record that was read from its note gives the same run`() throws {
    let read = try #require(RunRecord(line: record.line))
    let again = MirroredRun(read, of: commit, MirrorContext(repository: "project", files: [:]))
    #expect(again.metrics.map(\.key) == run.metrics.map(\.key))
    #expect(again.parameters.map(\.key) == run.parameters.map(\.key))
    #expect(again.datasets.map(\.source) == run.datasets.map(\.source))
  }

  @Test func `parameters and numbers of metrics; a secret is not sent`() {
    #expect(
      Set(run.parameters.map(\.key)) == ["deep.er.x", "metrics.deep.s", "seed", "train.epochs", "train.lr"])
    #expect(run.metrics.map(\.key).sorted() == ["acc", "deep.n", "loss", "nan"])
    #expect(run.metrics.first { $0.key == "acc" }?.value == 0.902)
    let lr = run.parameters.first { $0.key == "train.lr" }.map { RunText.parameter($0.value) }
    #expect(lr == "0.2")
  }

  @Test func `metrics of several files have a name each`() throws {
    let scratch = try RunsFixture.repository()
    try scratch.write(
      "metrics: [metrics.json, a/metrics.json, a/metrics.yaml, b/eval.json, c/eval.json]\n", to: "dvc.yaml")
    try scratch.write(#"{"acc": 1, "own": 2}"#, to: "metrics.json")
    try scratch.write(#"{"acc": 3}"#, to: "a/metrics.json")
    try scratch.write("acc: 4\n", to: "a/metrics.yaml")
    try scratch.write(#"{"f1": 5, "metrics/acc": 6}"#, to: "b/eval.json")
    try scratch.write(#"{"f1": 7}"#, to: "c/eval.json")
    try scratch.commitAll("metrics")
    let commit = try RunsFixture.open(scratch).commit(record.commit)
    let run = MirroredRun(
      try RunsFixture.record(scratch), of: commit, MirrorContext(repository: "p", files: [:]))
    #expect(
      Dictionary(run.metrics.map { ($0.key, $0.value) }) { $1 } == [
        "own": 2, "metrics.json:acc": 1, "a/metrics.json:acc": 3, "a/metrics.yaml:acc": 4,
        "b/eval.json:metrics/acc": 6, "b/eval.json:f1": 5, "c/eval.json:f1": 7,
      ])
  }

  @Test func `the commit's time, so that sending it again is no change`() {
    #expect(run.start == 1_700_000_000_000 && run.end == run.start)
    #expect(run.name == "git-" + record.commit.description.prefix(12))
    #expect(run.commit == record.commit.description && Text(run.recordDigest) == record.digest)
  }

  @Test func `tags by which a commit is found`() {
    let tags = Dictionary(run.tags.map { ($0.key, $0.value.string) }) { $1 }
    #expect(tags["mlflow.source.git.commit"] == record.commit.description)
    #expect(tags["guard.tree"] == commit.tree.description && tags["guard.parents"] == "")
    #expect(
      tags["guard.stage.train"].map { record.stages.first?.inputDigest.string.hasPrefix($0) ?? false } == true
    )
    #expect(tags["guard.dvc.lock"] == record.files.first { $0.name == "dvc.lock" }?.blob.string)
    #expect(
      tags["mlflow.source.git.repoURL"] == "https://example.org/project.git" && tags["mlflow.user"] == "a@b")
  }

  @Test func `each version of data once, with all that it is to stages`() throws {
    #expect(run.datasets.map(\.name) == ["data/raw", "src/train.py", "metrics.json", "model.bin"])
    let raw = try #require(run.datasets.first)
    #expect(raw.digest == "d632eba71107bf7bc3ec423eab256d78.dir" && raw.contexts == ["dvc.dep", "dvc.track"])
    #expect(
      raw.source
        == #"{"dvcDirMd5":"d632eba71107bf7bc3ec423eab256d78","kind":"dep","nfiles":100,"path":"data/raw","#
        + #""size":29200,"stage":"train"}"#)
  }

  @Test func `the record and the files that it names, the environment in a folder of its own`() {
    #expect(run.artifacts.map(\.name) == ["record.json", "dvc.lock", "env/requirements.txt"])
  }
}
