import Platform

/// A change of one note.
public struct NoteUpdate {
  /// The object that the note is about.
  public let object: ObjectID
  /// What becomes of the bytes that are there (`nil` when there are none). It is asked again, with newer bytes, when
  /// another process was faster. Equal bytes, or `nil`, leave the note as it is.
  public let change: ([UInt8]?) -> [UInt8]?

  /// A change of the note of a commit.
  public init(of commit: CommitID, change: @escaping ([UInt8]?) -> [UInt8]?) {
    object = commit.object
    self.change = change
  }
}

/// What became of a notes ref.
public enum NotesOutcome: Hashable, Sendable {
  /// All that was to be there was there.
  case unchanged
  /// The ref leads to a commit with so many notes changed.
  case written(CommitID, notes: Int)
  /// The ref was behind, and leads to a commit that was there already.
  case forwarded(CommitID)
}

extension Repository {
  /// Changes notes in one commit of notes. Nothing that another process writes meanwhile is lost: the ref is moved only
  /// from where it was read, and otherwise all is done anew.
  /// - Throws: `busy` when other processes were always faster.
  @discardableResult
  public func writeNotes(
    _ updates: [NoteUpdate], to reference: NotesReference
  ) throws(GitError) -> NotesOutcome {
    try retrying(reference) { tip throws(GitError) in
      let root = try tip.map { tip throws(GitError) in try commit(tip).tree }
      let edits = try edits(for: updates, in: NotesTree(root: root, trees: context.trees))
      guard !edits.isEmpty else { return .unchanged }
      let notes = NotesCommit(
        reference: reference, tip: tip, parents: tip.map { [$0] } ?? [], root: root, edits: edits,
        signature: notesSignature())
      return try write(notes).map { .written($0, notes: edits.count { $0.isNote }) }
    }
  }

  /// Joins the notes of another tip, such as one that was fetched, with those of a ref: what only one of them has is
  /// taken, and where both have something else the two are joined. The commit is a function of the two tips, so
  /// clones that join the same ones have the same commit.
  @discardableResult
  public func mergeNotes(
    of other: CommitID, into reference: NotesReference,
    joining: @escaping ([UInt8], [UInt8]) -> [UInt8]
  ) throws(GitError) -> NotesOutcome {
    try retrying(reference) { tip throws(GitError) in
      guard let tip else { return try move(reference, from: nil, to: other) }
      let base = tip == other ? tip : try mergeBase(of: tip, other)
      if base == other { return .unchanged }
      if base == tip { return try move(reference, from: tip, to: other) }
      let parents = [tip, other].sorted { $0.description < $1.description }
      let (first, second) = (try commit(parents[0]), try commit(parents[1]))
      let merge = NotesMerge(backend: backend, trees: context.trees, joining: joining)
      let edits = try merge.edits(of: first.tree, taking: second.tree)
      let notes = NotesCommit(
        reference: reference, tip: tip, parents: parents, root: first.tree, edits: edits,
        signature: .own(seconds: max(first.committer.time, second.committer.time)))
      return try write(notes).map { .written($0, notes: edits.count { $0.isNote }) }
    }
  }

  // MARK: - Edits

  private func edits(for updates: [NoteUpdate], in tree: NotesTree) throws(GitError) -> [TreeEdit] {
    var edits: [TreeEdit] = []
    for update in updates {
      let places = try tree.places(of: update.object)
      let old = try places.content(in: backend)
      guard let new = update.change(old), new != old || places.count > 1 else { continue }
      let target = try tree.target(of: update.object)
      edits += places.filter { $0.path != target }.map { TreeEdit(path: $0.path, content: .nothing) }
      edits.append(TreeEdit(path: target, content: .bytes(new)))
    }
    return edits
  }

  // MARK: - Writing

  /// How many notes are written one by one, as an object each: more of them Git packs at once.
  private static let mostLoose = 256

  /// Writes a commit of notes and moves the ref to it; `nil` when somebody else moved the ref.
  private func write(_ notes: NotesCommit) throws(GitError) -> CommitID? {
    let isShared =
      configuration("core.sharedrepository").map { Configuration.boolean(of: $0) != false } ?? false
    guard let library = backend as? LibGit2Backend, !isShared, notes.edits.count <= Self.mostLoose else {
      return try FastImport(command: command(for: "writing notes").command).write(notes)
    }
    return try library.write(notes, trees: context.trees)
  }

  private func move(
    _ reference: NotesReference, from old: CommitID?, to new: CommitID
  ) throws(GitError) -> NotesOutcome? {
    let isMoved =
      if let library = backend as? LibGit2Backend {
        try library.move(reference, from: old, to: new)
      } else {
        try FastImport(command: command(for: "writing notes").command).move(reference, from: old, to: new)
      }
    return isMoved ? .forwarded(new) : nil
  }

  /// Tries until nobody else is faster, as long as there is patience: a try takes milliseconds. Who loses waits longer each
  /// time, by chance, so that many writers do not meet again and again.
  private func retrying(
    _ reference: NotesReference, _ attempt: (CommitID?) throws(GitError) -> NotesOutcome?
  ) throws(GitError) -> NotesOutcome {
    let start = SystemClock.monotonicMilliseconds
    for turn in 0..<1000 {
      if turn > 5, SystemClock.monotonicMilliseconds - start > notesPatience { break }
      if let outcome = try attempt(backend.reference(named: reference.name).map(CommitID.init)) {
        return outcome
      }
      SystemClock.pause(microseconds: UInt32.random(in: 200...(1000 << min(UInt32(turn), 5))))
    }
    throw .busy(reference: reference.description)
  }
}

extension TreeEdit {
  /// Whether it writes something, and does not only take it away.
  fileprivate var isNote: Bool { if case .nothing = content { false } else { true } }
}
