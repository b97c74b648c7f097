import ArgumentParser

/// The options of `guard status` that ask a remote.
struct CloudOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Compare DVC's cache with a remote, as dvc status --cloud does.")
  var cloud = false
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Ask this DVC remote, not the default one; --cloud is meant.", valueName: "name"),
    completion: .dataRemote)
  var remote: String?
  @Flag(name: [.customShort("a"), .long], help: "With --cloud: also what all branches use.")
  var allBranches = false
  @Flag(name: [.customShort("T"), .long], help: "With --cloud: also what all tags use.")
  var allTags = false
  @Flag(name: [.customShort("A"), .long], help: "With --cloud: also what all commits use.")
  var allCommits = false
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("With --cloud: how many questions are asked at once.", valueName: "number"))
  var jobs: Int?

  /// Whether a remote is to be asked. To DVC an empty name is none.
  var isMeant: Bool { cloud || remote.map { !$0.isEmpty } ?? false }

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more") }
    guard !isMeant else { return }
    let meaningless = [
      ("--all-branches", allBranches), ("--all-tags", allTags), ("--all-commits", allCommits),
      ("--jobs", jobs != nil),
    ].filter(\.1).map(\.0)
    guard meaningless.isEmpty else {
      throw ValidationError("without --cloud these mean nothing: \(meaningless.joined(separator: ", "))")
    }
  }
}
