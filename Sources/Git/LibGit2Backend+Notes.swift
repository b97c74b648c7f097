import CGit2

/// Writing objects, and moving notes refs.
extension LibGit2Backend {
  /// Writes a commit of notes and makes it the tip of its ref; `nil` when the ref was moved meanwhile.
  func write(_ notes: NotesCommit, trees: TreeObjects) throws(GitError) -> CommitID? {
    let editor = TreeEditor(trees: trees) { kind, bytes throws(GitError) in try self.write(kind, bytes) }
    let tree = try editor.tree(notes.root, with: notes.edits)
    let commit = CommitID(try write(.commit, notes.bytes(tree: tree)))
    return try move(notes.reference, from: notes.tip, to: commit) ? commit : nil
  }

  /// Moves a notes ref from a commit to another; `false` when it led elsewhere, or when somebody moves it now.
  func move(
    _ reference: NotesReference, from old: CommitID?, to new: CommitID
  ) throws(GitError) -> Bool {
    guard var raw = new.object.raw else { throw .missingObject(new.object) }
    let code = withCString(reference.name) { name in
      guard var expected = old?.object.raw else {
        return git_reference_create(nil, repository, name, &raw, 0, NotesCommit.message)
      }
      return git_reference_create_matching(nil, repository, name, &raw, 1, &expected, NotesCommit.message)
    }
    if code == 0 { return true }
    let lost = [GIT_EMODIFIED, GIT_ELOCKED, GIT_EEXISTS, GIT_ENOTFOUND].map(\.rawValue)
    guard lost.contains(code) else {
      throw .unwritable(what: reference.description, why: LibGit2.Failure(code).message)
    }
    return false
  }

  private func write(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
    let type =
      switch kind {
      case .commit: GIT_OBJECT_COMMIT
      case .tree: GIT_OBJECT_TREE
      case .blob: GIT_OBJECT_BLOB
      case .tag: GIT_OBJECT_TAG
      }
    var id = git_oid()
    let code = bytes.withUnsafeBytes { git_odb_write(&id, objects, $0.baseAddress, $0.count, type) }
    guard code == 0, let name = ObjectID(id) else {
      throw .unwritable(what: "an object", why: LibGit2.Failure(code).message)
    }
    return name
  }
}
