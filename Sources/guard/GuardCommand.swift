import ArgumentParser
import Platform

/// The command line: parses, and hands over to a command.
@main
struct GuardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard",
    abstract: "Git hooks and a commit policy for machine-learning repositories that use DVC and MLflow.",
    version: "guard \(version)",
    subcommands: [
      InstallCommand.self, UninstallCommand.self, StatusCommand.self, CheckCommand.self, CICommand.self,
      ReceiveCommand.self,
      PushCommand.self,
      RecordCommand.self, ShowCommand.self, LogCommand.self, DiffCommand.self, VerifyCommand.self,
      ExportCommand.self, SyncCommand.self, ExecCommand.self, ReportCommand.self,
      RulesCommand.self, ExplainCommand.self, MergeDriverCommand.self, HookCommand.self,
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
