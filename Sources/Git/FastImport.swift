import Platform

/// Writes notes through the `git` command: one process, whatever their number (git-fast-import(1)).
struct FastImport {
  let command: GitCommand

  /// Writes a commit of notes and makes it the tip of its ref; `nil` when the ref was moved meanwhile: Git moves a ref
  /// only to a commit that contains the one it leads to.
  func write(_ notes: NotesCommit) throws(GitError) -> CommitID? {
    var script = Array("feature done\ncommit ".utf8) + notes.reference.name + Array("\nmark :1\n".utf8)
    script +=
      Array("author ".utf8) + notes.signature.line + Array("\ncommitter ".utf8) + notes.signature.line + [
        0x0A
      ]
    script += Self.data(Array(NotesCommit.message.utf8))
    for (index, parent) in notes.parents.enumerated() {
      script += Array("\(index == 0 ? "from" : "merge") \(parent)\n".utf8)
    }
    for edit in notes.edits { script += Self.line(of: edit) }
    script += Array("get-mark :1\ndone\n".utf8)
    do throws(GitError) {
      let line = try command.output(of: ["fast-import", "--quiet", "--date-format=raw"], input: script)
      guard let id = ObjectID(hexadecimal: line.filter { $0 != 0x0A }) else {
        throw GitError.command("fast-import", why: "it did not name the commit")
      }
      return CommitID(id)
    } catch .command(_, let why) where Self.isLost(why) {
      return nil
    }
  }

  /// Moves a notes ref from a commit to another; `false` when it led elsewhere, or when somebody moves it now.
  func move(
    _ reference: NotesReference, from old: CommitID?, to new: CommitID
  ) throws(GitError) -> Bool {
    let zeros = String(repeating: "0", count: new.object.bytes.count * 2)
    let arguments = [
      "update-ref", "-m", "guard: run records", reference.description, new.description,
      old?.description ?? zeros,
    ]
    do throws(GitError) {
      _ = try command.output(of: arguments)
      return true
    } catch .command(_, let why) where Self.isLost(why) {
      return false
    }
  }

  /// Whether Git says that the ref leads elsewhere, or is locked.
  private static func isLost(_ words: String) -> Bool {
    words.contains("Not updating") || words.contains("cannot lock ref")
  }

  private static func line(of edit: TreeEdit) -> [UInt8] {
    let path = CQuoting.quote(Array(edit.path.joined(separator: [UInt8(ascii: "/")]))) + [0x0A]
    switch edit.content {
    case .bytes(let bytes): return Array("M 100644 inline ".utf8) + path + data(bytes)
    case .object(let id, let mode):
      let digits = mode == .directory ? "040000" : mode.octal
      return Array("M \(digits) \(id) ".utf8) + path
    case .nothing: return Array("D ".utf8) + path
    }
  }

  private static func data(_ bytes: [UInt8]) -> [UInt8] {
    Array("data \(bytes.count)\n".utf8) + bytes + [0x0A]
  }
}
