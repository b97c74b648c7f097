import Policy
import Trees
import Values

/// A report for a program: one document. Keys never change their meaning inside a schema number; new ones may
/// come.
public struct JSONReport {
  /// The number of the schema.
  public static let schema = 1

  private let report: Report
  private let listsInherited: Bool

  /// A document for a report.
  /// - Parameter listsInherited: whether inherited findings are among the findings of their commits.
  public init(_ report: Report, listsInherited: Bool = false) {
    self.report = report
    self.listsInherited = listsInherited
  }

  /// The document, valid UTF-8 whatever the repository holds.
  public var bytes: [UInt8] {
    let scope: JSON = .object([
      ("kind", .string(report.scope.kind.rawValue)), ("base", .optional(report.scope.base)),
      ("head", .optional(report.scope.head)),
    ])
    let waived = report.verdicts.flatMap { verdict in verdict.waived.map { self.waived($0, verdict) } }
    return JSON.object([
      ("schema", .number(Self.schema)),
      ("tool", .object([("name", .string("guard")), ("version", .string(report.version))])),
      ("scope", scope),
      ("commits", .array(report.verdicts.map(commit))),
      ("waived", .array(waived)),
      ("expired", .array(report.expired.map(expired))),
      ("notChecked", .array(report.unjudged.map(unjudged))),
      ("remarks", .array(report.remarks.map { .string($0) })),
      ("summary", summary),
    ]).printed
  }

  private func commit(_ verdict: Verdict) -> JSON {
    let listed = verdict.findings + (listsInherited || verdict.inheritedCounts ? verdict.inherited : [])
    var subject: Text?
    if case .commit(_, let line) = verdict.kind { subject = line }
    return .object([
      ("id", .optional(verdict.id)), ("subject", .optional(subject)),
      ("findings", .array(listed.map { .object(members($0)) })),
      ("mended", .array(verdict.mended.map { .object(members($0, severity: "note")) })),
      ("inherited", .number(verdict.inherited.count)), ("result", .bool(verdict.isResult)),
    ])
  }

  private func members(_ finding: Finding, severity: String? = nil) -> [(key: Text, value: JSON)] {
    [
      ("rule", .string(finding.rule.description)),
      ("severity", .string(severity ?? finding.severity.rawValue)),
      ("path", .string(finding.place.path.description)),
      ("line", .optional(finding.place.position?.line)),
      ("column", .optional(finding.place.position?.column)),
      ("stage", .optional(finding.stage)),
      ("key", .optional(finding.key)),
      ("recorded", .optional(finding.recorded)),
      ("current", .optional(finding.current)),
      ("reason", .optional(finding.reason?.rawValue)),
      ("inherited", .bool(finding.isInherited)),
      ("message", .string(finding.message)),
      ("fix", .optional(finding.fix)),
      ("advice", .optional(finding.advice)),
      ("fingerprint", .optional(finding.fingerprint)),
    ]
  }

  private func waived(_ item: WaivedFinding, _ verdict: Verdict) -> JSON {
    .object([("commit", .optional(verdict.id))] + members(item.finding) + [("waiver", waiver(item.waiver))])
  }

  /// A waiver whose last day is over, with the number of findings that it no longer covers.
  private func expired(_ item: ExpiredWaiver) -> JSON {
    .object([("findings", .number(item.count)), (Text("waiver"), waiver(item.waiver))])
  }

  private func waiver(_ waiver: Waiver) -> JSON {
    .object([
      ("source", .string(waiver.sourceName)), ("rule", .optional(waiver.rule)),
      ("path", .optional(waiver.path)),
      ("reason", .optional(waiver.reason)), ("expires", .optional(waiver.expires)),
    ])
  }

  private func unjudged(_ item: Unjudged) -> JSON {
    .object([("what", .string(item.what)), ("why", .string(item.why)), ("fatal", .bool(item.isFatal))])
  }

  private var summary: JSON {
    .object([
      ("errors", .number(report.errors)), ("warnings", .number(report.warnings)),
      ("inherited", .number(report.inherited)), ("commits", .number(report.commits)),
      ("milliseconds", .optional(report.milliseconds)),
    ])
  }
}

extension Verdict {
  /// The letters of the commit; `nil` for one that does not exist yet.
  fileprivate var id: Text? { if case .commit(let id, _) = kind { id } else { nil } }
}
