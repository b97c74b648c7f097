import Hashing
import Trees
import Values

/// One stage: a resolved entry of `dvc.yaml`, or a `.dvc` file. A class, since it is large and handed on a lot.
public final class Stage: Sendable {
  /// The `dvc.yaml` or `.dvc` file.
  public let file: RepositoryPath
  /// The name in `dvc.yaml`; `nil` for a `.dvc` file.
  public let name: Text?
  /// Where the stage is defined in its file.
  public let position: Position?
  /// The directory in which the command runs (`wdir`); `nil` when it is not in the tree.
  public let workingDirectory: RepositoryPath?
  /// The resolved command, a text or a list.
  public let command: Node?
  /// Whether DVC leaves its dependencies alone.
  public let isFrozen: Bool
  /// Whether DVC always runs it.
  public let isAlwaysChanged: Bool
  /// The dependencies, parameters last.
  public let deps: [Dependency]
  /// The outputs.
  public let outs: [Output]
  /// What was recorded of the stage as a whole.
  public let record: Record
  /// The files that its templates may take values from, also those that are not there.
  public let valueFiles: [RepositoryPath]

  /// What `dvc.lock` or the `.dvc` file says of the stage itself.
  public enum Record: Sendable {
    /// `dvc.lock` has no entry for it.
    case none
    /// The entry in `dvc.lock`: the command that gave the results, and where the entry stands.
    case locked(command: Node, position: Position?)
    /// A `.dvc` file: the checksum in it, and the one that its content has.
    case checksum(recorded: Value, computed: Text?)
  }

  init(
    file: RepositoryPath, name: Text?, position: Position?, workingDirectory: RepositoryPath?, command: Node?,
    isFrozen: Bool, isAlwaysChanged: Bool, deps: [Dependency], outs: [Output], record: Record,
    valueFiles: [RepositoryPath] = []
  ) {
    self.file = file
    self.name = name
    self.position = position
    self.workingDirectory = workingDirectory
    self.command = command
    self.isFrozen = isFrozen
    self.isAlwaysChanged = isAlwaysChanged
    self.deps = deps
    self.outs = outs
    self.record = record
    self.valueFiles = valueFiles
  }

  /// Whether it has a command and neither dependencies nor outputs, so that DVC always runs it.
  public var isCallback: Bool { command?.value.isTruthy == true && deps.isEmpty && outs.isEmpty }

  /// Whether the `.dvc` file brings data from elsewhere: one dependency, one output, no command.
  public var isImport: Bool { command?.value.isTruthy != true && deps.count == 1 && outs.count == 1 }

  /// Whether the data is of another DVC repository, which then holds it.
  public var isRepositoryImport: Bool {
    if isImport, case .repository? = deps.first?.kind { true } else { false }
  }
}

/// Something that a stage depends on.
public struct Dependency: Sendable {
  /// What kind of dependency it is.
  public enum Kind: Sendable {
    /// A file or directory.
    case data(RecordedHash)
    /// A parameters file: the keys that count, none for all; and what `dvc.lock` has of them.
    case parameters(keys: [Node], recorded: Mapping?)
    /// A dataset of `dvc.yaml`, and what `dvc.lock` has of it.
    case dataset(recorded: Mapping)
    /// A path in another repository: the revision that is followed, and the commit that was imported.
    case repository(url: Text, revision: Text?, lockedRevision: Text?)
    /// A database.
    case database
  }

  /// The path as it is written, and where it leads.
  public let reference: PathSpace.Reference
  /// Where it is written in the stage's file.
  public let position: Position?
  /// What kind of dependency it is, with what was recorded of it.
  public let kind: Kind

  /// Whether it is keys of a parameters file.
  public var isOfParameters: Bool { if case .parameters = kind { true } else { false } }
}

/// Something that a stage makes.
public struct Output: Sendable {
  /// How DVC uses it.
  public enum Role: Sendable { case data, metrics, plots }

  /// The path as it is written, and where it leads.
  public let reference: PathSpace.Reference
  /// Where it is written in the stage's file.
  public let position: Position?
  /// How DVC uses it.
  public let role: Role
  /// Whether DVC's cache holds it (`cache: false`: Git does).
  public let isCached: Bool
  /// Whether `dvc push` uploads it.
  public let isPushed: Bool
  /// The remote it is pushed to, when not the default one.
  public let remote: Text?
  /// What was recorded of it; where there is a list of files, the hash of that list.
  public let recorded: RecordedHash
  /// The files of a directory on a cloud that keeps versions, in place of a manifest in the cache.
  public let files: Manifest?
  /// What remotes that keep versions hold of it.
  public let versions: [CloudVersion]
}

/// The hash that `dvc.lock` or a `.dvc` file has for a path.
public struct RecordedHash: Sendable {
  /// By which algorithm the path is hashed to compare; `nil` for one that guard does not know.
  public let algorithm: HashAlgorithm?
  /// What DVC stops at when it compares with the record; there is hardly ever one.
  var refusal: Refusal?
  /// The hash's letters, `.dir` at the end for a directory; `nil` when there is none.
  public let value: Text?
  /// How many files the record counts, for a directory.
  public let fileCount: Int?
  /// How many bytes the record counts.
  public let size: Int?
  /// Where the record stands, in `dvc.lock` or in the `.dvc` file.
  public let position: Position?

  /// Why DVC stops at a record that it could read.
  final class Refusal: Sendable {
    let error: DVCError
    /// Whether it stops only where it looks into the cache.
    let isOfCache: Bool

    init(_ error: DVCError, isOfCache: Bool = false) {
      self.error = error
      self.isOfCache = isOfCache
    }
  }

  /// Whether the record is of a directory.
  public var isDirectory: Bool { value?.hasSuffix(".dir") ?? false }

  /// The record of a directory that is given by the list of its files.
  func describing(_ files: Manifest?) -> RecordedHash {
    guard let files else { return self }
    return RecordedHash(
      algorithm: algorithm, value: files.objectID, fileCount: fileCount, size: size, position: position)
  }

  /// No record.
  static func none(_ algorithm: HashAlgorithm? = .md5) -> RecordedHash {
    RecordedHash(algorithm: algorithm, value: nil, fileCount: nil, size: nil, position: nil)
  }
}
