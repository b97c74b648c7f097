import Policy
import Runs
import Trees
import Values

/// What a check has to say: verdicts on one or more commits, ready to be written in some format.
public struct Report {
  /// What was asked to be judged.
  public struct Scope: Hashable, Sendable {
    /// The kinds of scope.
    public enum Kind: String, Hashable, Sendable { case staged, message, worktree, commit, range, push }

    /// The kind.
    public let kind: Kind
    /// The letters of the commit before the range.
    public let base: Text?
    /// The letters of the last commit that is judged.
    public let head: Text?

    /// A scope.
    public init(_ kind: Kind, base: Text? = nil, head: Text? = nil) {
      self.kind = kind
      self.base = base
      self.head = head
    }
  }

  /// What was asked to be judged.
  public let scope: Scope
  /// The verdicts, oldest commit first.
  public let verdicts: [Verdict]
  /// How many commits were judged; those that have nothing to tell may have no verdict.
  public let commits: Int
  /// What could not be judged besides what the verdicts say.
  public let notChecked: [Unjudged]
  /// What else a reader should know of how it was judged, each in a line without a full stop.
  public let remarks: [String]
  /// How long it took; `nil` leaves it out, so that the same input gives the same bytes.
  public let milliseconds: Int?
  /// guard's version.
  public let version: String
  /// What the head of the range says otherwise than its base, by their run records; `nil` where nobody asked.
  public var changes: RecordChanges?
  /// Where the repository is to be found, as a URL without a login; `nil` where that is not known.
  public var repository: Text?

  /// A report on verdicts.
  public init(
    _ scope: Scope, _ verdicts: [Verdict], commits: Int? = nil, notChecked: [Unjudged] = [],
    remarks: [String] = [], milliseconds: Int? = nil, version: String
  ) {
    self.scope = scope
    self.verdicts = verdicts
    self.commits = commits ?? verdicts.count
    self.notChecked = notChecked
    self.remarks = remarks
    self.milliseconds = milliseconds
    self.version = version
  }

  /// The findings that count for the exit code.
  var counted: [Finding] {
    verdicts.flatMap { $0.findings + ($0.inheritedCounts ? $0.inherited : []) }
  }
  /// How many errors count.
  public var errors: Int { counted.count { $0.severity == .error } }
  /// How many warnings there are.
  public var warnings: Int { counted.count { $0.severity == .warning } }
  /// How many findings are inherited, and not counted.
  public var inherited: Int { verdicts.filter { !$0.inheritedCounts }.map(\.inherited.count).reduce(0, +) }

  /// Everything that could not be judged, each thing once.
  var unjudged: [Unjudged] {
    var seen: Set<Unjudged> = []
    return (notChecked + verdicts.flatMap(\.notChecked)).filter { seen.insert($0).inserted }
  }

  /// The waivers that are over, each once for all commits.
  var expired: [ExpiredWaiver] {
    var order: [Waiver] = []
    var counts: [Waiver: Int] = [:]
    for item in verdicts.flatMap(\.expired) {
      if counts[item.waiver] == nil { order.append(item.waiver) }
      counts[item.waiver, default: 0] += item.count
    }
    return order.map { ExpiredWaiver(waiver: $0, count: counts[$0] ?? 0) }
  }

  /// What `GUARD_SKIP` would have to name, what it names already with it: rules with commas between them.
  var rulesToSkip: String {
    let skipped = verdicts.flatMap(\.waived).filter { $0.waiver.source == .environment }.map(\.finding)
    var rules = Set((counted.filter { $0.severity == .error } + skipped).map(\.rule.description))
    guard stopsUnknown else { return rules.sorted().joined(separator: ",") }
    rules = rules.filter { !$0.hasPrefix("cache/") }
    return "'\((["cache/*"] + rules.sorted()).joined(separator: ","))'"
  }

  /// Whether data of which nothing is known stops a push. It is let pass as data that is missing.
  var stopsUnknown: Bool { scope.kind == .push && notChecked.contains(where: \.isFatal) }

  /// Whether there is anything to tell but that all was checked and all passed.
  public var hasMoreThanAPass: Bool {
    conclusion != .pass || warnings > 0 || !remarks.isEmpty || !unjudged.isEmpty || !expired.isEmpty
      || verdicts.contains { !$0.waived.isEmpty }
  }

  /// What it comes to.
  public var conclusion: Conclusion {
    let conclusion = Conclusion(of: verdicts)
    return conclusion == .pass && notChecked.contains(where: \.isFatal) ? .notJudged : conclusion
  }
}

/// What it comes to, in words.
extension Report {
  /// Whether there was nothing that could be judged.
  var isOfNothing: Bool {
    !verdicts.isEmpty && errors == 0 && verdicts.allSatisfy { !$0.hasProjects }
  }

  /// What it comes to, in one line: `1 error, 0 warnings in 3 commits`.
  /// - Parameter marked: how the part that matters is set off.
  func summary(_ marked: (String) -> String = { $0 }) -> String {
    if isOfNothing { return "nothing to check: there is no DVC repository \(scopeWords)" }
    if conclusion == .notJudged {
      return "\(marked("could not judge")) all that is needed \(scopeWords): see 'not checked'"
    }
    let counts = "\(TerminalText.count(errors, "error")), \(TerminalText.count(warnings, "warning"))"
    return "\(marked(counts)) \(scopeWords)"
  }

  private var scopeWords: String {
    switch scope.kind {
    case .staged: "in what is staged"
    case .message: "in the commit message"
    case .worktree: "in the work tree"
    case .commit, .range: "in \(TerminalText.count(commits, "commit"))"
    case .push: "in the data of \(TerminalText.count(commits, "commit"))"
    }
  }
}

extension Waiver {
  /// The kind of place it is written down in, for a program.
  var sourceName: String {
    switch source {
    case .trailer: "trailer"
    case .file: "file"
    case .environment: "environment"
    }
  }

  /// Where it is written down, for a person.
  var shownSource: String {
    switch source {
    case .trailer: "Guard-Skip in the commit message"
    case .file(let line): Waiver.committedFile + (line.map { ":\($0)" } ?? "")
    case .environment: "GUARD_SKIP"
    }
  }
}
