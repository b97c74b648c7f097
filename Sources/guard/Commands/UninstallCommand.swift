import ArgumentParser
import Hooks
import Platform

/// `guard uninstall`.
struct UninstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall",
    abstract: "Take guard's hooks out, and bring back what was there, byte for byte.")

  @OptionGroup var hooks: HookOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      do {
        let folder = try HooksFolder(of: try HookSite(around: surroundings))
        let plan = UninstallPlanner.plan(hooks.names, in: folder)
        if !hooks.dryRun { try Applier.apply(plan.steps) }
        try Answer.write(HookReport(.uninstall, plan, isDryRun: hooks.dryRun).description)
        guard plan.edited.isEmpty else {
          let files = plan.edited.joined(separator: ", ")
          throw Failure("still in place, because it was changed by hand: \(files)")
        }
        return .pass
      } catch {
        throw Failure(installing: error)
      }
    }
  }
}
