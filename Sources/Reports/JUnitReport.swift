import Policy
import Trees
import Values

/// A report as JUnit's XML, in the form that Jenkins reads (xunit-plugin, `junit-10.xsd`): a suite for each commit, in
/// it a case for each rule and for each thing that could not be checked.
public struct JUnitReport {
  private let report: Report
  private let hasTimings: Bool

  /// - Parameter hasTimings: whether the time of each rule is told.
  public init(_ report: Report, hasTimings: Bool = false) {
    self.report = report
    self.hasTimings = hasTimings
  }

  /// The document, valid UTF-8 and XML 1.0 whatever the repository holds.
  public var bytes: [UInt8] {
    let suites = report.verdicts.map(suite) + (report.notChecked.isEmpty ? [] : [rest])
    let all = suites.flatMap(\.cases)
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"guard\" \(Self.counts(all, skipped: false))>\n"
    for suite in suites {
      text +=
        "  <testsuite name=\"\(XMLText.attribute(suite.name))\" \(Self.counts(suite.cases, skipped: true))>\n"
      text += suite.cases.map(xml).joined()
      text += "  </testsuite>\n"
    }
    return Array((text + "</testsuites>\n").utf8)
  }

  // MARK: - Suites

  private struct Suite {
    let name: String
    let cases: [Case]
  }

  private struct Case {
    enum Outcome { case passed, failure, error, skipped }

    let name: String
    let group: String
    let outcome: Outcome
    /// What it comes to, in a line.
    var message = ""
    /// All that is to be told.
    var details: [String] = []
    var time: Duration?
  }

  private func suite(_ verdict: Verdict) -> Suite {
    let rules = Rule.catalogue.compactMap { rule in
      verdict.timings.first { $0.rule == rule.id }.map { self.rule($0, verdict) }
    }
    let name =
      switch verdict.kind {
      case .staged: "what is staged"
      case .workTree: "the work tree"
      case .commit(let id, let subject):
        "\(verdict.isResult ? "what they come to, commit" : "commit") \(TerminalText.short(id)) \(TerminalText.printable(subject.string))"
      }
    guard verdict.hasProjects else {
      let nothing = Case(
        name: "nothing to check", group: "guard", outcome: .skipped, message: "there is no DVC repository")
      return Suite(name: name, cases: [nothing])
    }
    return Suite(name: name, cases: rules + verdict.notChecked.map(Self.unjudged))
  }

  /// What could not be judged of no commit in particular.
  private var rest: Suite { Suite(name: "not checked", cases: report.notChecked.map(Self.unjudged)) }

  private func rule(_ timing: RuleTiming, _ verdict: Verdict) -> Case {
    let rule = timing.rule
    let found = (verdict.findings + (verdict.inheritedCounts ? verdict.inherited : [])).filter {
      $0.rule == rule
    }
    let inherited = verdict.inheritedCounts ? [] : verdict.inherited.filter { $0.rule == rule }
    let errors = found.count { $0.severity == .error }
    var details = found.flatMap(Self.lines)
    details += verdict.mended.filter { $0.rule == rule }.map {
      "a later commit mends it: \(Self.headline($0))"
    }
    details += inherited.map { "inherited: \(Self.headline($0))" }
    details += verdict.waived.filter { $0.finding.rule == rule }.map { item in
      "waived by \(item.waiver.shownSource): \(Self.headline(item.finding)): "
        + TerminalText.printable(item.waiver.reason.string)
    }
    let message =
      errors == 1
      ? found.first { $0.severity == .error }.map(Self.headline) ?? "" : TerminalText.count(errors, "error")
    return Case(
      name: "\(rule)", group: "guard.\(rule.group)", outcome: errors > 0 ? .failure : .passed,
      message: message,
      details: details, time: timing.duration)
  }

  private static func unjudged(_ item: Unjudged) -> Case {
    Case(
      name: "not checked: \(TerminalText.printable(item.what))", group: "guard.not-checked",
      outcome: item.isFatal ? .error : .skipped, message: TerminalText.printable(item.why))
  }

  private static func headline(_ finding: Finding) -> String {
    "\(TerminalText.place(finding.place)): \(TerminalText.printable(finding.message))"
  }

  private static func lines(_ finding: Finding) -> [String] {
    [
      "\(TerminalText.place(finding.place)): \(finding.severity.rawValue): \(TerminalText.printable(finding.message))"
    ]
      + finding.lines.dropFirst().map { "    \($0)" }
  }

  // MARK: - XML

  private static func counts(_ cases: [Case], skipped: Bool) -> String {
    let failures = cases.count { $0.outcome == .failure }
    let errors = cases.count { $0.outcome == .error }
    let counts = "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
    return skipped ? counts + " skipped=\"\(cases.count { $0.outcome == .skipped })\"" : counts
  }

  private func xml(_ item: Case) -> String {
    let time = hasTimings ? item.time.map { " time=\"\(Self.seconds($0))\"" } ?? "" : ""
    let start = "    <testcase name=\"\(XMLText.attribute(item.name))\" classname=\"\(item.group)\"\(time)"
    let details = XMLText.content(item.details.map(TerminalText.line).joined(separator: "\n"))
    let message = "message=\"\(XMLText.attribute(item.message))\""
    let inner =
      switch item.outcome {
      case .passed: item.details.isEmpty ? "" : "<system-out>\(details)</system-out>"
      case .failure: "<failure type=\"error\" \(message)>\(details)</failure>"
      case .error: "<error type=\"not checked\" \(message)/>"
      case .skipped: "<skipped \(message)/>"
      }
    return inner.isEmpty ? start + "/>\n" : start + ">\n      \(inner)\n    </testcase>\n"
  }

  /// `0.012`.
  private static func seconds(_ time: Duration) -> String {
    let parts = time.components
    let thousandths = String(parts.attoseconds / 1_000_000_000_000_000)
    return "\(parts.seconds)." + String(repeating: "0", count: 3 - thousandths.count) + thousandths
  }
}

/// Letters in a document of XML 1.0 or HTML.
enum XMLText {
  /// A text between tags. What XML has no letters for (control characters, U+FFFE) becomes U+FFFD; a `]]>` cannot
  /// come about, since every `>` is written as `&gt;`.
  static func content(_ text: String) -> String { escaped(text, inAttribute: false) }

  /// A text in the quotes of an attribute.
  static func attribute(_ text: String) -> String { escaped(text, inAttribute: true) }

  private static func escaped(_ text: String, inAttribute: Bool) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"" where inAttribute: result += "&quot;"
      case "'" where inAttribute: result += "&#39;"
      case "\n", "\t":
        if inAttribute { result += "&#\(scalar.value);" } else { result.unicodeScalars.append(scalar) }
      default: result.unicodeScalars.append(isCharacter(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// Whether XML 1.0 and HTML have it (XML 1.0, `Char`; HTML refuses C1 controls and noncharacters).
  private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0xFDD0...0xFDEF: false
    default: scalar.value & 0xFFFE != 0xFFFE
    }
  }
}
