import ArgumentParser

/// The options that every command takes. The root of the command line has them too, so they may stand before
/// the verb, as `git -C` does: ArgumentParser hands a group that it has read to the commands below.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("directory")],
    help: ArgumentHelp(
      "Run as if started in this directory. When given again, it is seen from the one before.",
      valueName: "directory"), completion: .directory)
  var directories: [String] = []

  @Flag(name: [.short, .long], help: "Say more on standard error: how Git is read, what caches do.")
  var verbose = false

  @Flag(help: "Show no progress.")
  var noProgress = false
}
