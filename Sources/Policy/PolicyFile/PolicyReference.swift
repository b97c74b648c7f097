import Trees
import Values

/// The file that a policy file extends, as it is named there.
public enum PolicyReference: Hashable, Sendable {
  /// A path in the repository, from where the file itself was read.
  case path(RepositoryPath)
  /// A path in a commit of the repository, which is named by its full id and so cannot change.
  case pinned(commit: Text, path: RepositoryPath)
  /// A path on this machine.
  case machine([UInt8])

  /// How many files one policy may be made of.
  public static let deepest = 5

  /// What an `extends` names.
  /// - Throws: ``PolicyFileError`` for a path that leaves the repository, and for a revision that may move.
  public init(_ extends: Setting) throws(PolicyFileError) {
    let text = extends.value.text ?? ""
    if text.hasPrefix("/") {
      self = .machine(text.utf8)
      return
    }
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[parts.count - 1]
    guard let path = RepositoryPath.root.resolving(name), !path.isRoot else {
      throw PolicyFileError(extends.origin, "'\(text)' leads out of the repository")
    }
    guard parts.count == 2 else {
      self = .path(path)
      return
    }
    let commit = Text(utf8: parts[0])
    guard commit.utf8.count == 40 || commit.utf8.count == 64, commit.utf8.allSatisfy(\.isLowerHexadecimal)
    else {
      throw PolicyFileError(
        extends.origin,
        "'\(commit)' is not the full id of a commit, and so may become another one: git rev-parse prints the id"
      )
    }
    self = .pinned(commit: commit, path: path)
  }
}

extension UInt8 {
  fileprivate var isLowerHexadecimal: Bool { (0x30...0x39).contains(self) || (0x61...0x66).contains(self) }
}
