/// What an object is.
enum ObjectKind: Hashable, Sendable {
  case commit, tree, blob, tag
}

/// An object's kind and its bytes.
struct StoredObject: Hashable, Sendable {
  let kind: ObjectKind
  let bytes: [UInt8]
}

/// Where a repository's parts are: absolute paths.
struct Locations: Hashable, Sendable {
  /// `.git`, or what stands for it in a linked worktree or a submodule.
  let gitDirectory: [UInt8]
  /// What all worktrees of a repository share; without linked worktrees, the Git directory.
  let commonDirectory: [UInt8]
  /// The root of the work tree; `nil` in a bare repository.
  let workTree: [UInt8]?
  /// Bytes in an object's name: 20 or, in a SHA-256 repository, 32.
  let hashLength: Int
}

/// What `HEAD` says.
struct Head: Hashable, Sendable {
  /// The full name of the branch that is checked out; `nil` when HEAD is detached.
  let reference: [UInt8]?
  /// The commit; `nil` before the first one.
  let commit: CommitID?
}

/// A way to read a repository: through libgit2 or through the `git` command.
protocol Backend: AnyObject {
  var locations: Locations { get }

  /// An object's content.
  func object(_ id: ObjectID) throws(GitError) -> StoredObject
  /// The size of an object's content in bytes, without reading it.
  func objectSize(_ id: ObjectID) throws(GitError) -> Int
  /// What `HEAD` says.
  func head() throws(GitError) -> Head
  /// The commit that a revision leads to (gitrevisions(7)); `nil` when this reader does not find one.
  func commit(_ revision: [UInt8]) throws(GitError) -> CommitID?
  /// All variables as Git sees them here.
  func configuration() throws(GitError) -> Configuration
  /// What a ref of this full name leads to; `nil` when there is none.
  func reference(named name: [UInt8]) throws(GitError) -> ObjectID?
  /// The refs whose names begin with a prefix that ends with `/`.
  func references(under prefix: [UInt8]) throws(GitError) -> [Reference]
  /// The commits that can be reached from some and not from others, parents first.
  func commits(reachableFrom tips: [CommitID], notFrom excluded: [CommitID]) throws(GitError) -> [CommitID]
  /// The best common ancestor; `nil` when there is none.
  func mergeBase(of first: CommitID, _ second: CommitID) throws(GitError) -> CommitID?
}
