import Policy
import Trees
import Values

/// A report in the Static Analysis Results Interchange Format, for code scanning (SARIF 2.1.0, OASIS Standard with
/// errata 01). It holds no time and nothing of the machine.
public struct SARIFReport {
  private let report: Report
  private let listed: [ReportedFinding]
  private let hasWaivers: Bool

  /// A document for a report.
  public init(_ report: Report) {
    self.report = report
    listed = report.listed
    hasWaivers = report.verdicts.contains { !$0.waived.isEmpty }
  }

  /// The document, valid UTF-8 whatever the repository holds.
  public var bytes: [UInt8] {
    JSON.object([
      (
        "$schema",
        .string("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
      ),
      ("version", .string("2.1.0")), ("runs", .array([run])),
    ]).printed
  }

  private var run: JSON {
    var members: [(key: Text, value: JSON)] = [
      ("tool", .object([(Text("driver"), driver)])), ("invocations", .array([invocation])),
      (
        "originalUriBaseIds",
        .object([(Self.root, .object([(Text("description"), Self.message("the root of the repository"))]))])
      ),
    ]
    if let repository = report.repository {
      var provenance: [(key: Text, value: JSON)] = [("repositoryUri", .text(repository))]
      if let head = report.scope.head { provenance.append(("revisionId", .text(head))) }
      provenance.append(("mappedTo", .object([("uriBaseId", .text(Self.root))])))
      members.append(("versionControlProvenance", .array([.object(provenance)])))
    }
    members += [
      ("columnKind", .string("unicodeCodePoints")), ("results", .array(listed.map(result))),
      (Text("properties"), properties),
    ]
    return .object(members)
  }

  private static let root: Text = "%SRCROOT%"

  // MARK: - The tool

  private var driver: JSON {
    .object([
      ("name", .string("guard")), ("version", .string(report.version)),
      ("semanticVersion", .string(report.version)),
      ("rules", .array(Rule.catalogue.map(Self.rule))),
    ])
  }

  private static func rule(_ rule: Rule) -> JSON {
    .object([
      ("id", .string("\(rule.id)")), (Text("shortDescription"), message(rule.summary)),
      (Text("fullDescription"), message(rule.explanation)),
      ("help", .object([("text", .string(rule.page)), ("markdown", .string(rule.page))])),
      (
        "defaultConfiguration",
        .object([
          ("enabled", .bool(rule.severity != nil)), ("level", .string((rule.severity ?? .warning).rawValue)),
        ])
      ),
      ("properties", .object([("tags", .array([.string("dvc"), .text(rule.id.group)]))])),
    ])
  }

  /// What could not be judged is told here: it is no result.
  private var invocation: JSON {
    .object([
      ("executionSuccessful", .bool(report.conclusion != .notJudged)),
      (
        "toolExecutionNotifications",
        .array(report.unjudged.map(Self.notification) + report.remarks.map(Self.notification))
      ),
    ])
  }

  private static func notification(_ item: Unjudged) -> JSON {
    .object([
      ("level", .string(item.isFatal ? "error" : "warning")),
      (Text("message"), message("not checked: \(item.what): \(item.why)")),
    ])
  }

  private static func notification(_ remark: String) -> JSON {
    .object([("level", .string("note")), (Text("message"), message(remark))])
  }

  // MARK: - Results

  private func result(_ item: ReportedFinding) -> JSON {
    let finding = item.finding
    var members: [(key: Text, value: JSON)] = [("ruleId", .string("\(finding.rule)"))]
    if let index = Rule.catalogue.firstIndex(where: { $0.id == finding.rule }) {
      members.append(("ruleIndex", .number(index)))
    }
    members += [
      ("level", .string(item.isMended ? "note" : finding.severity.rawValue)),
      (Text("message"), Self.message(finding.lines.joined(separator: "\n"))),
      ("locations", .array([Self.location(finding.place)])),
    ]
    if let recorded = finding.recordedAt {
      members.append(("relatedLocations", .array([Self.location(recorded, saying: "what was recorded")])))
    }
    // The first is the one that GitHub tells results apart by ("SARIF support for code scanning").
    members.append(
      (
        "partialFingerprints",
        .object([
          ("primaryLocationLineHash", .string("\(item.ownFingerprint):\(item.occurrence)")),
          ("guard/v1", .text(item.ownFingerprint)),
        ])
      ))
    members.append(("baselineState", .string(finding.isInherited ? "unchanged" : "new")))
    if hasWaivers { members.append(("suppressions", .array(Self.suppressions(item)))) }
    members.append(("properties", .object(Self.properties(item))))
    return .object(members)
  }

  private static func location(_ place: Place, saying text: String? = nil) -> JSON {
    let artifact = JSON.object([("uri", .string(URIText.relative(place.path))), ("uriBaseId", .text(root))])
    var physical: [(key: Text, value: JSON)] = [(Text("artifactLocation"), artifact)]
    if let position = place.position {
      physical.append(
        (
          "region",
          .object([("startLine", .number(position.line)), ("startColumn", .number(position.column))])
        ))
    }
    var members: [(key: Text, value: JSON)] = [("physicalLocation", .object(physical))]
    if let text { members.append((Text("message"), message(text))) }
    return .object(members)
  }

  /// An empty list says that nobody waived it (SARIF 2.1.0, 3.27.23).
  private static func suppressions(_ item: ReportedFinding) -> [JSON] {
    guard case .waived(let waiver) = item.state else { return [] }
    var properties: [(key: Text, value: JSON)] = [
      ("source", .string(waiver.sourceName)), ("rule", .text(waiver.rule)),
    ]
    if let expires = waiver.expires { properties.append(("expires", .text(expires))) }
    return [
      .object([
        ("kind", .string("external")), ("status", .string("accepted")),
        ("justification", .text(waiver.reason)),
        ("properties", .object(properties)),
      ])
    ]
  }

  private static func properties(_ item: ReportedFinding) -> [(key: Text, value: JSON)] {
    let finding = item.finding
    let all: [(key: Text, value: Text?)] = [
      ("commit", item.commit?.id), ("stage", finding.stage), ("key", finding.key),
      ("recorded", finding.recorded),
      ("current", finding.current), ("reason", (finding.reason?.rawValue).map { Text($0) }),
      ("fix", finding.fix.map { Text($0) }), ("advice", finding.advice.map { Text($0) }),
    ]
    return all.compactMap { name, value in value.map { (name, .text($0)) } } + [
      ("counts", .bool(item.counts)), ("mended", .bool(item.isMended)),
    ]
  }

  // MARK: - The run

  private var properties: JSON {
    let commits = report.verdicts.compactMap { verdict -> JSON? in
      guard let commit = verdict.commit else { return nil }
      return .object([
        ("id", .text(commit.id)), ("subject", .text(commit.subject)),
        ("findings", .number(verdict.findings.count)), ("inherited", .number(verdict.inherited.count)),
        ("waived", .number(verdict.waived.count)), ("mended", .number(verdict.mended.count)),
        ("result", .bool(verdict.isResult)),
      ])
    }
    let expired = report.expired.map { item in
      JSON.object([
        ("rule", .text(item.waiver.rule)), ("expires", .optional(item.waiver.expires)),
        ("findings", .number(item.count)),
      ])
    }
    return .object([
      ("scope", .string(report.scope.kind.rawValue)), ("base", .optional(report.scope.base)),
      ("head", .optional(report.scope.head)), ("summary", .string(report.summary())),
      ("commits", .array(commits)),
      ("expiredWaivers", .array(expired)),
    ])
  }

  private static func message(_ text: String) -> JSON { .object([("text", .string(text))]) }
}
