import ArgumentParser
import Policy
import Values

/// Which rules are applied, and how.
struct RuleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Apply only these rules: ids, or lock/* for a group, with commas between them.", valueName: "rule"),
    completion: .rules)
  var only: [String] = []
  @Option(help: ArgumentHelp("Leave these rules out.", valueName: "rule"), completion: .rules)
  var skip: [String] = []
  @Option(
    help: ArgumentHelp("A policy file in place of .guard.yml.", valueName: "file"),
    completion: .file(extensions: ["yml", "yaml"]))
  var config: String?
  @Option(
    help: ArgumentHelp(
      "The branch whose part of the policy counts, in place of the one that is checked out or that CI names.",
      valueName: "name"))
  var branch: String?
  @Flag(help: "Take warnings for errors.")
  var strict = false

  func validate() throws {
    _ = try rules(only, "--only")
    _ = try rules(skip, "--skip")
  }

  /// Sets what a check applies.
  func set(_ check: inout CheckRun) throws(Failure) {
    do {
      check.only = try rules(only, "--only")
      check.skip = try rules(skip, "--skip")
    } catch { throw Failure("\(error)", status: .usage) }
    check.isStrict = strict
    check.policyFile = config
    check.branches = branch.map { [Text($0)] }
  }

  private func rules(_ lists: [String], _ option: String) throws -> Set<RuleID> {
    var ids: Set<RuleID> = []
    for name in lists.flatMap({ Text($0).split(separator: UInt8(ascii: ",")) }) where !name.isEmpty {
      let rules = Rule.matching(name)
      guard !rules.isEmpty else {
        let hint = Rule.nearest(to: name).map { ": did you mean '\($0)'?" } ?? ""
        throw ValidationError("\(option): unknown rule '\(name)'\(hint)")
      }
      ids.formUnion(rules.map(\.id))
    }
    return ids
  }
}
