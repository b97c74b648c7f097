import Trees

/// What follows from a commit's name alone, the same in every clone.
extension Repository {
  /// The repository without `refs/replace`, which put other objects in the place of those that are named.
  public func withoutReplacements() throws(GitError) -> Repository {
    // libgit2 knows none.
    guard case .command = reader, environment[bytes: "GIT_NO_REPLACE_OBJECTS"] == nil,
      try !backend.references(under: Array("refs/replace/".utf8)).isEmpty
    else { return self }
    var environment = environment
    environment["GIT_NO_REPLACE_OBJECTS"] = "1"
    return try Repository.open(from: directory, environment: environment, judgingOwner: judgesOwner)
  }

  /// A commit as it is written: with the parents that it has in every clone, here or not.
  public func storedCommit(_ id: CommitID) throws(GitError) -> Commit {
    let object = try backend.object(id.object)
    guard object.kind == .commit else { throw .unknownRevision(id.description, why: "it is no commit") }
    guard let commit = Commit(id, object.bytes, isBoundary: false) else {
      throw .corrupt(what: "commit \(id)", why: "a header is missing")
    }
    return commit
  }

  /// A commit's files as Git stores them: no conversion, no attribute, no ignore file but those in the tree, and no
  /// content of Git LFS.
  public func storedTree(of commit: Commit) -> ObjectTree {
    ObjectTree(
      StoredTreeEntries(root: commit.tree, trees: context.trees), context: TreeContext(storedIn: context))
  }

  /// The objects at paths of a tree, links not followed; `nil` where nothing stands.
  public func objects(at paths: [RepositoryPath], of tree: ObjectID) throws(GitError) -> [ObjectID?] {
    let entries = StoredTreeEntries(root: tree, trees: context.trees)
    var found: [ObjectID?] = []
    for path in paths { found.append(try entries.entry(at: path)?.id) }
    return found
  }
}

extension ObjectTree {
  /// Why an object of this tree could not be read here, if one could not: what was found out without it is not what
  /// another clone would find.
  public var failure: GitError? { context.failure }

  /// The object that Git stores for a file; links are followed.
  /// - Returns: `nil` when no file stands there.
  public func storedObject(of file: RepositoryPath) throws(TreeError) -> (id: ObjectID, bytes: [UInt8])? {
    guard case .file? = try target(of: file) else { return nil }
    let (_, id) = try blob(file)
    return (id, try read(id, for: file))
  }
}
