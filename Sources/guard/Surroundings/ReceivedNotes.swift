import Git
import Hooks
import ParameterFiles
import Platform
import Runs
import Values

/// Judges a push to the refs of run records: everybody who may push may write them, so what comes in has to be what it
/// claims to be.
struct ReceivedNotes {
  private let repository: Repository
  private let builder: RecordBuilder
  private let kind: NotesReference
  private let end: Int64

  /// - Parameters:
  ///   - kind: the ref that is pushed to.
  ///   - end: when the time for it is over, in milliseconds of the monotonic clock.
  init(_ surroundings: Surroundings, _ kind: NotesReference, until end: Int64) throws(Failure) {
    repository = try surroundings.repository()
    builder = try surroundings.recordBuilder()
    self.kind = kind
    self.end = end
  }

  /// How many problems are told.
  private static let told = 10
  /// How many bytes a note may have.
  private static let largest = 4 << 20

  /// Why the notes must not come in; empty when they may.
  func refusals(_ reference: ReceivedReference) throws(Failure) -> [String] {
    guard let new = reference.new else { return ["it would take away all that is recorded"] }
    guard let tip = ObjectID(hexadecimal: new) else { return ["it would lead to what is no commit"] }
    do throws(GitError) {
      guard let commit = try repository.commit(under: tip) else {
        return ["it would lead to what is no commit"]
      }
      let old = try reference.old.flatMap { ObjectID(hexadecimal: $0) }.map { id throws(GitError) in
        try repository.notes(at: CommitID(id)).all()
      }
      return try refusals(try repository.notes(at: commit), beside: old ?? [])
    } catch {
      throw Failure(error)
    }
  }

  private func refusals(_ notes: Notes, beside old: [Notes.Note]) throws(GitError) -> [String] {
    let (all, strangers) = try notes.listing()
    var refusals: [String] = []
    if strangers > 0 { refusals.append("\(strangers) of its entries are no notes") }
    let here = Set(all.map(\.object))
    let lost = Set(old.map(\.object)).subtracting(here).count
    if lost > 0 {
      refusals.append("\(lost) commits would lose what is recorded of them: run guard sync first")
    }
    let known = Set(old)
    let new = all.filter { !known.contains($0) }.sorted {
      $0.object.hexadecimal.lexicographicallyPrecedes($1.object.hexadecimal)
    }
    for (index, note) in new.enumerated() {
      guard SystemClock.monotonicMilliseconds < end else {
        return refusals + [
          "\(new.count - index) of \(new.count) notes: the time for them is over; push fewer at once"
        ]
      }
      guard let why = try refusal(of: note, in: notes) else { continue }
      refusals.append("the note of \(CommitID(note.object).short) \(why)")
      if refusals.count > Self.told { return refusals.dropLast() + ["and more"] }
    }
    return refusals
  }

  private func refusal(of note: Notes.Note, in notes: Notes) throws(GitError) -> String? {
    let content = try notes.content(of: note)
    guard content.count <= Self.largest else { return "is larger than \(Self.largest >> 20) MiB" }
    let commit = CommitID(note.object)
    let lines = content.split(separator: 0x0A).filter { !$0.isEmpty }
    guard kind == .runs else {
      // A newer guard may write links that this one does not know.
      let areObjects = lines.allSatisfy { $0.first == UInt8(ascii: "{") && JSONObject(Array($0)) != nil }
      return areObjects ? nil : "holds what is no link"
    }
    // What two clones wrote before they were joined may stand there twice.
    let records = lines.compactMap { RunRecord(line: $0) }
    guard !records.isEmpty, records.count == lines.count else { return "is no run record" }
    guard records.allSatisfy({ $0.commit == commit }) else { return "is the record of another commit" }
    // The commits come first, and a record of one that never came says nothing to anybody.
    guard try repository.commit(under: note.object) != nil else { return nil }
    let made: RunRecord
    do throws(RunsError) { made = try builder.record(of: commit) } catch {
      return "cannot be judged: \(error)"
    }
    switch KeptRecord(note: content, of: commit).state(beside: made) {
    case .current, .newer: return nil
    case .missing: return "is no run record"
    case .stale(let members):
      return "does not say what the commit says: " + members.map(\.string).joined(separator: ", ")
    }
  }
}
