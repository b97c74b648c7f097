import ArgumentParser
import Platform
import Reports

/// `guard rules`: the catalogue.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "rules", abstract: "List the rules.")

  @Option(help: "The format of the list.")
  var format = OutputOptions.Format.text

  func run() throws {
    switch format {
    case .text: try StandardStream.output.write(RuleList.text)
    case .json: try StandardStream.output.write(RuleList.json)
    }
  }
}
