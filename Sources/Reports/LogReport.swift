import Git
import Policy
import Runs
import Values

/// A commit in a log.
public struct LogEntry: Sendable {
  /// What the policy says of it.
  public enum Verdict: String, Hashable, Sendable {
    case pass, violated, unknown
  }

  /// Its record.
  public var record: RunRecord
  /// The record of its first parent; `nil` when there is none.
  public var parent: RunRecord?
  /// The first line of its message.
  public var subject: Text
  /// When it was made, in seconds since 1970.
  public var time: Int64
  /// What the policy says of it.
  public var verdict: Verdict
  /// What is linked to it.
  public var links: [Link]

  /// A commit.
  public init(
    _ record: RunRecord, parent: RunRecord?, subject: Text, time: Int64, verdict: Verdict, links: [Link]
  ) {
    self.record = record
    self.parent = parent
    self.subject = subject
    self.time = time
    self.verdict = verdict
    self.links = links
  }

  /// The first letters of its name.
  var name: String { String(record.commit.description.prefix(12)) }

  var changes: RecordChanges { RecordChanges(from: parent, to: record) }
}

/// The commits of a range: a line each, with the parameters that changed and the results.
public struct LogReport {
  private let entries: [LogEntry]
  private let columns: [Text]

  /// - Parameter columns: the names of parameters and metrics to show in every line; what changed when there are none.
  public init(_ entries: [LogEntry], columns: [Text] = []) {
    self.entries = entries
    self.columns = columns
  }

  /// The columns that none of the commits has a value for.
  public var emptyColumns: [String] {
    let known = entries.reduce(into: Set<Text>()) { $0.formUnion(Self.values($1.record).keys) }
    return columns.filter { !known.contains($0) }.map { RecordWords.shown($0) }
  }

  // MARK: - Text

  /// The lines, for a person.
  public var text: [UInt8] {
    var lines = RecordWords.table((columns.isEmpty ? [] : [heading]) + entries.map(row)).map {
      $0.dropFirst(4)
    }
    if lines.isEmpty { lines = ["There are no commits."] }
    return Array(lines.map { TerminalText.line(String($0)) + "\n" }.joined().utf8)
  }

  private var heading: [String] {
    ["commit", "day", ""] + columns.map { RecordWords.shown($0) } + ["subject"]
  }

  private func row(_ entry: LogEntry) -> [String] {
    let start = [
      entry.name, day(entry.time), Self.mark(entry.verdict),
    ]
    let subject = RecordWords.shown(entry.subject)
    guard columns.isEmpty else {
      let values = Self.values(entry.record)
      let before = entry.parent.map(Self.values) ?? [:]
      return start + columns.map { Self.cell(before[$0], values[$0]) } + [subject]
    }
    let changes = entry.changes
    let parameters = entry.parent == nil ? [] : changes.parameters.map(Self.arrow)
    let metrics = Self.metrics(entry.record).map { key, value in
      Self.named(key, Self.cell(entry.parent.flatMap { Self.values($0)[key] }, value))
    }
    return start + [Self.few(parameters), Self.few(metrics), subject]
  }

  private static func mark(_ verdict: LogEntry.Verdict) -> String {
    switch verdict {
    case .pass: "ok"
    case .violated: "✗"
    case .unknown: "?"
    }
  }

  /// A value, and by how much it differs from the one before.
  private static func cell(_ old: JSON?, _ new: JSON?) -> String {
    guard let new else { return "–" }
    let difference = RecordWords.difference(old, new).map { " (\($0))" } ?? ""
    return RecordWords.value(new) + difference
  }

  private static func arrow(_ change: RecordChanges.Change) -> String {
    named(change.name, "\(RecordWords.value(change.old))→\(RecordWords.value(change.new))")
  }

  private static func named(_ key: Text, _ value: String) -> String { RecordWords.shown(key) + "=" + value }

  /// As many as a line can hold.
  private static func few(_ parts: [String]) -> String {
    let most = 4
    let rest = parts.count > most ? [" +\(parts.count - most)"] : []
    return parts.prefix(most).joined(separator: " ") + rest.joined()
  }

  // MARK: - For programs

  /// A document of all commits.
  public var json: [UInt8] {
    JSON.object([("schema", .number(1)), ("commits", .array(entries.map(document)))]).printed
  }

  private func document(_ entry: LogEntry) -> JSON {
    let changed = entry.changes.parameters.map { change in
      JSON.object([("name", .text(change.name)), ("old", change.old ?? .null), ("new", change.new ?? .null)])
    }
    let runs = entry.links.compactMap { link -> JSON? in
      guard case .run(let run) = link else { return nil }
      return .object([
        ("role", .string(run.role.rawValue)), ("server", .text(run.server)),
        ("experiment", .text(run.experiment)),
        ("run", .text(run.run)),
      ])
    }
    return .object([
      ("id", .string(entry.record.commit.description)), ("time", .number(Int(entry.time))),
      ("subject", .text(entry.subject)), ("verdict", .string(entry.verdict.rawValue)),
      ("parameters", .object(entry.record.parameters)), ("changedParameters", .array(changed)),
      ("metrics", .object(Self.metrics(entry.record))), ("runs", .array(runs)),
    ])
  }

  /// A table with a column for each parameter and metric (RFC 4180).
  public var csv: [UInt8] {
    let values = entries.map { Self.values($0.record) }
    let names = columns.isEmpty ? Set(values.flatMap(\.keys)).sorted() : columns
    var rows = [["commit", "time", "verdict", "subject"] + names.map(\.string)]
    for (entry, values) in zip(entries, values) {
      let cells = names.map { name in
        values[name].map { $0.text?.string ?? String(decoding: $0.compact, as: UTF8.self) } ?? ""
      }
      rows.append(
        [entry.record.commit.description, String(entry.time), entry.verdict.rawValue, entry.subject.string]
          + cells)
    }
    return Array(rows.map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined().utf8)
  }

  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { #"",;"#.utf8.contains($0) || $0 < 0x20 }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: - Values

  private static func metrics(_ record: RunRecord) -> [(key: Text, value: JSON)] {
    record.namedMetrics(record.metrics.count < 2)
  }

  /// Parameters and metrics by their names; of one name the metric.
  private static func values(_ record: RunRecord) -> [Text: JSON] {
    Dictionary((record.parameters + metrics(record)).map { ($0.key, $0.value) }) { $1 }
  }

  /// The day in UTC, which is the same everywhere.
  private func day(_ time: Int64) -> String { CalendarDay(secondsSince1970: time).description }
}
