import Git
import Runs
import Values

/// A run record as a person reads it.
public struct RecordText {
  private let record: RunRecord
  private let subject: [UInt8]
  private let parent: RunRecord?
  private let state: RecordState
  private let links: [Link]
  private let signatures: [CheckedSignature]
  private let restoration: Restoration?
  private var lines: [String] = []

  /// - Parameters:
  ///   - subject: the first line of the commit's message.
  ///   - parent: the record of the commit before it, to tell what changed.
  ///   - state: what the record that is kept is worth.
  ///   - links: what is known of the commit's runs.
  ///   - signatures: the signatures among the links, and what they are worth.
  ///   - restoration: whether the commit can be restored; `nil` when there is nothing to restore.
  public init(
    _ record: RunRecord, subject: [UInt8], parent: RunRecord?, state: RecordState, links: [Link],
    signatures: [CheckedSignature], restoration: Restoration?
  ) {
    self.record = record
    self.subject = subject
    self.parent = parent
    self.state = state
    self.links = links
    self.signatures = signatures
    self.restoration = restoration
  }

  /// The text.
  public var bytes: [UInt8] {
    var text = self
    text.write()
    return Array(text.lines.map { TerminalText.line($0) + "\n" }.joined().utf8)
  }

  private mutating func write() {
    lines.append("commit \(record.commit)")
    lines.append("    \(RecordWords.shown(String(decoding: subject, as: UTF8.self)))")
    writeResults()
    writeParameters()
    writeData()
    if let environment = record.environment {
      section("environment", [["\(environment.kind)", RecordWords.shown(environment.file.string)]])
    }
    writeStages()
    writeRuns()
    section("signatures", signatures.map { [SignatureWords.sentence($0)] })
    section("not readable", record.unreadable.map { [RecordWords.shown($0.name.string), $0.why.string] })
    section("left out", record.redacted.map { [RecordWords.shown($0.string)] })
    if record.isTruncated { lines.append("The record is so long that parts of it are only counted.") }
    lines += restoration?.lines(name) ?? []
    lines.append(keptLine)
  }

  /// Rows below a heading, their columns in line.
  private mutating func section(_ heading: String, _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    lines.append(heading)
    lines += RecordWords.table(rows)
  }

  // MARK: - Sections

  private mutating func writeResults() {
    let before = Dictionary(
      (parent?.metrics ?? []).flatMap { file in file.values.map { (file.file + "\0" + $0.key, $0.value) } }
    ) { $1 }
    let isOneFile = record.metrics.count == 1
    let rows = record.metrics.flatMap { file in
      file.values.map { key, value in
        let name = isOneFile ? key : key.isEmpty ? file.file : file.file + ":" + key
        return [
          RecordWords.shown(name.string), RecordWords.value(value),
          change(before[file.file + "\0" + key], value),
        ]
      }
    }
    section("results" + origin, rows)
    if rows.isEmpty, !origin.isEmpty { lines.append("results" + origin) }
  }

  /// Which commit the results are of.
  private var origin: String {
    guard let introduced = record.introducedBy else { return "" }
    return introduced == record.commit ? " of this commit" : " of \(introduced.description.prefix(12))"
  }

  /// How a value differs from the parent's.
  private func change(_ old: JSON?, _ new: JSON) -> String {
    parent == nil ? "" : RecordWords.change(old, new)
  }

  private mutating func writeParameters() {
    let before = Dictionary((parent?.parameters ?? []).map { ($0.key, $0.value) }) { $1 }
    let own = Set(record.parameters.map(\.key))
    var rows = record.parameters.map { key, value -> [String] in
      let old = before[key]
      let change = parent == nil || old == value ? "" : old.map { "was \(RecordWords.value($0))" } ?? "new"
      return [RecordWords.shown(key.string), RecordWords.value(value), change]
    }
    rows += (parent?.parameters ?? []).filter { !own.contains($0.key) }.map { key, value in
      [RecordWords.shown(key.string), "–", "was \(RecordWords.value(value))"]
    }
    section("parameters", rows)
  }

  /// What goes in and comes out: `.dvc` files, and what stages depend on and make, each once.
  private mutating func writeData() {
    let before = Dictionary(parent.map(Self.versions)?.map { ($0.name, $0.digest?.value) } ?? []) { $1 }
    let rows = Self.versions(of: record).map { data -> [String] in
      let old = before[data.name]
      let change = parent == nil ? "" : old == nil ? "new" : old == data.digest?.value ? "" : "changed"
      return [
        RecordWords.shown(data.name.string), data.digest.map { String($0.value.string.prefix(12)) } ?? "–",
        change,
      ]
    }
    section("data", rows)
  }

  private static func versions(of record: RunRecord) -> [RunRecord.Data] {
    var seen: Set<Text> = []
    return (record.data + record.stages.flatMap { $0.deps + $0.outs })
      .filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
  }

  private mutating func writeStages() {
    section(
      "stages",
      record.stages.map { stage in
        [
          RecordWords.shown(stage.name.string), String(stage.inputDigest.string.prefix(12)),
          RecordWords.value(stage.command),
        ]
      })
  }

  private mutating func writeRuns() {
    var rows: [[String]] = []
    for link in links {
      switch link {
      case .rewrite(let commit, let how):
        rows.append(["made from", String(commit.description.prefix(12)), RecordWords.shown(how.string)])
      case .run(let run):
        let evidence = run.evidence.map { "by \($0.rawValue)" + (run.isAmbiguous ? ", ambiguous" : "") } ?? ""
        rows.append([run.role.rawValue, RecordWords.shown(run.page), evidence])
      case .session(let name): rows.append(["guard exec", RecordWords.shown(name.string)])
      case .withdrawn(let server): rows.append(["deleted at", RecordWords.shown(server.string)])
      case .signature: continue
      }
    }
    section("runs", rows)
  }

  private var name: String { String(record.commit.description.prefix(12)) }

  private var keptLine: String {
    switch state {
    case .current: return "record: kept in \(NotesReference.runs)"
    case .missing: return "record: not kept; guard record \(name) writes it"
    case .stale(let members):
      let list = members.map(\.string).joined(separator: ", ")
      return "record: the one that is kept says something else (\(list)); guard verify \(name) shows it"
    case .newer(let schema): return "record: a newer guard wrote the one that is kept (schema \(schema))"
    }
  }
}
