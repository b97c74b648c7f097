import ArgumentParser

extension CommandConfiguration {
  /// A command with examples: what each does, and the line to type. They stand in `--help` and in the manual page, and
  /// `Tests/Newcomer` runs all of them in a repository where they are true.
  init(
    commandName: String, abstract: String, discussion: String = "", version: String = "",
    subcommands: [any ParsableCommand.Type] = [], examples: KeyValuePairs<String, String>
  ) {
    let lines = examples.map { "  # \($0.key)\n  \($0.value)" }
    self.init(
      commandName: commandName, abstract: abstract,
      discussion: discussion + (discussion.isEmpty ? "" : "\n\n") + "EXAMPLES:\n"
        + lines.joined(separator: "\n"),
      version: version, subcommands: subcommands)
  }
}
