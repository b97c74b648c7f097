import Testing

@testable import CI

@Suite struct ProposedChangeTests {
  private func change(_ environment: [String: String], event: String? = nil) throws -> ProposedChange? {
    try ProposedChange(
      environment: { environment[$0] }, file: { $0 == "event.json" ? event.map { Array($0.utf8) } : nil })
  }

  private func gitHub(_ event: String, _ more: [String: String] = [:]) throws -> ProposedChange? {
    let environment = ["GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "event.json"]
    return try change(environment.merging(more) { $1 }, event: event)
  }

  @Test func outsideOfCINothingIsKnown() throws {
    #expect(try change([:]) == nil)
    #expect(try change(["CI": "true", "GITHUB_ACTIONS": "", "GITLAB_CI": ""]) == nil)
  }

  // MARK: - GitHub

  @Test func aPullRequestOfGitHubs() throws {
    let event = """
      {"number": 7, "pull_request": {"base": {"ref": "main", "sha": "aa11"}, "head": {"ref": "topic", "sha": "bb22"}}}
      """
    let expected = ProposedChange(
      .gitHub, .pullRequest, base: .commit("aa11", orBranch: "main"), head: "bb22")
    #expect(try gitHub(event, ["GITHUB_EVENT_NAME": "pull_request"]) == expected)
    #expect(try gitHub(event, ["GITHUB_EVENT_NAME": "pull_request_target"]) == expected)
  }

  @Test func aMergeQueueOfGitHubs() throws {
    let event = """
      {"merge_group": {"base_sha": "aa11", "base_ref": "refs/heads/main", "head_sha": "bb22", "head_ref": "refs/heads/q"}}
      """
    #expect(
      try gitHub(event, ["GITHUB_EVENT_NAME": "merge_group"])
        == ProposedChange(.gitHub, .mergeQueue, base: .commit("aa11", orBranch: "main"), head: "bb22"))
  }

  @Test func aPushToGitHub() throws {
    let zeros = String(repeating: "0", count: 40)
    func event(_ before: String) -> String {
      """
      {"before": "\(before)", "after": "bb22", "repository": {"default_branch": "main"}}
      """
    }
    let push = { ["GITHUB_EVENT_NAME": "push", "GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": $0] }
    #expect(
      try gitHub(event("aa11"), push("main"))
        == ProposedChange(.gitHub, .push, base: .commit("aa11", orBranch: nil), head: "bb22"))
    #expect(
      try gitHub(event("aa11"), push("topic"))
        == ProposedChange(.gitHub, .push, base: .commit("aa11", orBranch: "main"), head: "bb22"))
    #expect(
      try gitHub(event(zeros), push("topic"))
        == ProposedChange(.gitHub, .push, base: .branch("main"), head: "bb22"))
    #expect(
      try gitHub(event(zeros), push("main")) == ProposedChange(.gitHub, .push, base: .parents, head: "bb22"))
    #expect(
      try gitHub(
        event(zeros), ["GITHUB_EVENT_NAME": "push", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"])
        == ProposedChange(.gitHub, .tag, base: .parents))
  }

  @Test func otherEventsOfGitHubAreAboutWhatIsCheckedOut() throws {
    #expect(
      try gitHub("{\"schedule\": \"5 4 * * *\"}", ["GITHUB_EVENT_NAME": "schedule"])
        == ProposedChange(.gitHub, .branch, base: .parents))
  }

  @Test func anEventThatCannotBeReadIsAnError() throws {
    #expect(throws: CIError.self) { try change(["GITHUB_ACTIONS": "true"]) }
    #expect(throws: CIError.self) { try gitHub("[1]") }
    #expect(throws: CIError.self) { try gitHub("{\"pull_request\": {\"base\": {}}}") }
  }

  // MARK: - The others

  @Test(arguments: [
    (
      [
        "GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "aa11", "CI_COMMIT_SHA": "bb22",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_COMMIT_BEFORE_SHA": String(repeating: "0", count: 40),
      ],
      ProposedChange(.gitLab, .pullRequest, base: .branch("main"), head: "bb22")
    ),
    (
      [
        "GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "aa11", "CI_COMMIT_SHA": "bb22",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "cc33", "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train",
      ],
      ProposedChange(.gitLab, .mergeQueue, base: .commit("cc33", orBranch: nil), head: "bb22")
    ),
    (
      [
        "GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": "aa11",
        "CI_COMMIT_SHA": "bb22", "CI_COMMIT_BRANCH": "topic", "CI_DEFAULT_BRANCH": "main",
      ],
      ProposedChange(.gitLab, .push, base: .commit("aa11", orBranch: "main"), head: "bb22")
    ),
    (
      [
        "GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "web", "CI_COMMIT_SHA": "bb22",
        "CI_COMMIT_BEFORE_SHA": "aa11", "CI_COMMIT_BRANCH": "topic", "CI_DEFAULT_BRANCH": "main",
      ],
      ProposedChange(.gitLab, .push, base: .branch("main"), head: "bb22")
    ),
    (
      ["GITLAB_CI": "true", "CI_COMMIT_TAG": "v1", "CI_COMMIT_SHA": "bb22"],
      ProposedChange(.gitLab, .tag, base: .parents, head: "bb22")
    ),
    (
      [
        "BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_PR_DESTINATION_COMMIT": "aa11aa11aa11",
        "BITBUCKET_PR_DESTINATION_BRANCH": "main",
      ],
      ProposedChange(.bitbucket, .pullRequest, base: .commit("aa11aa11aa11", orBranch: "main"))
    ),
    (
      ["BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_BRANCH": "topic"],
      ProposedChange(.bitbucket, .push, base: .defaultBranch)
    ),
    (
      [
        "TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": "bb22",
      ],
      ProposedChange(.azure, .pullRequest, base: .branch("main"), head: "bb22")
    ),
    (
      ["TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/tags/v1"], ProposedChange(.azure, .tag, base: .parents)
    ),
    (
      ["TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/heads/topic"],
      ProposedChange(.azure, .push, base: .defaultBranch)
    ),
    (
      ["JENKINS_URL": "http://ci/", "CHANGE_ID": "4", "CHANGE_TARGET": "main"],
      ProposedChange(.jenkins, .pullRequest, base: .branch("main"))
    ),
    (
      ["JENKINS_URL": "http://ci/", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": "aa11", "GIT_BRANCH": "origin/main"],
      ProposedChange(.jenkins, .push, base: .commit("aa11", orBranch: nil))
    ),
    (
      ["CIRCLECI": "true", "CIRCLE_BRANCH": "topic", "CIRCLE_SHA1": "bb22"],
      ProposedChange(.circleCI, .push, base: .defaultBranch, head: "bb22")
    ),
    (
      ["BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "12", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"],
      ProposedChange(.buildkite, .pullRequest, base: .branch("main"))
    ),
    (
      [
        "BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_BRANCH": "main",
        "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main",
      ],
      ProposedChange(.buildkite, .push, base: .parents)
    ),
  ])
  func whatSystemsSay(environment: [String: String], expected: ProposedChange) throws {
    #expect(try change(environment) == expected)
  }
}

@Suite struct ProposedBranchTests {
  private func branch(_ values: [String: String], event: String? = nil) throws -> String? {
    try ProposedChange(environment: { values[$0] }, file: { _ in event.map { Array($0.utf8) } })?
      .branch { values[$0] }
  }

  @Test(arguments: [
    (
      ["BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_BRANCH": "a", "BITBUCKET_PR_DESTINATION_BRANCH": "main"],
      "main"
    ),
    (["BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_BRANCH": "a"], "a"),
    (["TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/heads/a/b"], "a/b"),
    (["TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/tags/v1"], nil),
    (["JENKINS_URL": "http://ci/", "GIT_BRANCH": "origin/a"], "a"),
    (["GITLAB_CI": "true", "CI_COMMIT_BRANCH": "a"], "a"),
    (["CIRCLECI": "true", "CIRCLE_BRANCH": "a"], "a"),
    (["BUILDKITE": "true", "BUILDKITE_BRANCH": "a"], "a"),
  ])
  func theBranchIsTheOneThatTheChangeIsFor(values: [String: String], expected: String?) throws {
    #expect(try branch(values) == expected)
  }

  @Test func gitHubNamesItInTheEventOrInAVariable() throws {
    let values = [
      "GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "e", "GITHUB_EVENT_NAME": "push", "GITHUB_REF_NAME": "a",
    ]
    let request = #"{"pull_request": {"base": {"sha": "aa11", "ref": "main"}, "head": {"sha": "bb22"}}}"#
    #expect(try branch(values, event: request) == "main")
    #expect(try branch(values, event: #"{"after": "bb22"}"#) == "a")
  }
}
