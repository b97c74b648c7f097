import Trees
import Values

/// A rule: what it is called, what it tells a person, and what it finds in a subject.
///
/// A rule reads no file, runs no Git and opens no socket: the ``Subject`` gives it everything, lazily.
public struct Rule: Sendable {
  /// What a rule looks at.
  public enum Scope: Hashable, Sendable {
    /// The state of a tree: a parent that is in the same state had the finding already.
    case state
    /// What DVC's remotes have; looked at only when they are asked.
    case remote
    /// What is kept of a commit's run record: always of this commit.
    case record
    /// What a tracking server has of a commit's runs; looked at only when it is asked.
    case server
    /// What a commit says in its message: always of this commit, and only where there is a message.
    case message
    /// What a commit changes, or what lies in the work tree beside it: always of this commit.
    case change

    /// Whether what is found in a commit that exists follows from the commit.
    var followsFromCommit: Bool { [.state, .message, .change].contains(self) }
  }

  /// The id: `lock/params`.
  public let id: RuleID
  /// How grave its findings are when policy does not say; `nil` when it is off then.
  public let severity: Severity?
  /// What it looks at.
  public let scope: Scope
  /// What it finds, in one line.
  public let summary: String
  /// What it finds, why that matters and what to know of it, in Markdown.
  public let explanation: String
  /// How it fails, and how it is mended.
  public let example: Example
  /// What policy can set besides the severity.
  public let options: [Option]
  /// Says in one line what several of its findings in one file come to; `nil` when each is to be read by itself.
  public let together: (@Sendable ([Finding]) -> String)?
  let evaluate: @Sendable (Subject) throws(JudgementError) -> [Finding]

  init(
    _ id: RuleID, _ severity: Severity? = .error, _ scope: Scope = .state, summary: String,
    explanation: String, example: Example, options: [Option] = [],
    together: (@Sendable ([Finding]) -> String)? = nil,
    evaluate: @escaping @Sendable (Subject) throws(JudgementError) -> [Finding]
  ) {
    self.id = id
    self.severity = severity
    self.scope = scope
    self.summary = summary
    self.explanation = explanation
    self.example = example
    self.options = options
    self.together = together
    self.evaluate = evaluate
  }

  /// What a person types in the repository of the examples (docs/rules/README.md), a line of it behind `$ `, and what
  /// is printed then. `Tests/Pages` runs both parts, one after the other.
  public struct Example: Sendable {
    /// How the rule is broken, and what guard says.
    public let fails: String
    /// How that is mended, and that guard says nothing more.
    public let mended: String
  }

  /// Something that policy can set for a rule.
  public struct Option: Sendable {
    /// The key in the policy file.
    public let key: Text
    /// What it means.
    public let summary: String
    /// The value without a policy file.
    public let standard: OptionValue
    /// Whether policy can set it for some paths: it is asked for a path, and not for the whole repository.
    let isPerPath: Bool

    init(_ key: Text, _ standard: OptionValue, _ summary: String, isPerPath: Bool = false) {
      self.key = key
      self.standard = standard
      self.summary = summary
      self.isPerPath = isPerPath
    }
  }
}

/// The value of a rule's option.
public enum OptionValue: Hashable, Sendable {
  /// A number of bytes.
  case size(Int)
  /// A number.
  case count(Int)
  /// Paths from the root of the Git repository.
  case paths([Text])
  /// Words.
  case words([Text])
  /// One of some words.
  case choice(Text, of: [Text])
}

extension Rule {
  /// All rules, in the order in which they are told.
  public static let catalogue: [Rule] = [
    .lockParameters, .lockDependencies, .lockCommand, .lockOutputs, .lockMissing, .lockOrphan, .lockHidden,
    .lockUnreadable,
    .dataLeftBehind, .dataModified, .dataInGit, .dataLargeFile, .dataRawChanged,
    .cacheNotPushed, .cacheLost,
    .runMissing, .runStale, .runUnlinked, .runMismatch, .runDataVersions,
    .paramsUndeclared, .paramsUnused, .paramsUnlogged,
    .layoutParams, .layoutMetrics, .layoutNotebookStage, .layoutNoStage, .layoutDvcignore, .layoutArtifacts,
    .notebookOutputs,
    .envUntracked, .envUnpinned, .envDrift,
    .commitMixed, .commitMessage,
  ]

  /// The rule of that id.
  public static func named(_ id: RuleID) -> Rule? { catalogue.first { $0.id == id } }

  /// The rules whose ids a pattern matches: `lock/params`, `lock/*`.
  public static func matching(_ pattern: Text) -> [Rule] {
    let glob = Glob(pattern)
    return catalogue.filter { glob.matches(RepositoryPath(normalized: $0.id.text.utf8)) }
  }

  /// The id that somebody most likely meant.
  public static func nearest(to name: Text) -> RuleID? {
    catalogue.map(\.id.text).nearest(to: name).map { RuleID($0) }
  }

  /// The page about the rule, in Markdown: what `guard explain` prints and `docs/rules` holds.
  public var page: String {
    var page =
      "# \(id)\n\n\(summary.capitalizedFirst).\n\nDefault: \(severity?.rawValue ?? "off").\n\n\(explanation)\n"
    page += "\n## An example that fails\n\n```console\n\(example.fails)\n```\n"
    page += "\n## The same, mended\n\n```console\n\(example.mended)\n```\n"
    if !options.isEmpty {
      page += "\n## Options\n\n"
      for option in options {
        page += "- `\(option.key)`: \(option.summary) (default \(option.standard)).\n"
      }
    }
    page += """

      ## Waiving it

      `GUARD_SKIP=\(id)` for one command, or an entry in `.guard-waivers.yml`. A line `Guard-Skip: \(id) why` at \
      the end of a commit's message counts where that commit is judged (`guard check --rev`), not in the hook: \
      Git has no message yet when the hook runs. A waiver is always shown.

      """
    return page
  }
}

extension OptionValue: CustomStringConvertible {
  /// The value as it is written in the policy file.
  public var description: String {
    switch self {
    case .size(let bytes): ByteCount(bytes).description
    case .count(let count): String(count)
    case .paths(let words), .words(let words):
      "[" + words.map { Self.written($0.string) }.joined(separator: ", ") + "]"
    case .choice(let word, _): word.string
    }
  }

  /// A word of a list in YAML: in quotes where it would begin something else than a text.
  private static func written(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "/._-* ".contains($0) }
    return isPlain && word.first?.isLetter == true
      ? word
      : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}

extension String {
  /// The text with its first letter in upper case.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
