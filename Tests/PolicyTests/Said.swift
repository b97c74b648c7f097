@testable import Policy

/// What a rule says of what is staged, the last lines aside.
/// - Parameters:
///   - options: what policy sets for it beside its severity, from the comma on.
///   - policy: a policy in place of the one that turns the rule on as a warning.
func said(
  _ rule: RuleID, _ repository: Repository, after parent: Repository? = nil, options: String = "",
  policy: String = ""
) throws -> String {
  try said(rule, repository.staged(after: parent), options: options, policy: policy)
}

/// What a rule says of a subject, the last lines aside.
func said(_ rule: RuleID, _ subject: Subject, options: String = "", policy: String = "") throws -> String {
  let text = policy.isEmpty ? "rules: {\(rule): {severity: warn\(options)}}" : policy
  let policy = Policy([try PolicyLayer(file: ".guard.yml", bytes: Array(text.utf8))])
  return try subject.report(policy, only: [rule]).split(separator: "\n")
    .filter { !$0.hasPrefix("guard: ") && !$0.hasPrefix("to let it pass") }.joined(separator: "\n")
}
