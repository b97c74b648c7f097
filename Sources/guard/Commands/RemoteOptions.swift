import ArgumentParser

/// How remotes are asked for the data of commits.
struct RemoteOptions: ParsableArguments {
  @Flag(name: .customLong("no-cache"), help: "Ask for everything, also for what was there a while ago.")
  var noCache = false

  /// The options that are set, as they are written.
  var given: [String] { noCache ? ["--no-cache"] : [] }

  /// What they come to.
  var options: PushCheck.Options {
    var options = PushCheck.Options()
    options.usesMemory = !noCache
    return options
  }
}
