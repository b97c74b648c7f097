import ArgumentParser
import Hooks
import Platform
import Trees

/// `guard install`.
struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Put guard's hooks into this repository, keeping the hooks that are there.",
    discussion: """
      A hook that is there stays: it is called first, and its exit code counts. guard uninstall brings back \
      what was there, byte for byte.
      """,
    examples: [
      "What would be done:":
        "guard install --dry-run",
      "All hooks, and the merge driver for dvc.lock and .dvc files:":
        "guard install --merge-driver",
    ])

  @OptionGroup var hooks: HookOptions
  @Flag(help: "Also make guard Git's merge driver for dvc.lock and .dvc files: guard merge-driver.")
  var mergeDriver = false
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      do {
        let shims = try InstallPlanner.shims(named: hooks.names)
        let site = try HookSite(around: surroundings)
        let plan = try InstallPlanner.plan(shims, for: site, in: try HooksFolder(of: site))
        var report = HookReport(.install, plan, isDryRun: hooks.dryRun)
        report.mergeDriver = mergeDriver ? .installing(site) : nil
        if !hooks.dryRun {
          try Applier.apply(plan.steps)
          if let driver = report.mergeDriver { try HookSite.apply(driver, around: surroundings) }
        }
        report.warnings = try surroundings.repository().notesHazards.map(\.description)
        if let workTree = site.workTree {
          report.managers = HookManager.configured(by: try FileSystem.list(workTree).map(\.name))
          report.pipelines = try pipelines(surroundings)
          report.checkMilliseconds = hooks.dryRun ? nil : timeOfCheck(surroundings)
        }
        try Answer.write(report.description)
        return .pass
      } catch {
        throw Failure(installing: error)
      }
    }
  }

  /// How long the hook would take now. A repository that cannot be judged yet is no reason not to install.
  private func timeOfCheck(_ surroundings: Surroundings) -> Int? {
    let start = SystemClock.monotonicMilliseconds
    do throws(Failure) { _ = try CheckRun(surroundings).report(.staged) } catch {
      surroundings.note("the time of a check was not taken: \(error.message)")
      return nil
    }
    return Int(SystemClock.monotonicMilliseconds - start)
  }

  /// The DVC repositories of what is staged, and the one around the directory, which may be too new to be staged.
  /// One that guard cannot read yet is no reason not to install.
  private func pipelines(_ surroundings: Surroundings) throws(Failure) -> [String]? {
    do {
      let repository = try surroundings.repository()
      let staged = try surroundings.projectRoots(in: try repository.index())
      let here = try surroundings.projectRoot(in: repository).map { [$0] } ?? []
      return staged.map(Self.place)
        + here.filter { !staged.contains($0) }.map { "\(Self.place($0)) (not staged yet)" }
    } catch {
      surroundings.note("DVC was not looked for: \(error)")
      return nil
    }
  }

  private static func place(_ root: RepositoryPath) -> String {
    root.isRoot ? "in the root of the repository" : "in \(root)"
  }
}

extension Failure {
  /// What stopped `guard install` or `guard uninstall`.
  init(installing error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as HookError: self.init("\(error)", status: error.isUsage ? .usage : .notJudged)
    default: self.init("\(error)")
    }
  }
}
