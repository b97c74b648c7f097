/// A CI system that says in its jobs' environment what they are about.
public enum CISystem: String, Hashable, Sendable, CaseIterable {
  case gitHub = "GitHub Actions"
  case gitLab = "GitLab CI"
  case bitbucket = "Bitbucket Pipelines"
  case azure = "Azure Pipelines"
  case jenkins = "Jenkins"
  case circleCI = "CircleCI"
  case buildkite = "Buildkite"

  /// How a job gets the whole history, for a person who writes one.
  public var wholeHistory: String {
    switch self {
    case .gitHub: "with: { fetch-depth: 0 } at the step actions/checkout"
    case .gitLab: "variables: { GIT_DEPTH: \"0\" } at the job"
    case .bitbucket: "clone: { depth: full } at the step"
    case .azure: "fetchDepth: 0 at the step checkout: self"
    case .jenkins: "turn 'Shallow clone' off in the job's Git settings"
    case .circleCI: "git fetch --unshallow after the step checkout"
    case .buildkite: "BUILDKITE_GIT_CLONE_FLAGS without --depth in the agent's environment"
    }
  }
}
