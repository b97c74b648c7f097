import Trees
import Values

/// An output that a commit names and whose data is not all on its remote.
public struct UnpushedOutput: Sendable {
  /// Some of its objects.
  public struct Objects: Hashable, Sendable {
    /// How many.
    public var count: Int
    /// Their bytes together, as far as they are known.
    public var bytes: Int
    /// The path of the first one below the output's; empty for the output itself.
    public var example: Text
    /// The work tree in whose cache some of them are; `nil` when that is the one where guard runs.
    public var workTree: Text?
    /// How many of them the remote has with other bytes than their names say.
    public var damaged: Int

    /// The paths of what caches have in the place of some of them, and which is something else.
    public var damagedCopies: [[UInt8]]
    /// Why nobody can say whether a cache has some of them; `nil` when that is known.
    public var doubt: Text?

    /// Objects.
    public init(
      count: Int = 0, bytes: Int = 0, example: Text = "", workTree: Text? = nil, damaged: Int = 0,
      damagedCopies: [[UInt8]] = [], doubt: Text? = nil
    ) {
      self.damagedCopies = damagedCopies
      self.doubt = doubt
      self.damaged = damaged
      self.count = count
      self.bytes = bytes
      self.example = example
      self.workTree = workTree
    }
  }

  /// Why data is not on the remote.
  public enum Cause: Hashable, Sendable {
    /// The remote answered that it does not have these; those here are also what a cache may have that cannot be read.
    case missing(here: Objects, nowhere: Objects)
    /// There is no remote to push to.
    case noRemote
    /// There are these, and neither the output nor the configuration says which of them is meant. Those that only this
    /// machine has are none for the commit.
    case noDefault(remotes: [Text], areOfCommit: Bool)
    /// The output names a remote that the configuration does not have.
    case unknownRemote
  }

  /// Where its hash is recorded.
  public let place: Place
  /// The stage and its file; for a `.dvc` file its path.
  public let stage: (name: Text, file: RepositoryPath)
  /// Whether a stage makes it, which can be run again.
  public let isMade: Bool
  /// The output as it is written.
  public let output: Text
  /// How many objects it is of, the list of a directory among them.
  public let count: Int
  /// The name of the remote, or where it is.
  public let remote: Text
  /// Why it is not there.
  public let cause: Cause
  /// The command that uploads it; to a remote that keeps versions another one does.
  public let push: String
  /// Whether the remote keeps versions of files, which only `dvc push` records.
  public let keepsVersions: Bool
  /// Whether the record names a version on it: `dvc push` uploads the file anew when that is gone, and leaves the record
  /// as it is (DVC 3.67).
  public let namesVersion: Bool
  /// Whether the work tree has what neither the remote nor a cache has.
  public let isInWorkTree: Bool
  /// Whether the newest of the commits has the file that records it, as it is: what is asked of DVC by the name of a file
  /// is what is checked out.
  public let isCurrent: Bool
  /// The directory of the DVC repository.
  public let root: RepositoryPath

  /// An output.
  public init(
    place: Place, stage: (name: Text, file: RepositoryPath), isMade: Bool, output: Text, count: Int,
    remote: Text,
    cause: Cause, push: String, root: RepositoryPath, keepsVersions: Bool = false, isInWorkTree: Bool = false,
    namesVersion: Bool = false, isCurrent: Bool = true
  ) {
    self.namesVersion = namesVersion
    self.isCurrent = isCurrent
    self.isInWorkTree = isInWorkTree
    self.place = place
    self.stage = stage
    self.isMade = isMade
    self.output = output
    self.count = count
    self.remote = remote
    self.cause = cause
    self.push = push
    self.keepsVersions = keepsVersions
    self.root = root
  }
}

extension UnpushedOutput {
  /// `'data' (2 of 20001 objects, 1.2 MB: 'a.csv' …)`.
  func described(_ objects: Objects) -> String {
    guard count > 1 else {
      return "'\(output)'" + (objects.bytes > 0 ? " (\(ByteCount(objects.bytes)))" : "")
    }
    let example = objects.example.isEmpty ? "" : ": '\(objects.example)'\(objects.count > 1 ? " …" : "")"
    let size = objects.bytes > 0 ? ", \(ByteCount(objects.bytes))" : ""
    return "'\(output)' (\(objects.count) of \(count) objects\(size)\(example))"
  }

  func finding(_ rule: RuleID, reason: Reason? = nil, message: String, _ mend: Mend) -> Finding {
    Finding(
      rule, at: place, stage: stage, key: output, reason: reason, message: message, fix: mend.command,
      advice: mend.advice)
  }
}
