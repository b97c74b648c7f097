import Trees

/// Why Git's data could not be read, and so nothing could be judged.
public enum GitError: Error, Hashable, Sendable {
  /// There is no repository here, or Git refuses it: run guard inside one, or follow Git's own words.
  case noRepository(directory: String, why: String)
  /// The name leads to no commit: check its spelling, or fetch it.
  case unknownRevision(String, why: String)
  /// The index holds paths with unresolved conflicts: resolve them and `git add` them.
  case conflicts([RepositoryPath])
  /// An object is not in the repository: a shallow clone lacks it, or the repository is damaged (`git fsck`). Where it is
  /// promised, a partial clone left it at its remote: clone without a filter.
  case missingObject(ObjectID, isPromised: Bool)
  /// Something is there that is not what Git writes: `git fsck` says more.
  case corrupt(what: String, why: String)
  /// A file of Git's could not be read: look at its permissions.
  case unreadable(path: String, why: String)
  /// The directories below this one are nested deeper than those of any checkout.
  case tooDeep(below: RepositoryPath)
  /// Git's data could not be written: look at the permissions and at the room on the disk.
  case unwritable(what: String, why: String)
  /// Other processes moved the ref each time: try again.
  case busy(reference: String)
  /// The `git` command is needed and is not in PATH: install it.
  case noGitCommand(neededFor: String)
  /// The `git` command failed, in its own words.
  case command(String, why: String)
}

extension GitError: CustomStringConvertible {
  /// How many of the files in conflict are named.
  public static let namedConflicts = 5

  /// How many directories may lie in each other.
  static let mostLevels = 512

  /// What brings all that a partial clone left at its remote (git-fetch(1), since Git 2.36).
  static let refetch = "git fetch --refetch --no-filter brings it"

  /// One line for a person to read, or a few where Git says more.
  public var description: String {
    switch self {
    case .noRepository(let directory, let why): "no Git repository at \(directory): \(why)"
    case .unknownRevision(let name, let why): "‘\(name)’ is not a commit: \(why)"
    case .conflicts(let paths):
      "unresolved merge conflicts: "
        + paths.prefix(Self.namedConflicts).map(\.description).joined(separator: ", ")
        + (paths.count > Self.namedConflicts ? " and \(paths.count - Self.namedConflicts) more" : "")
    case .missingObject(let id, isPromised: false): "object \(id) is not in this repository"
    case .missingObject(let id, isPromised: true):
      "object \(id) is not in this partial clone; \(Self.refetch)"
    case .corrupt(let what, let why): "\(what) is damaged: \(why)"
    case .unreadable(let path, let why): "cannot read \(path): \(why)"
    case .tooDeep(let top): "directories below '\(top)' are nested more than \(Self.mostLevels) deep"
    case .unwritable(let what, let why): "cannot write \(what): \(why)"
    case .busy(let reference):
      "\(reference) is moved by other processes all the time: try again; if nothing else runs, "
        + "a process that was ended left \(reference).lock behind in the Git directory"
    case .noGitCommand(let purpose): "the git command is not in PATH, and is needed: \(purpose)"
    case .command(let command, let why): "git \(command) failed: \(why)"
    }
  }
}

extension Collection<UInt8> {
  /// The bytes for a person to read; what is not UTF-8 becomes U+FFFD.
  var text: String { String(decoding: self, as: UTF8.self) }
}
