import Platform

/// A commit of notes that is to become the tip of a notes ref.
struct NotesCommit {
  let reference: NotesReference
  /// What the ref must lead to for the commit to become its tip; `nil` when there must be no such ref.
  let tip: CommitID?
  /// Whose tree is edited, then what is joined with it.
  let parents: [CommitID]
  /// The tree of the first parent.
  let root: ObjectID?
  let edits: [TreeEdit]
  let signature: Signature

  /// The message of every commit of notes.
  static let message = "guard: run records\n"

  /// Who commits, and when.
  struct Signature {
    /// `Name <address> SECONDS ZONE`.
    let line: [UInt8]

    /// A signature; signs that would end a name or an address are left out of it.
    init(name: [UInt8], email: [UInt8], seconds: Int64) {
      let clean = { (text: [UInt8]) in
        text.filter { $0 >= 0x20 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
      }
      line = clean(name) + Array(" <".utf8) + clean(email) + Array("> \(seconds) +0000".utf8)
    }

    /// guard's own: of what does not depend on who does it.
    static func own(seconds: Int64) -> Signature {
      Signature(name: Array("guard".utf8), email: Array("guard@localhost".utf8), seconds: seconds)
    }
  }

  /// The bytes of the commit object.
  func bytes(tree: ObjectID) -> [UInt8] {
    var bytes = Array("tree \(tree)\n".utf8)
    for parent in parents { bytes += Array("parent \(parent)\n".utf8) }
    bytes += Array("author ".utf8) + signature.line + [0x0A]
    bytes += Array("committer ".utf8) + signature.line + [0x0A, 0x0A]
    return bytes + Array(Self.message.utf8)
  }
}

extension Repository {
  /// Who Git says that commits here (git-commit(1), "Commit information"); guard itself where that is not known.
  func notesSignature() -> NotesCommit.Signature {
    let seconds = SystemClock.wallNanoseconds / 1_000_000_000
    let named = { (variable: String, keys: [String]) in
      ([self.environment[bytes: variable]] + keys.map { self.configuration($0) })
        .lazy.compactMap { $0 }.first { !$0.isEmpty }
    }
    guard let name = named("GIT_COMMITTER_NAME", ["committer.name", "user.name"]),
      let email = named("GIT_COMMITTER_EMAIL", ["committer.email", "user.email"])
    else { return .own(seconds: seconds) }
    return NotesCommit.Signature(name: name, email: email, seconds: seconds)
  }
}
