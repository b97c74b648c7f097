import ArgumentParser
import Platform

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(name: [.customShort("C"), .customLong("directory")], help: "Run as if started in this directory.")
  var directory: String?

  @Flag(name: [.short, .long], help: "Say more on standard error: how Git is read, what caches do.")
  var verbose = false
}
