extension ProposedChange {
  /// The branch that the change is for: the one that a pull request is to be merged into, or that was pushed; `nil` for
  /// a tag, and where nobody says.
  /// - Parameter environment: the value of a variable.
  public func branch(environment: (String) -> String?) -> String? {
    switch kind {
    case .tag: return nil
    case .pullRequest, .mergeQueue:
      switch base {
      case .branch(let name), .commit(_, orBranch: let name?): return name
      case .commit, .defaultBranch, .parents: return nil
      }
    case .push, .branch:
      for variable in system.branchVariables {
        guard let name = environment(variable), !name.isEmpty else { continue }
        // Azure writes the whole reference, Jenkins' Git plugin the remote-tracking branch.
        for prefix in ["refs/heads/", "origin/"] where name.hasPrefix(prefix) {
          return String(name.dropFirst(prefix.count))
        }
        return name
      }
      return nil
    }
  }
}

extension CISystem {
  /// The variables that name the branch which was pushed, the best first.
  fileprivate var branchVariables: [String] {
    switch self {
    case .gitHub: ["GITHUB_REF_NAME"]
    case .gitLab: ["CI_COMMIT_BRANCH"]
    case .bitbucket: ["BITBUCKET_BRANCH"]
    case .azure: ["BUILD_SOURCEBRANCH"]
    case .jenkins: ["BRANCH_NAME", "GIT_LOCAL_BRANCH", "GIT_BRANCH"]
    case .circleCI: ["CIRCLE_BRANCH"]
    case .buildkite: ["BUILDKITE_BRANCH"]
    }
  }
}
