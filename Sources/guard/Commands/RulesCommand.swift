import ArgumentParser
import Reports

/// `guard rules`: the catalogue.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "List the rules.",
    examples: [
      "Which rules there are:":
        "guard rules",
      "The same for a program to read:":
        "guard rules --format json",
    ])

  @OptionGroup var global: GlobalOptions

  /// The formats of the list.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(help: "The format of the list.")
  var format = Format.text

  func run() throws {
    try ExitStatus.ending { () throws(Failure) in
      switch format {
      case .text: try Answer.write(RuleList.text)
      case .json: try Answer.write(RuleList.json)
      }
      return .pass
    }
  }
}
