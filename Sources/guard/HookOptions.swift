import ArgumentParser

/// Which hooks `guard install` and `guard uninstall` are about, and whether anything is changed.
struct HookOptions: ParsableArguments {
  @Option(
    name: .customLong("hook"), help: ArgumentHelp("Only this hook; all without it.", valueName: "name"),
    completion: .hook)
  var hooks: [String] = []
  @Flag(help: "Print what would be done, and change nothing.")
  var dryRun = false

  /// The hooks that are named, as Git has their names.
  var names: [[UInt8]] { hooks.map { Array($0.utf8) } }
}
