import Policy
import Trees
import Values

/// A report as GitLab's merge requests take it (`artifacts:reports:codequality`, "Code Quality report format"). What is
/// inherited is in it as well: GitLab compares the documents of two branches by fingerprints.
public struct GitLabReport {
  private let report: Report

  /// A document for a report.
  public init(_ report: Report) { self.report = report }

  /// The document, valid UTF-8 whatever the repository holds. What was waived is not in it: GitLab has no word for it.
  public var bytes: [UInt8] {
    let items = report.listed.filter { if case .waived = $0.state { false } else { true } }
    return JSON.array(items.map(Self.issue)).printed
  }

  private static func issue(_ item: ReportedFinding) -> JSON {
    let finding = item.finding
    let details = (finding.differences + finding.mends).map { "\($0.name): \($0.value)" }
    let description = ([TerminalText.printable(finding.message)] + details).joined(separator: "; ")
    return .object([
      ("description", .string(description)), ("check_name", .string("\(finding.rule)")),
      ("fingerprint", .string(item.fingerprint)), ("severity", .string(severity(item))),
      (
        "location",
        .object([
          ("path", .string("\(finding.place.path)")),
          ("lines", .object([("begin", .number(finding.place.position?.line ?? 1))])),
        ])
      ),
    ])
  }

  private static func severity(_ item: ReportedFinding) -> String {
    if item.isMended { return "info" }
    return switch item.finding.severity {
    case .error: item.counts ? "major" : "minor"
    case .warning: item.counts ? "minor" : "info"
    }
  }
}
