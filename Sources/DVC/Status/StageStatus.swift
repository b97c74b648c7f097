import Trees
import Values

/// What DVC says of a path or a parameter, in its own words.
public enum Change: String, Hashable, Sendable {
  /// The content is not the recorded one, or nothing was recorded.
  case modified
  /// It is not there.
  case deleted
  /// It is there and was not recorded.
  case new
  /// The cache does not hold what was recorded.
  case notInCache = "not in cache"
  /// The repository or the bucket it was imported from has a newer one.
  case updateAvailable = "update available"
  /// The dataset in `dvc.yaml` is not the one in `dvc.lock`.
  case notInSync = "not in sync"
}

/// What `dvc status` says of one stage.
public struct StageStatus: Sendable {
  /// The stage.
  public let stage: Stage
  /// The dependencies that changed, in the stage's order.
  public internal(set) var dependencies: [DependencyStatus] = []
  /// The outputs that changed, in the stage's order.
  public internal(set) var outputs: [OutputStatus] = []
  /// "always changed".
  public internal(set) var isAlwaysChanged = false
  /// "changed command": the recorded command.
  public internal(set) var changedCommand: Node?
  /// "changed checksum".
  public internal(set) var hasChangedChecksum = false
  /// What could not be judged.
  public internal(set) var notChecked: [NotChecked] = []

  /// Takes out the dependencies in the repository that are not there, and gives them back.
  public mutating func withholdMissing() -> [Dependency] {
    let missing = dependencies.filter(\.isMissingInside).map(\.dependency)
    dependencies.removeAll(where: \.isMissingInside)
    return missing
  }

  /// Whether DVC would print nothing of the stage.
  public var isClean: Bool {
    dependencies.isEmpty && outputs.isEmpty && !isAlwaysChanged && changedCommand == nil
      && !hasChangedChecksum
  }
}

/// A dependency that changed.
public struct DependencyStatus: Sendable {
  /// The dependency.
  public let dependency: Dependency
  /// What changed.
  public let change: Kind

  /// What changed.
  public enum Kind: Sendable {
    /// The whole path; and the hash it has now, when there is one. Of a dataset what it is now, in letters.
    case path(Change, current: Text?)
    /// Parameters of a file, in DVC's order.
    case parameters([ParameterChange])
  }
}

extension DependencyStatus {
  fileprivate var isMissingInside: Bool {
    guard case .path(.deleted, _) = change, case .inside = dependency.reference.location else { return false }
    return true
  }
}

/// A parameter that changed.
public struct ParameterChange: Sendable {
  /// The key as it is declared.
  public let key: Text
  /// What changed.
  public let change: Change
  /// What `dvc.lock` has, with its place there.
  public let recorded: Node?
  /// What the file has, with its place there.
  public let current: Node?
}

/// An output that changed.
public struct OutputStatus: Sendable {
  /// The output.
  public let output: Output
  /// What changed.
  public let change: Change
  /// The hash it has now, when it was computed.
  public let current: Text?
}

/// Something that neither Git nor the cache can decide. Never a pass, never a finding: said openly.
public struct NotChecked: Hashable, Sendable {
  /// The file of the stage.
  public let file: RepositoryPath
  /// The stage, when it has a name.
  public let stage: Text?
  /// The path as it is written.
  public let path: Text
  /// Why it could not be judged.
  public let why: String
}
