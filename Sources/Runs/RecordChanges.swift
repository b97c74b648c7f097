import DVC
import Values

/// What differs between two commits, by their records.
public struct RecordChanges: Sendable {
  /// Something that one of the two has, or that both have with other values.
  public struct Change: Sendable {
    /// What it is called.
    public let name: Text
    /// Its value in the first commit; `nil` when it is not there.
    public let old: JSON?
    /// Its value in the second commit; `nil` when it is not there.
    public let new: JSON?
  }

  /// Parameters by their keys.
  public let parameters: [Change]
  /// Metrics by their keys, with the file before the key where the two have several files.
  public let metrics: [Change]
  /// Data by paths; the values are hashes.
  public let data: [Change]
  /// Stages by their names; the values are the digests of their inputs.
  public let stages: [Change]
  /// Environment files by their paths; the values are their SHA-256.
  public let environment: [Change]

  /// Whether the two say the same.
  public var isEmpty: Bool {
    parameters.isEmpty && metrics.isEmpty && data.isEmpty && stages.isEmpty && environment.isEmpty
  }

  /// What the second record says otherwise than the first; all that it says when there is no first.
  public init(from first: RunRecord?, to second: RunRecord) {
    let hasOneFile = Set((first?.metrics ?? []).map(\.file) + second.metrics.map(\.file)).count < 2
    parameters = Self.changes(first?.parameters, second.parameters)
    metrics = Self.changes(first?.namedMetrics(hasOneFile), second.namedMetrics(hasOneFile))
    data = Self.changes(first?.versions, second.versions)
    stages = Self.changes(first?.stages.map(Self.input), second.stages.map(Self.input))
    environment = Self.changes(first?.environmentFiles, second.environmentFiles)
  }

  private static func input(_ stage: RunRecord.Stage) -> (key: Text, value: JSON) {
    (stage.name, .text(stage.inputDigest))
  }

  private static func changes(
    _ old: [(key: Text, value: JSON)]?, _ new: [(key: Text, value: JSON)]
  ) -> [Change] {
    let before = Dictionary((old ?? []).map { ($0.key, $0.value) }) { $1 }
    let after = Dictionary(new.map { ($0.key, $0.value) }) { $1 }
    return Set(before.keys).union(after.keys).sorted().compactMap { name in
      before[name] == after[name] ? nil : Change(name: name, old: before[name], new: after[name])
    }
  }
}

extension RunRecord {
  /// All metrics in one list, each by its key, with its file before it unless there is only one.
  public func namedMetrics(_ hasOneFile: Bool) -> [(key: Text, value: JSON)] {
    metrics.flatMap { file in
      file.values.map {
        (hasOneFile ? $0.key : $0.key.isEmpty ? file.file : file.file + ":" + $0.key, $0.value)
      }
    }
  }

  /// What goes in and comes out: `.dvc` files, and what stages depend on and make, each path once, with its hash.
  fileprivate var versions: [(key: Text, value: JSON)] {
    var seen: Set<Text> = []
    return (data + stages.flatMap { $0.deps + $0.outs }).filter { seen.insert($0.name).inserted }
      .map { ($0.name, .optional($0.hash)) }
  }

  fileprivate var environmentFiles: [(key: Text, value: JSON)] {
    files.filter { file in EnvironmentFiles.rank(of: file.name.lastComponent.utf8) != nil }
      .map { ($0.name, .text($0.sha256)) }
  }
}
