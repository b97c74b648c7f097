import Trees
import Values

/// The `.guard.yml` that `guard init` writes: short, with the reason of each line, and with what is not set as a comment
/// where somebody is likely to want it.
public struct StarterPolicy {
  private let facts: StartingFacts

  /// The policy that fits what was seen.
  public init(_ facts: StartingFacts) { self.facts = facts }

  /// The profile.
  public var profile: Profile { facts.reproduction == nil ? .local : .ci }

  /// The file.
  public var text: String {
    ([Self.head]
      + [profilePart, inheritedPart, rulesPart, reasonsPart, remotePart, trackingPart].compactMap { $0 })
      .joined(separator: "\n")
  }

  private static let head = """
    # What guard checks here. `guard config` shows every setting and where it comes from, `guard explain RULE` a rule.
    version: 1

    """

  private var profilePart: String {
    guard let place = facts.reproduction else {
      return """
        # Results are made before the commit: what contradicts dvc.lock stops it. `ci` is for a CI system that makes them,
        # `audit` stops nothing.
        profile: local

        """
    }
    return """
      # CI makes the results (\(shown(place.path)), line \(place.line)): what contradicts dvc.lock warns before a commit,
      # and stops at the gate, `guard ci`. `local` is for results that are made before the commit, `audit` stops nothing.
      profile: ci

      """
  }

  private var inheritedPart: String? {
    guard !facts.findings.isEmpty else { return nil }
    let list = facts.findings.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }.joined(
      separator: ", ")
    return """
      # The last commit has findings already (\(list)).
      # They are told in one line and stop nothing; once they are mended, `error` keeps it so.
      inherited: warn

      """
  }

  private var rulesPart: String? {
    let paths = facts.largeFiles.filter { $0.description.unicodeScalars.allSatisfy(\.staysOnItsLine) }
    guard !paths.isEmpty else { return nil }
    let list = paths.map { "      - \(quoted($0))\n" }.joined()
    return """
      rules:
        data/large-file:
          limit: 10 MB
          # In Git already, and larger. DVC can take them over: guard explain data/large-file.
          except:
      \(list)
      """
  }

  private var reasonsPart: String? {
    let count = facts.otherLineEnds
    guard count > 0 else { return nil }
    let what =
      count == 1
      ? "1 recorded hash is that of a file" : "\(count) recorded hashes are those of files"
    return """
      reasons:
        # \(what) with other line ends, as a checkout on Windows has them.
        # `* text=auto eol=lf` in .gitattributes ends that; then make this `error`.
        line-ends: warn

      """
  }

  private var remotePart: String? {
    guard let first = facts.remotes.first else {
      guard facts.hasProjects else { return nil }
      return """
        # No DVC remote is configured, so data stays on the machine that made it: dvc remote add -d NAME URL

        """
    }
    let others = facts.remotes.count > 1 ? " and \(facts.remotes.count - 1) more" : ""
    return """
      # Before a push, the data has to be on its remote: \(shown(first.name))\(others).
      remote:
        # `push` uploads what is missing; `fail` says what it is.
        on-missing: fail

      """
  }

  private var trackingPart: String? {
    guard let server = facts.server else { return nil }
    return """
      # Runs of commits go where each machine's MLFLOW_TRACKING_URI leads. Named here, all clones send them to one place.
      # mlflow:
      #   tracking-uri: \(shown(server))

      """
  }

  /// A name in a comment, in which no line may end.
  private func shown(_ name: some CustomStringConvertible) -> String {
    String(
      String.UnicodeScalarView(name.description.unicodeScalars.map { $0.staysOnItsLine ? $0 : "?" }))
  }

  /// A path in single quotes.
  private func quoted(_ path: RepositoryPath) -> String {
    "'" + path.description.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      + "'"
  }
}

extension Unicode.Scalar {
  /// Whether it ends no line and hides nothing: DVC's YAML takes three of Unicode's marks for ends of lines, too.
  fileprivate var staysOnItsLine: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
    default: value != 0xFFFD
    }
  }
}
