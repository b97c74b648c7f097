import Git
import Runs
import Values

/// What differs between two commits, for a person and for a program.
public struct ChangesReport {
  private let changes: RecordChanges
  private let commits: (first: CommitID, second: CommitID)

  /// What the second commit's record says otherwise than the first one's.
  public init(from first: RunRecord, to second: RunRecord) {
    changes = RecordChanges(from: first, to: second)
    commits = (first.commit, second.commit)
  }

  /// The text.
  public var text: [UInt8] {
    var lines: [String] = []
    func section(_ heading: String, _ rows: [[String]]) {
      guard !rows.isEmpty else { return }
      lines.append(heading)
      lines += RecordWords.table(rows)
    }
    section("results", changes.metrics.map(Self.row))
    section("parameters", changes.parameters.map(Self.row))
    section("data", changes.data.map(Self.hashes))
    section("stages with other inputs", changes.stages.map(Self.hashes))
    section("environment", changes.environment.map(Self.hashes))
    if lines.isEmpty { lines.append("The two say the same.") }
    return Array(lines.map { TerminalText.line($0) + "\n" }.joined().utf8)
  }

  /// The document.
  public var json: [UInt8] {
    JSON.object([
      ("schema", .number(1)), ("from", .string(commits.first.description)),
      ("to", .string(commits.second.description)),
      ("metrics", Self.document(changes.metrics)), ("parameters", Self.document(changes.parameters)),
      ("data", Self.document(changes.data)), ("stages", Self.document(changes.stages)),
      ("environment", Self.document(changes.environment)),
    ]).printed
  }

  private static func document(_ changes: [RecordChanges.Change]) -> JSON {
    .array(
      changes.map { .object([("name", .text($0.name)), ("old", $0.old ?? .null), ("new", $0.new ?? .null)]) })
  }

  private static func row(_ change: RecordChanges.Change) -> [String] {
    let difference = RecordWords.difference(change.old, change.new) ?? ""
    return [
      RecordWords.shown(change.name), RecordWords.value(change.old), "→ " + RecordWords.value(change.new),
      difference,
    ]
  }

  private static func hashes(_ change: RecordChanges.Change) -> [String] {
    [RecordWords.shown(change.name), RecordWords.hash(change.old), "→ " + RecordWords.hash(change.new)]
  }
}
