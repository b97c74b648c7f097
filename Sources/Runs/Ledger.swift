import Git
import Values

/// What is kept of commits in Git's notes: their records, and links from them to what lies elsewhere.
public struct Ledger {
  /// The records: `refs/notes/guard/runs`.
  public let records: Records
  /// The links: `refs/notes/guard/links`.
  public let links: Links

  /// The ledger of a repository, as it is at each call.
  public init(_ repository: Repository) {
    records = Records(repository: repository)
    links = Links(repository: repository)
  }
}

/// What is kept of a commit's record.
public enum KeptRecord: Sendable {
  /// Nothing.
  case none
  /// A record, as some clone made it.
  case record(RunRecord)
  /// A record in a schema that only a newer guard knows: it is left alone.
  case newer(RunRecord)

  /// What a note holds: of several lines, as a join of notes leaves them, the record of this commit in the highest
  /// schema, and of equals the one whose bytes come first. Empty lines and lines of other commits do not count.
  public init(note: [UInt8]?, of commit: CommitID) {
    let records = (note ?? []).split(separator: 0x0A).compactMap { RunRecord(line: $0) }
      .filter { $0.commit == commit }
    let best = records.min { left, right in
      left.schema == right.schema
        ? left.line.lexicographicallyPrecedes(right.line) : left.schema > right.schema
    }
    guard let best else {
      self = .none
      return
    }
    self = best.schema > RunRecord.schema ? .newer(best) : .record(best)
  }

  /// The record; `nil` where there is none that this guard knows.
  public var record: RunRecord? { if case .record(let record) = self { record } else { nil } }

  /// The record in whatever schema: a signature of it can be checked all the same.
  public var anyRecord: RunRecord? {
    switch self {
    case .none: nil
    case .record(let record), .newer(let record): record
    }
  }
}

/// What a record that is kept is worth.
public enum RecordState: Hashable, Sendable {
  /// There is none.
  case missing
  /// It says what its commit says.
  case current
  /// It says something else in these members.
  case stale([Text])
  /// Only a newer guard can tell.
  case newer(schema: Int)
}

extension KeptRecord {
  /// What is kept, beside what the commit says.
  public func state(beside record: RunRecord) -> RecordState {
    switch self {
    case .none: return .missing
    case .newer(let kept): return .newer(schema: kept.schema)
    case .record(let kept):
      let differences = kept.differences(from: record)
      return differences.isEmpty ? .current : .stale(differences)
    }
  }
}

extension Ledger {
  /// The records.
  public struct Records {
    let repository: Repository

    /// All notes as they are now: for questions about many commits.
    public func snapshot() throws(RunsError) -> Snapshot {
      try asking { () throws(GitError) in Snapshot(notes: try repository.notes(in: .runs)) }
    }

    /// What is kept of a commit.
    public func kept(of commit: CommitID) throws(RunsError) -> KeptRecord { try snapshot().kept(of: commit) }

    /// Writes records in one commit of notes. A record that is kept already, or that a newer guard wrote, stays; one
    /// of a clone that ends too early does not replace one that says the same and more.
    @discardableResult
    public func write(_ records: [RunRecord]) throws(RunsError) -> NotesOutcome {
      let updates = records.map { record in
        NoteUpdate(of: record.commit) { old in
          guard let old, old != record.line else { return record.line }
          switch KeptRecord(note: old, of: record.commit) {
          case .newer: return nil
          case .record(let kept) where record.isCutOff && kept.differences(from: record).isEmpty: return nil
          case .none, .record: return record.line
          }
        }
      }
      return try asking { () throws(GitError) in try repository.writeNotes(updates, to: .runs) }
    }

    /// Joins what another tip of the ref has with what is here.
    @discardableResult
    public func merge(_ tip: CommitID) throws(RunsError) -> NotesOutcome {
      try asking { () throws(GitError) in
        try repository.mergeNotes(of: tip, into: .runs, joining: Lines.joined)
      }
    }
  }

  /// Records as they were at one moment.
  public struct Snapshot {
    let notes: Notes

    /// The commit of notes that the ref led to; `nil` when nothing was ever recorded here.
    public var tip: CommitID? { notes.tip }

    /// What was kept of a commit.
    public func kept(of commit: CommitID) throws(RunsError) -> KeptRecord {
      KeptRecord(note: try asking { () throws(GitError) in try notes.note(of: commit) }, of: commit)
    }

    /// What is kept of a record's commit, beside the record.
    public func state(beside record: RunRecord) throws(RunsError) -> RecordState {
      let note = try asking { () throws(GitError) in try notes.note(of: record.commit) }
      if note == record.line { return .current }
      return KeptRecord(note: note, of: record.commit).state(beside: record)
    }

    /// Whether the note of a record's commit is the record's line and nothing else.
    public func isExact(_ record: RunRecord) throws(RunsError) -> Bool {
      try asking { () throws(GitError) in try notes.note(of: record.commit) } == record.line
    }

    /// Whether anything is kept of a commit, a record or not.
    public func hasNote(_ commit: CommitID) throws(RunsError) -> Bool {
      try asking { () throws(GitError) in try notes.note(of: commit) } != nil
    }

    /// Whether a record of a commit is kept, whatever it says.
    public func has(_ commit: CommitID) throws(RunsError) -> Bool {
      if case .none = try kept(of: commit) { false } else { true }
    }

    /// The commits of which something was kept.
    public func commits() throws(RunsError) -> Set<CommitID> {
      Set(try asking { () throws(GitError) in try notes.all() }.map { CommitID($0.object) })
    }
  }

  /// The links.
  public struct Links {
    let repository: Repository

    /// The links of a commit, in the order of their lines; lines that this guard does not know are left out.
    public func of(_ commit: CommitID) throws(RunsError) -> [Link] {
      let note = try asking { () throws(GitError) in try repository.notes(in: .links).note(of: commit) }
      return (note ?? []).split(separator: 0x0A).compactMap { Link(line: $0) }
    }

    /// The links of all commits.
    public func all() throws(RunsError) -> [CommitID: [Link]] {
      try asking { () throws(GitError) in
        let notes = try repository.notes(in: .links)
        var links: [CommitID: [Link]] = [:]
        for note in try notes.all() {
          let commit = CommitID(note.object)
          guard links[commit] == nil, let bytes = try notes.note(of: commit) else { continue }
          links[commit] = bytes.split(separator: 0x0A).compactMap { Link(line: $0) }
        }
        return links
      }
    }

    /// Adds links to what is kept, in one commit of notes; one that is there stays as it is.
    @discardableResult
    public func append(_ links: [CommitID: [Link]]) throws(RunsError) -> NotesOutcome {
      let updates = links.filter { !$0.value.isEmpty }.map { commit, links in
        NoteUpdate(of: commit) { old in Lines.joined(old ?? [], Array(links.map(\.line).joined())) }
      }
      return try asking { () throws(GitError) in try repository.writeNotes(updates, to: .links) }
    }

    /// Joins what another tip of the ref has with what is here.
    @discardableResult
    public func merge(_ tip: CommitID) throws(RunsError) -> NotesOutcome {
      try asking { () throws(GitError) in
        try repository.mergeNotes(of: tip, into: .links, joining: Lines.joined)
      }
    }
  }
}

/// Notes as sets of lines.
enum Lines {
  /// The lines of both, each once, in the order of their bytes: what `git notes merge -s cat_sort_uniq` makes.
  static func joined(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
    let lines = Set((one + [0x0A] + other).split(separator: 0x0A))
    return Array(lines.sorted { $0.lexicographicallyPrecedes($1) }.map { $0 + [0x0A] }.joined())
  }
}
