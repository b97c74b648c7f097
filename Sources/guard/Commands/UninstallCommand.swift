import ArgumentParser
import Hooks
import Platform

/// `guard uninstall`.
struct UninstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall",
    abstract: "Take guard's hooks out, and bring back what was there, byte for byte.")

  @OptionGroup var global: GlobalOptions

  @Option(
    name: .customLong("hook"), help: ArgumentHelp("A hook to take out; all without it.", valueName: "name"))
  var hooks: [String] = []
  @Flag(help: "Print what would be done, and change nothing.")
  var dryRun = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      do {
        let folder = try HooksFolder(of: try HookSite(around: surroundings))
        let plan = UninstallPlanner.plan(hooks.map { Array($0.utf8) }, in: folder)
        if !dryRun { try Applier.apply(plan.steps) }
        try StandardStream.output.write(HookReport(.uninstall, plan, isDryRun: dryRun).description)
        return .pass
      } catch {
        throw Failure(installing: error)
      }
    }
  }
}
