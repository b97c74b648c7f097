import Policy
import Values

/// The catalogue of rules, as `guard rules` prints it.
public enum RuleList {
  /// One line a rule: id, default, what it finds.
  public static var text: String {
    let width = Rule.catalogue.map(\.id.description.count).max() ?? 0
    return Rule.catalogue.map { rule in
      let id = rule.id.description
      let level = rule.severity?.rawValue ?? "off"
      return id + String(repeating: " ", count: width - id.count + 2) + level
        + String(repeating: " ", count: 9 - level.count) + rule.summary + "\n"
    }.joined()
  }

  /// The catalogue for a program.
  public static var json: [UInt8] {
    let rules = Rule.catalogue.map { rule in
      JSON.object([
        ("id", .string(rule.id.description)), ("default", .string(rule.severity?.rawValue ?? "off")),
        ("summary", .string(rule.summary)),
      ])
    }
    return JSON.object([("schema", .number(JSONReport.schema)), ("rules", .array(rules))]).indented
  }
}
