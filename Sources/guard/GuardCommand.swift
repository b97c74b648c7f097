import ArgumentParser
import Platform

/// The command line: parses, and hands over to a command.
@main
struct GuardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard",
    abstract: "Git hooks and a commit policy for machine-learning repositories that use DVC and MLflow.",
    discussion: """
      Before each commit guard stops what does not fit together: code, parameters and data that are not the ones which \
      dvc.lock and the .dvc files tell. The exit code is 0 when the policy is kept, 1 when it is violated, 2 when it \
      could not be judged, and 64 when a command was not written as it has to be.
      """,
    version: "guard \(version)",
    subcommands: [
      InstallCommand.self, UninstallCommand.self, StatusCommand.self, CheckCommand.self, CICommand.self,
      ReceiveCommand.self,
      PushCommand.self,
      RecordCommand.self, ShowCommand.self, LogCommand.self, DiffCommand.self, VerifyCommand.self,
      ExportCommand.self, SyncCommand.self, ExecCommand.self, ReportCommand.self,
      RulesCommand.self, ExplainCommand.self, ConfigCommand.self, InitCommand.self, DoctorCommand.self,
      FixCommand.self,
      MergeDriverCommand.self,
      HookCommand.self,
    ],
    examples: [
      "Put the hooks into this repository:":
        "guard install",
      "Judge what is staged, else the files here and now:":
        "guard check",
      "What is this finding?":
        "guard explain lock/params",
    ])

  @OptionGroup var global: GlobalOptions

  /// The version of guard.
  static let version = "0.1.0"

  /// No verb was given. A script whose verb was lost must not go on as if something had been checked.
  func run() throws {
    guard CommandLine.arguments.count > 1 else { throw CleanExit.helpRequest(self) }
    throw ValidationError("a command is missing, such as check: see guard --help")
  }
}
