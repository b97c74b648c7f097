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
  ///
  /// The ref is compared while its lock is held. `git_reference_create` without force is not enough for the first
  /// commit of notes: libgit2 1.5 looks whether the ref is there before it takes the lock.
  func move(
    _ reference: NotesReference, from old: CommitID?, to new: CommitID
  ) throws(GitError) -> Bool {
    guard var raw = new.object.raw else { throw missing(new.object) }
    var transaction: OpaquePointer?
    do throws(LibGit2.Failure) {
      try LibGit2.check(git_transaction_new(&transaction, repository))
      defer { git_transaction_free(transaction) }
      let code = withCString(reference.name) { git_transaction_lock_ref(transaction, $0) }
      if code == GIT_ELOCKED.rawValue { return false }
      try LibGit2.check(code)
      guard try target(of: reference.name) == old?.object else { return false }
      try LibGit2.check(
        withCString(reference.name) {
          git_transaction_set_target(transaction, $0, &raw, nil, NotesCommit.message)
        })
      try LibGit2.check(git_transaction_commit(transaction))
      return true
    } catch {
      throw .unwritable(what: reference.description, why: error.message)
    }
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
