import ParameterFiles
import Values

extension ProposedChange {
  /// What the environment of a job says; `nil` where no CI system is known from it.
  /// - Parameters:
  ///   - environment: the value of a variable.
  ///   - file: the bytes of a file; `nil` when it cannot be read.
  /// - Throws: ``CIError`` where a system is known and does not say what it must.
  public init?(
    environment: @escaping (String) -> String?, file: @escaping (String) -> [UInt8]?
  ) throws(CIError) {
    let job = Job(value: { environment($0).flatMap { $0.isEmpty ? nil : $0 } }, file: file)
    guard let system = CISystem.allCases.first(where: { job.isOf($0) }) else { return nil }
    self =
      switch system {
      case .gitHub: try job.gitHub()
      case .gitLab: job.gitLab()
      case .bitbucket: job.bitbucket()
      case .azure: job.azure()
      case .jenkins: job.jenkins()
      case .circleCI: job.circleCI()
      case .buildkite: job.buildkite()
      }
  }
}

/// The environment of a job.
private struct Job {
  let value: (String) -> String?
  let file: (String) -> [UInt8]?

  func isOf(_ system: CISystem) -> Bool {
    switch system {
    case .gitHub: value("GITHUB_ACTIONS") == "true"
    case .gitLab: value("GITLAB_CI") != nil
    case .bitbucket: value("BITBUCKET_BUILD_NUMBER") != nil
    case .azure: value("TF_BUILD") != nil
    case .jenkins: value("JENKINS_URL") != nil
    case .circleCI: value("CIRCLECI") != nil
    case .buildkite: value("BUILDKITE") != nil
    }
  }

  /// A commit, unless it is the one of forty zeros that stands for none.
  private func commit(_ id: String?) -> String? {
    id.flatMap { id in id.allSatisfy { $0 == "0" } ? nil : id }
  }

  private func branch(_ name: String?) -> String? {
    guard let name else { return nil }
    return name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : name
  }

  /// A push of a branch that nobody says the former commit of: it starts at the default branch, unless it is that.
  private func push(_ system: CISystem, of branch: String?, besides main: String?, head: String? = nil)
    -> ProposedChange
  {
    guard let branch else { return ProposedChange(system, .branch, base: .parents, head: head) }
    guard let main else { return ProposedChange(system, .push, base: .defaultBranch, head: head) }
    return ProposedChange(system, .push, base: main == branch ? .parents : .branch(main), head: head)
  }

  // MARK: - The systems

  /// GitHub's events (docs.github.com, "Events that trigger workflows" and "Webhook events and payloads").
  func gitHub() throws(CIError) -> ProposedChange {
    guard let path = value("GITHUB_EVENT_PATH"), let event = file(path).flatMap(JSONObject.init) else {
      throw CIError(description: "GITHUB_EVENT_PATH names no readable event of GitHub's")
    }
    if let request = event.object("pull_request") {
      guard let base = request.object("base"), let from = base["sha"],
        let head = request.object("head")?["sha"]
      else { throw CIError(description: "the event of the pull request names no base and head") }
      let change = ProposedChange.Base.commit(from, orBranch: base["ref"])
      return ProposedChange(.gitHub, .pullRequest, base: change, head: head)
    }
    if let group = event.object("merge_group"), let from = group["base_sha"], let head = group["head_sha"] {
      let change = ProposedChange.Base.commit(from, orBranch: branch(group["base_ref"]))
      return ProposedChange(.gitHub, .mergeQueue, base: change, head: head)
    }
    if value("GITHUB_REF_TYPE") == "tag" { return ProposedChange(.gitHub, .tag, base: .parents) }
    guard value("GITHUB_EVENT_NAME") == "push" else {
      return ProposedChange(.gitHub, .branch, base: .parents)
    }
    let head = commit(event["after"])
    let main = event.object("repository")?["default_branch"]
    guard let before = commit(event["before"]) else {
      return push(.gitHub, of: value("GITHUB_REF_NAME"), besides: main, head: head)
    }
    // What a forced push threw away may be gone: then it starts where a new branch does.
    let other = main == value("GITHUB_REF_NAME") ? nil : main
    return ProposedChange(.gitHub, .push, base: .commit(before, orBranch: other), head: head)
  }

  /// GitLab's predefined variables (docs.gitlab.com, "Predefined CI/CD variables reference").
  func gitLab() -> ProposedChange {
    let head = value("CI_COMMIT_SHA")
    let target = value("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    let isTrain = value("CI_MERGE_REQUEST_EVENT_TYPE") == "merge_train"
    let kind = isTrain ? ProposedChange.Kind.mergeQueue : .pullRequest
    if let tip = commit(value("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")) {
      return ProposedChange(.gitLab, kind, base: .commit(tip, orBranch: target), head: head)
    }
    // Where the branches parted its author chooses, so that the policy of that commit is not the target's.
    if let target { return ProposedChange(.gitLab, kind, base: .branch(target), head: head) }
    if value("CI_COMMIT_TAG") != nil { return ProposedChange(.gitLab, .tag, base: .parents, head: head) }
    let (branch, main) = (value("CI_COMMIT_BRANCH"), value("CI_DEFAULT_BRANCH"))
    guard value("CI_PIPELINE_SOURCE") == "push", let before = commit(value("CI_COMMIT_BEFORE_SHA")) else {
      return push(.gitLab, of: branch, besides: main, head: head)
    }
    let change = ProposedChange.Base.commit(before, orBranch: main == branch ? nil : main)
    return ProposedChange(.gitLab, .push, base: change, head: head)
  }

  /// Bitbucket's variables (support.atlassian.com, "Variables and secrets"). It merges what a pull request leads to
  /// into what is checked out.
  func bitbucket() -> ProposedChange {
    if let base = value("BITBUCKET_PR_DESTINATION_COMMIT") {
      let change = ProposedChange.Base.commit(base, orBranch: value("BITBUCKET_PR_DESTINATION_BRANCH"))
      return ProposedChange(.bitbucket, .pullRequest, base: change)
    }
    if let target = value("BITBUCKET_PR_DESTINATION_BRANCH") {
      return ProposedChange(.bitbucket, .pullRequest, base: .branch(target))
    }
    if value("BITBUCKET_TAG") != nil { return ProposedChange(.bitbucket, .tag, base: .parents) }
    return push(.bitbucket, of: value("BITBUCKET_BRANCH"), besides: nil)
  }

  /// Azure's variables (learn.microsoft.com, "Use predefined variables").
  func azure() -> ProposedChange {
    if let target = branch(value("SYSTEM_PULLREQUEST_TARGETBRANCH")) {
      let head = value("SYSTEM_PULLREQUEST_SOURCECOMMITID")
      return ProposedChange(.azure, .pullRequest, base: .branch(target), head: head)
    }
    let source = value("BUILD_SOURCEBRANCH")
    if source?.hasPrefix("refs/tags/") == true { return ProposedChange(.azure, .tag, base: .parents) }
    return push(.azure, of: branch(source), besides: nil)
  }

  /// Jenkins' variables of multibranch jobs and of its Git plugin (plugins.jenkins.io, "Git").
  func jenkins() -> ProposedChange {
    if value("TAG_NAME") != nil { return ProposedChange(.jenkins, .tag, base: .parents) }
    if let target = value("CHANGE_TARGET") {
      return ProposedChange(.jenkins, .pullRequest, base: .branch(target))
    }
    if let before = commit(value("GIT_PREVIOUS_SUCCESSFUL_COMMIT")) {
      return ProposedChange(.jenkins, .push, base: .commit(before, orBranch: nil))
    }
    return push(.jenkins, of: value("BRANCH_NAME") ?? value("GIT_BRANCH"), besides: nil)
  }

  /// CircleCI's variables (circleci.com/docs, "Project values and variables"): it names no base.
  func circleCI() -> ProposedChange {
    if value("CIRCLE_TAG") != nil { return ProposedChange(.circleCI, .tag, base: .parents) }
    return push(.circleCI, of: value("CIRCLE_BRANCH"), besides: nil, head: value("CIRCLE_SHA1"))
  }

  /// Buildkite's variables (buildkite.com/docs, "Environment variables").
  func buildkite() -> ProposedChange {
    if value("BUILDKITE_TAG") != nil { return ProposedChange(.buildkite, .tag, base: .parents) }
    if let number = value("BUILDKITE_PULL_REQUEST"), number != "false",
      let target = value("BUILDKITE_PULL_REQUEST_BASE_BRANCH")
    {
      return ProposedChange(.buildkite, .pullRequest, base: .branch(target))
    }
    return push(
      .buildkite, of: value("BUILDKITE_BRANCH"), besides: value("BUILDKITE_PIPELINE_DEFAULT_BRANCH"))
  }
}
