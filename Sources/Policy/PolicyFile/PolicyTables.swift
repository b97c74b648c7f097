import Values

/// The tables of keys in `docs/configuration.md`, in Markdown.
public enum PolicyTables {
  /// A table and the section that it is about; an empty name for the top of the file.
  public struct Table: Sendable {
    /// The section's key.
    public let section: String
    /// The lines, each with its line feed.
    public let markdown: String
  }

  /// All tables.
  public static var all: [Table] {
    var tables = [Table(section: "", markdown: keys(PolicyKey.catalogue))]
    for key in PolicyKey.catalogue {
      guard case .section(let inner, let noun) = key.form else { continue }
      let markdown =
        switch noun {
        case "rule": options(of: inner)
        case "reason": reasons(inner)
        default: keys(inner)
        }
      tables.append(Table(section: key.name.string, markdown: markdown))
    }
    return tables
  }

  private static func keys(_ keys: [PolicyKey]) -> String {
    lines(
      ["key", "values", "default", "means"],
      keys.map { ["`\($0.name)`", $0.values, $0.shownDefault, $0.summary] })
  }

  /// Of the rules those with options: the others have a level and no more.
  private static func options(of rules: [PolicyKey]) -> String {
    var rows: [[String]] = []
    for rule in rules {
      guard case .rule(let options) = rule.form else { continue }
      for (index, option) in options.enumerated() {
        let places = option.places.contains(.paths) ? "; also for `paths`" : ""
        rows.append([
          index == 0 ? "`\(rule.name)`" : "", "`\(option.name)`", option.shownDefault,
          option.summary + places,
        ])
      }
    }
    return lines(["rule", "option", "default", "means"], rows)
  }

  private static func reasons(_ reasons: [PolicyKey]) -> String {
    lines(["reason", "means"], reasons.map { ["`\($0.name)`", $0.summary] })
  }

  private static func lines(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows).map { cells in
      "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined() + "\n"
    }.joined()
  }
}

extension PolicyKey {
  fileprivate var shownDefault: String {
    guard isTold else { return "`\(standard)`" }
    return standard == "none" ? "–" : standard
  }

  fileprivate var values: String {
    switch form {
    case .version: "`1`"
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .level: "`error`, `warn`, `off`"
    case .text(let what): what
    case .list(let what): what
    case .number(_, let range): "\(range.lowerBound) to \(range.upperBound)"
    case .option(.size): "a size"
    case .option(.count): "a whole number"
    case .option(.paths): "paths"
    case .option(.words): "words"
    case .option(.choice(_, let words)): words.map { "`\($0)`" }.joined(separator: ", ")
    case .publicKeys: "names with public keys"
    case .section(_, "key"): "a map"
    case .section(_, let noun): "a map of \(noun)s"
    case .rule: "a level, or a map"
    case .overrides: "a map of patterns"
    }
  }
}
