import Hashing
import Values

/// A run as it is sent: every key and value one that MLflow takes, none of them twice.
struct PreparedRun {
  struct Pair: Hashable {
    let key: String
    let value: String
  }
  struct Metric {
    let key: String
    let value: Double
  }
  struct Dataset: Hashable {
    let name: String
    let digest: String
    let source: String
    let context: String
  }

  /// The tag by which runs are found again.
  static let commitTag = "guard.commit"
  /// When the run was claimed last, in milliseconds since 1970.
  static let claimedTag = "guard.claimed"
  /// Who claimed it.
  static let writerTag = "guard.writer"
  /// The run that stands in for this one.
  static let duplicateTag = "guard.duplicate_of"
  /// The files that could not be kept with the run, and why.
  static let skippedTag = "guard.artifacts_skipped"

  let commit: String
  let name: String
  let start: Int64
  let end: Int64
  let parameters: [Pair]
  let metrics: [Metric]
  let tags: [Pair]
  let datasets: [Dataset]
  let artifacts: [PreparedArtifact]

  /// - Throws: an error of the run when its commit is no hash: it becomes part of a filter.
  init(_ run: MirroredRun) throws(TrackingError) {
    guard [40, 64].contains(run.commit.utf8.count), run.commit.utf8.allSatisfy({ $0.hexadecimalValue != nil })
    else { throw TrackingError(.permanentForItem, "'\(run.commit)' is not the hash of a commit") }
    commit = run.commit.lowercased()
    name = RunText.cut(run.name, to: RunText.keyLimit)
    // MLflow takes no moment before 1970.
    start = max(run.start, 0)
    end = max(run.end, start)
    parameters = Self.unique(
      run.parameters.flatMap { RunText.flat($0.key, $0.value) }.map {
        Pair(key: RunText.key($0.key), value: RunText.parameter($0.value))
      }, by: \.key)
    metrics = Self.unique(
      run.metrics.map { Metric(key: RunText.key($0.key), value: $0.value) }, by: \.key)
    let own = [
      Pair(key: Self.commitTag, value: commit), Pair(key: "guard.record.sha256", value: run.recordDigest),
    ]
    let given = run.tags.map { Pair(key: RunText.key($0.key), value: RunText.tag($0.value)) }
    tags = Self.unique(own + given, by: \.key)
    datasets = Self.datasets(run.datasets)
    artifacts = Self.unique(run.artifacts.map { PreparedArtifact($0) }, by: \.path)
  }

  /// What somebody else's run can be told without taking anything of its own away: no parameters and metrics, and of
  /// the tags those that are guard's.
  var forAnothersRun: PreparedRun {
    PreparedRun(self, parameters: [], metrics: [], tags: tags.filter { $0.key.hasPrefix(Self.ownTags) })
  }

  /// How the keys of guard's own tags begin.
  private static let ownTags = "guard."

  private init(_ other: PreparedRun, parameters: [Pair], metrics: [Metric], tags: [Pair]) {
    self.parameters = parameters
    self.metrics = metrics
    self.tags = tags
    (commit, name, start, end) = (other.commit, other.name, other.start, other.end)
    (datasets, artifacts) = (other.datasets, other.artifacts)
  }

  /// The first of those that have the same key.
  private static func unique<Element>(
    _ elements: [Element], by key: (Element) -> String
  ) -> [Element] {
    var known: Set<Text> = []
    return elements.filter { known.insert(Text(key($0))).inserted }
  }

  /// An output of one stage is often a dependency of the next. The server knows a dataset by its name and digest,
  /// so it is sent once, with both contexts.
  private static func datasets(_ given: [MirroredRun.Dataset]) -> [Dataset] {
    struct Key: Hashable {
      let name: Text
      let digest: String
    }
    var places: [Key: Int] = [:]
    var found: [(name: String, digest: String, source: String, contexts: [String])] = []
    for one in given {
      let name = RunText.cut(one.name.string, to: RunText.datasetNameLimit)
      let digest = RunText.digest(one.digest)
      let key = Key(name: Text(name), digest: digest)
      if let place = places[key] {
        found[place].contexts += one.contexts.filter { !found[place].contexts.contains($0) }
      } else {
        places[key] = found.count
        let source = RunText.cut(one.source, to: RunText.sourceLimit)
        found.append((name, digest, source, one.contexts))
      }
    }
    return found.map {
      let context = RunText.cut($0.contexts.joined(separator: "+"), to: RunText.contextLimit)
      return Dataset(name: $0.name, digest: $0.digest, source: $0.source, context: context)
    }
  }
}
