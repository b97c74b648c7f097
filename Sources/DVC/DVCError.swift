import Ignore
import Trees
import Values

/// Why DVC could not judge a repository: the state in which every `dvc` command fails.
public struct DVCError: Error, Sendable {
  /// What is the matter, so that a message can say what to do.
  public enum Kind: Hashable, Sendable {
    /// The file does not parse or does not validate.
    case invalid
    /// Lines of a merge that was not finished.
    case conflictMarkers
    /// The schema of a `dvc.lock` that DVC before 2.0 wrote.
    case oldLock
    /// A `dvc.lock` that Git ignores.
    case ignoredLock
    /// A template that cannot be resolved, or stages that DVC cannot tell apart.
    case template
    /// An out or a dependency where DVC does not allow one.
    case path
    /// The file is not here to be read (an LFS object, a blob of a partial clone).
    case notAvailable
    /// Reading failed: a permission, a corrupt object, a loop of links.
    case unreadable
    /// DVC itself stops with a traceback on this input.
    case unsupported
  }

  /// The file that is to blame.
  public let file: RepositoryPath
  /// Where in the file, when that is known.
  public let position: Position?
  /// What is wrong, in a sentence without a full stop.
  public let message: String
  /// What is the matter.
  public let kind: Kind
  /// The file that it names and that is not there, where that is all that is wrong.
  public let missing: RepositoryPath?
  /// What a template asks for in vain, where that is what is wrong.
  public let unfound: Unfound?

  /// A name that no value was found under.
  public struct Unfound: Hashable, Sendable {
    /// The name.
    public let name: Text
    /// The files that were looked into, also those that are not there: `params.yaml` first.
    public let files: [RepositoryPath]
  }

  /// An error that names the file and, when it is known, the place.
  public init(
    file: RepositoryPath, position: Position?, kind: Kind, message: String, missing: RepositoryPath? = nil,
    unfound: Unfound? = nil
  ) {
    self.file = file
    self.position = position
    self.message = message
    self.kind = kind
    self.missing = missing
    self.unfound = unfound
  }

  init(
    _ file: RepositoryPath, at position: Position? = nil, _ kind: Kind, _ message: String,
    missing: RepositoryPath? = nil, unfound: Unfound? = nil
  ) {
    self.init(
      file: file, position: position, kind: kind, message: message, missing: missing, unfound: unfound)
  }

  /// The error of a tree that could not be read.
  public init(_ error: TreeError) {
    switch error {
    case .notAvailable(let path, let why): self.init(path, .notAvailable, why)
    case .unreadable(let path, let why): self.init(path, .unreadable, why)
    }
  }

  /// The error of an ignore file.
  init(_ error: IgnoreError) {
    switch error {
    case .tree(let error): self.init(error)
    case .invalidPattern(let file, let line, let pattern, let why):
      let message = "the pattern '\(Text(utf8: pattern))' is not valid: \(why)"
      self.init(file, at: line > 0 ? Position(line: line, column: 1) : nil, .invalid, message)
    case .notUTF8(let file): self.init(file, .invalid, "the file is not UTF-8")
    }
  }
}

/// Runs a reading of the tree and turns its error into one of this module.
func reading<Result>(_ body: () throws(TreeError) -> Result) throws(DVCError) -> Result {
  do { return try body() } catch { throw DVCError(error) }
}

/// Runs a question to the ignore files and turns its error into one of this module.
func asking<Result>(_ body: () throws(IgnoreError) -> Result) throws(DVCError) -> Result {
  do { return try body() } catch { throw DVCError(error) }
}
