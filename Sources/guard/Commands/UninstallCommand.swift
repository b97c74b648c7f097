import ArgumentParser
import Hooks
import Platform

/// `guard uninstall`.
struct UninstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall",
    abstract: "Take guard's hooks and its merge driver out, and bring back what was there, byte for byte.",
    examples: [
      "What would be done:":
        "guard uninstall --dry-run",
      "Bring back the hooks that were there before guard:":
        "guard uninstall",
    ])

  @OptionGroup var hooks: HookOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      do {
        let site = try HookSite(around: surroundings)
        let plan = UninstallPlanner.plan(hooks.names, in: try HooksFolder(of: site))
        var report = HookReport(.uninstall, plan, isDryRun: hooks.dryRun)
        report.mergeDriver = hooks.names.isEmpty ? .uninstalling(site) : nil
        if !hooks.dryRun {
          try Applier.apply(plan.steps)
          if let driver = report.mergeDriver { try HookSite.apply(driver, around: surroundings) }
        }
        try Answer.write(report.description)
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
