import Hashing

/// A tree that remembers what was found out of whole directories, and can tell that nothing in one has changed
/// since: that takes a look at every file, but no list, no path and no hash of each.
public protocol RememberingTree: FileTree {
  /// Begins to see whether all that was met in a directory is as it was, and returns at once.
  /// - Parameter question: what was found out, and what the answer depends on beside the directory's content.
  /// - Returns: what gives the answer that was remembered; `nil` when there is none that still holds.
  func beginRecall(of directory: RepositoryPath, _ question: MD5Digest) -> () -> MD5Digest?

  /// ``FileTree/digests(of:_:)`` of the files that a walk met, and a way to remember what follows from them.
  func digests(of walk: Walk, _ algorithm: HashAlgorithm) throws(TreeError) -> (
    digests: [MD5Digest], remember: (_ answer: MD5Digest, _ question: MD5Digest) -> Void
  )
}

/// What was met on the way through a directory.
public struct Walk {
  /// Where the way began.
  public let top: RepositoryPath
  /// The directories whose names were read, ``top`` among them.
  public var directories: [RepositoryPath] = []
  /// The files.
  public var files: [RepositoryPath] = []
  /// Whether it met only files and directories and entered all of these. Only then do times tell of whatever
  /// would make it another walk.
  public var isThorough = true

  /// A way that has not begun.
  public init(through top: RepositoryPath) { self.top = top }
}
