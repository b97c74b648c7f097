import Runs
import Values

/// What `guard verify` says of a commit: whether the record that is kept is what the commit says, and what its
/// signatures are worth.
public struct Verification {
  /// What it comes to.
  public enum Conclusion: String, Sendable {
    case pass, violated
    case notJudged = "not-judged"
  }

  private let record: RunRecord
  private let kept: KeptRecord
  private let state: RecordState
  private let signatures: [CheckedSignature]
  private let requiresSignature: Bool

  /// - Parameters:
  ///   - record: the record, made anew.
  ///   - kept: what is kept of the commit.
  ///   - signatures: the signatures of what is kept.
  ///   - requiresSignature: whether somebody who is known must have signed.
  public init(
    record: RunRecord, kept: KeptRecord, signatures: [CheckedSignature], requiresSignature: Bool
  ) {
    self.record = record
    self.kept = kept
    state = kept.state(beside: record)
    let valid = Set(signatures.filter(\.isValid).map(\.keyID))
    // Whoever signed what is kept need not have what was kept before held against them.
    self.signatures = signatures.filter { $0.verdict != .outdated || !valid.contains($0.keyID) }
    self.requiresSignature = requiresSignature
  }

  /// What it comes to: what is wrong counts before what cannot be judged.
  public var conclusion: Conclusion {
    let conclusions = [conclusionOnRecord] + signatures.map(\.conclusion)
    if conclusions.contains(.violated) { return .violated }
    if conclusions.contains(.notJudged) { return .notJudged }
    return lacksSignature ? .violated : .pass
  }

  private var conclusionOnRecord: Conclusion {
    switch state {
    case .current: .pass
    case .newer: .notJudged
    case .missing, .stale: .violated
    }
  }

  private var lacksSignature: Bool { requiresSignature && !signatures.contains(where: \.isValid) }

  // MARK: - Text

  /// Lines for a person.
  public var text: String {
    var lines =
      recordLines
      + signatures.flatMap { signature -> [String] in
        let line = "\(name): \(SignatureWords.sentence(signature))"
        return switch signature.verdict {
        case .unknown(let advice): [line, "    \(RecordWords.shown(advice))"]
        case .outdated: [line, "    fix: guard record --sign \(name)"]
        default: [line]
        }
      }
    if lacksSignature { lines.append("\(name): nobody who is known signed the run record") }
    return lines.map { TerminalText.line($0) + "\n" }.joined()
  }

  private var name: String { String(record.commit.description.prefix(12)) }

  private var recordLines: [String] {
    switch state {
    case .missing: return ["\(name): there is no run record", "    fix: guard record \(name)"]
    case .newer(let schema):
      return ["\(name): not judged: a newer guard wrote the run record (schema \(schema))"]
    case .current:
      let limit = record.isCutOff ? ", as far as this clone knows its history" : ""
      return ["\(name): the run record says what the commit says\(limit)"]
    case .stale:
      let details = details
      var lines = ["\(name): the run record does not say what the commit says"]
      for detail in details.prefix(Self.mostDetails) {
        lines.append("    \(RecordWords.shown(detail.path.string))")
        lines.append("        recorded: \(RecordWords.value(detail.first))")
        lines.append("        commit:   \(RecordWords.value(detail.second))")
      }
      if details.count > Self.mostDetails { lines.append("    and \(details.count - Self.mostDetails) more") }
      return lines + ["    fix: guard record \(name)"]
    }
  }

  private var details: [RecordDifference] { kept.record?.details(comparedWith: record) ?? [] }

  private static let mostDetails = 20

  // MARK: - JSON

  /// The same for a program.
  public var document: JSON {
    let word =
      switch state {
      case .missing: "missing"
      case .current: "current"
      case .stale: "stale"
      case .newer: "newer"
      }
    let differences = details.map { detail in
      JSON.object([
        ("path", .text(detail.path)), ("recorded", detail.first ?? .null), ("commit", detail.second ?? .null),
      ])
    }
    return .object([
      ("schema", .number(1)), ("commit", .string(record.commit.description)),
      ("conclusion", .string(conclusion.rawValue)), ("record", .string(word)),
      ("cutOff", .bool(record.isCutOff)), ("differences", .array(differences)),
      ("signatures", .array(signatures.map(SignatureWords.document))),
    ])
  }
}

extension CheckedSignature {
  fileprivate var isValid: Bool { if case .valid = verdict { true } else { false } }

  /// A key that nobody knows says nothing, for and against.
  fileprivate var conclusion: Verification.Conclusion {
    switch verdict {
    case .valid, .unknown: .pass
    case .outdated, .refused, .bad: .violated
    case .notJudged: .notJudged
    }
  }
}
