/// The formats of a report.
public enum ReportFormat: String, CaseIterable, Sendable {
  /// For a person at a terminal.
  case text
  /// For a program: everything.
  case json
  /// For code scanning.
  case sarif
  /// For a CI server that shows tests.
  case junit
  /// Commands of a GitHub workflow, which become annotations.
  case github
  /// For the code quality of GitLab's merge requests.
  case gitlab
  /// For the summary of a workflow and a comment at a pull request.
  case markdown

  /// Whether it is made of lines that mean the same among other output.
  public var isMadeOfCommands: Bool { self == .github }

  /// A report in this format.
  /// - Parameter options: what is told; colours and ways to go on only in a text.
  public func bytes(of report: Report, _ options: TextReport.Options) -> [UInt8] {
    switch self {
    case .text: TextReport(report, options).bytes
    case .json: JSONReport(report, listsInherited: options.listsInherited).bytes
    case .sarif: SARIFReport(report).bytes
    case .junit: JUnitReport(report, hasTimings: options.hasTimings).bytes
    case .github: GitHubReport(report, listsInherited: options.listsInherited).bytes
    case .gitlab: GitLabReport(report).bytes
    case .markdown: MarkdownReport(report).bytes
    }
  }
}
