import ArgumentParser

/// How remotes are asked for the data of commits.
struct RemoteOptions: ParsableArguments {
  @Flag(name: .customLong("no-cache"), help: "Ask for everything, also for what was there a while ago.")
  var noCache = false
  @Flag(
    help: "Compare sizes, too; of a remote that is a folder read every object and compare its hash.")
  var verify = false
  @Flag(help: "Take the files of a directory to be there when its list is, as dvc does.")
  var dvcCompat = false

  func validate() throws {
    guard !(verify && dvcCompat) else {
      throw ValidationError("--verify and --dvc-compat exclude each other")
    }
  }

  /// The options that are set, as they are written.
  var given: [String] {
    [("--no-cache", noCache), ("--verify", verify), ("--dvc-compat", dvcCompat)].filter(\.1).map(\.0)
  }

  /// What they come to.
  var options: PushCheck.Options {
    var options = PushCheck.Options()
    options.usesMemory = !noCache
    options.verifies = verify
    options.trustsLists = dvcCompat
    return options
  }
}
