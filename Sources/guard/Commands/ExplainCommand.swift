import ArgumentParser
import Policy
import Values

/// `guard explain RULE`: what a rule finds, why, and how to mend it.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain a rule: what it finds, why, and how to mend it.",
    examples: [
      "What is this finding?":
        "guard explain lock/params"
    ])

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The rule's id, such as lock/params.", completion: .rule)
  var rule: String

  func run() throws {
    let name = Text(rule)
    guard let rule = Rule.named(RuleID(name)) else {
      let hint = Rule.nearest(to: name).map { ": did you mean '\($0)'?" } ?? ": guard rules lists them"
      throw ValidationError("unknown rule '\(name)'\(hint)")
    }
    try ExitStatus.ending { () throws(Failure) in
      try Answer.write(rule.page)
      return .pass
    }
  }
}
