import DVC
import Git
import MLflow
import Values

/// What a commit's run at a tracking server says beyond the record: what a person who looks at the run wants to know.
public struct MirrorContext: Sendable {
  /// The repository's name.
  public var repository: Text
  /// Where the repository is, without user and password; `nil` when that is not known.
  public var url: Text?
  /// The branch that the commit is on; `nil` when that is not known.
  public var branch: Text?
  /// Who made the commit; `nil` when nobody is to be named.
  public var user: Text?
  /// The files that go with the run, by the paths that the record has for them.
  public var files: [Text: MirroredRun.Artifact.Content]

  /// What the record says without anything left out for its length; `nil` when that is the record itself.
  public var whole: RunRecord?

  /// - Parameter files: the files that go with the run.
  public init(repository: Text, files: [Text: MirroredRun.Artifact.Content]) {
    self.repository = repository
    self.files = files
  }
}

extension MirroredRun {
  /// The run of a commit: what the record says, in MLflow's words.
  /// - Parameters:
  ///   - record: the commit's record.
  ///   - commit: the commit itself, for its message and its time.
  public init(_ record: RunRecord, of commit: Commit, _ context: MirrorContext) {
    let mirror = RecordMirror(kept: record, record: context.whole ?? record, commit: commit, context: context)
    let metrics = mirror.metrics
    let moment = commit.committer.time * 1000
    self.init(
      commit: record.commit.description, recordDigest: record.digest.string,
      name: "git-" + record.commit.description.prefix(12), start: max(moment, 0), end: max(moment, 0),
      parameters: mirror.parameters + metrics.others, metrics: metrics.numbers, tags: mirror.tags,
      datasets: mirror.datasets, artifacts: mirror.artifacts)
  }
}

/// Tells a record in MLflow's words (docs/mlflow.md).
private struct RecordMirror {
  /// The record, as it is kept.
  let kept: RunRecord
  /// What it says, with nothing left out.
  let record: RunRecord
  let commit: Commit
  let context: MirrorContext

  // MARK: - Parameters and metrics

  /// What was left out of the record is not sent either.
  var parameters: [(key: Text, value: Value)] {
    record.parameters.filter { $0.value != Redaction.mark }.map { ($0.key, Value($0.value)) }
  }

  /// Numbers are metrics; truth values and texts are none, and become parameters. A key that several files have is
  /// told with the name of the file before it.
  var metrics: (numbers: [(key: Text, value: Double)], others: [(key: Text, value: Value)]) {
    var numbers: [(key: Text, value: Double)] = []
    var others: [(key: Text, value: Value)] = []
    for (name, value) in namedMetrics where value != Redaction.mark {
      if let number = value.measurement {
        numbers.append((name, number))
      } else {
        others.append(("metrics." + name, Value(value)))
      }
    }
    return (numbers, others)
  }

  /// Every metric under a name that no other one has: its key, or else behind the stem of its file, or else behind the
  /// file's path.
  private var namedMetrics: [(name: Text, value: JSON)] {
    let all = record.metrics.flatMap { file, values in
      values.map { (file: file, key: $0.key, value: $0.value) }
    }
    let keys = Self.counts(all.map(\.key))
    let names = all.map { keys[$0.key] == 1 ? $0.key : $0.file.stem + "/" + $0.key }
    let counts = Self.counts(names)
    return zip(all, names).map { one, name in
      (counts[name] == 1 ? name : one.file + ":" + one.key, one.value)
    }
  }

  private static func counts(_ names: [Text]) -> [Text: Int] {
    Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
  }

  // MARK: - Tags

  var tags: [(key: Text, value: Text)] {
    var tags: [(key: Text, value: Text)] = [
      ("guard.schema", Text("\(record.schema)")), ("guard.tree", Text(commit.tree.description)),
      ("guard.parents", Text(commit.parents.map(\.description).joined(separator: " "))),
      ("mlflow.source.git.commit", Text(record.commit.description)), ("mlflow.source.type", "PROJECT"),
      ("mlflow.source.name", context.repository), ("mlflow.note.content", note),
    ]
    if let lock = record.files.first(where: { $0.name == "dvc.lock" }) {
      tags.append(("guard.dvc.lock", lock.blob))
    }
    for stage in record.stages {
      tags.append(RunRecord.Stage.tag(of: stage.name, stage.inputDigest))
    }
    if let introduction = record.introducedBy, introduction != record.commit {
      tags.append(("guard.introduced_by", Text(introduction.description)))
    }
    if let url = context.url { tags.append(("mlflow.source.git.repoURL", url)) }
    if let branch = context.branch { tags.append(("mlflow.source.git.branch", branch)) }
    if let user = context.user { tags.append(("mlflow.user", user)) }
    return tags
  }

  /// What the page of the run shows on top, in Markdown.
  private var note: Text {
    var lines = [Text(utf8: commit.subject).string, ""]
    lines.append("Commit `\(record.commit)`, recorded by guard from what Git holds.")
    if let introduction = record.introducedBy, introduction != record.commit {
      lines.append("Its results are those of commit `\(introduction)`.")
    }
    if !record.stages.isEmpty {
      lines.append("Stages: " + record.stages.map { "`\($0.name)`" }.joined(separator: ", ") + ".")
    }
    return Text(lines.joined(separator: "\n"))
  }

  // MARK: - Data

  /// One dataset for each path and hash; what it is to which stages is told together.
  var datasets: [MirroredRun.Dataset] {
    var datasets: [MirroredRun.Dataset] = []
    var places: [[Text]: Int] = [:]
    func add(_ data: RunRecord.Data, _ kind: String, stage: Text?) {
      guard let digest = data.hash else { return }
      let context = "dvc." + kind
      if let place = places[[data.name, digest]] {
        if !datasets[place].contexts.contains(context) { datasets[place].contexts.append(context) }
        return
      }
      places[[data.name, digest]] = datasets.count
      datasets.append(
        MirroredRun.Dataset(
          name: data.name, digest: digest.string, source: source(data, kind, stage), contexts: [context]))
    }
    for stage in record.stages {
      for data in stage.deps { add(data, "dep", stage: stage.name) }
      for data in stage.outs { add(data, "out", stage: stage.name) }
    }
    for data in record.data { add(data, "track", stage: nil) }
    return datasets
  }

  private func source(_ data: RunRecord.Data, _ kind: String, _ stage: Text?) -> String {
    var members: [(key: Text, value: JSON)] = [("path", .text(data.name)), ("kind", .string(kind))]
    if let digest = data.digest { members.append((digest.name, .text(digest.value))) }
    if let stage { members.append(("stage", .text(stage))) }
    members += data.annotations.filter { ["size", "nfiles"].contains($0.key) }
    return String(decoding: JSON.object(members).canonical, as: UTF8.self)
  }

  // MARK: - Files

  var artifacts: [MirroredRun.Artifact] {
    var artifacts = [MirroredRun.Artifact(name: "record.json", content: .bytes(kept.line))]
    for file in record.files {
      guard let content = context.files[file.name] else { continue }
      let isEnvironment = EnvironmentFiles.rank(of: file.name.lastComponent.utf8) != nil
      let name = isEnvironment ? "env/" + file.name : file.name
      artifacts.append(MirroredRun.Artifact(name: name, content: content))
    }
    return artifacts
  }
}

extension RunRecord.Stage {
  /// The tag by which runs of commits are found where a stage had the same inputs.
  static func tag(of name: Text, _ inputDigest: Text) -> (key: Text, value: Text) {
    ("guard.stage." + name, Text(utf8: inputDigest.utf8.prefix(32)))
  }
}

extension RunRecord.Data {
  /// The hash as DVC writes it, `.dir` at its end for a directory; `nil` when there is none.
  var hash: Text? {
    digest.map { $0.name.firstIndex(of: "Dir") == nil ? $0.value : $0.value + ".dir" }
  }
}

extension JSON {
  /// The number that a metric is, in a record that was made now or read: there NaN and the infinities are texts.
  var measurement: Double? {
    switch text {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: double
    }
  }
}

extension Value {
  /// The value of a JSON document, as Python reads it.
  init(_ json: JSON) {
    switch json {
    case .null: self = .null
    case .bool(let bool): self = .bool(bool)
    case .integer(let integer): self = .integer(integer)
    case .float(let double): self = .float(double)
    case .text(let text): self = .string(text)
    case .array(let values): self = .list(values.map { Node(Value($0)) })
    case .object(let entries):
      var map = Mapping()
      for entry in entries { map.set(entry.key, Node(Value(entry.value))) }
      self = .map(map)
    }
  }
}

extension Text {
  /// What stands behind the last slash of a path.
  var lastComponent: Text { split(separator: UInt8(ascii: "/")).last ?? self }

  /// The name of a file without what follows its first dot.
  fileprivate var stem: Text {
    Text(utf8: lastComponent.utf8.prefix { $0 != UInt8(ascii: ".") })
  }
}
