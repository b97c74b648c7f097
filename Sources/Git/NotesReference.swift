/// One of guard's own notes refs, `refs/notes/guard/<name>`. Notes are written to no other ref.
public struct NotesReference: Hashable, Sendable {
  /// The full name.
  public let name: [UInt8]

  /// Run records, one line a commit: what `git notes --ref=guard/runs show` prints.
  public static let runs = NotesReference(named: "runs")
  /// What is known of a commit and does not follow from it: `git notes --ref=guard/links show`.
  public static let links = NotesReference(named: "links")

  private init(named name: StaticString) {
    self.name = name.withUTF8Buffer { Array("refs/notes/guard/".utf8) + $0 }
  }
}

extension NotesReference: CustomStringConvertible {
  /// The full name.
  public var description: String { name.text }
}
