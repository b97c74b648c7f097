import Support
import Testing

/// What a clone does not have is neither absent nor broken: nothing is known of it, and nothing passes for it.
@Suite struct LackingScenarios {
  // MARK: - Policy

  /// The base's policy is pinned by a commit of another branch; the change brings a policy of its own.
  private static let pinned =
    CIScenarios.topic + """
      git clone -q "file://$ROOT/hub" ../p 2>/dev/null
      (cd ../p; git checkout -q --orphan policy; git rm -rfq .
        printf 'version: 1\\nrules:\\n  commit/message: error\\n' > strict.yml
        git add .; git commit -q -m policy; git push -q origin policy 2>/dev/null)
      git fetch -q origin; id=$(git rev-parse origin/policy); git checkout -q main
      printf "version: 1\\nextends: $id:strict.yml\\n" > .guard.yml; git add .guard.yml
      git commit -q --no-verify -m pinned; git push -q --no-verify origin main 2>/dev/null
      git checkout -q topic; echo 'version: 1' > .guard.yml; git add .guard.yml
      git commit -q --no-verify -m 'My own'; git push -q origin topic 2>/dev/null
      git -C ../hub config uploadpack.allowFilter true

      """

  @Test(arguments: ["--depth 1", "--single-branch", "--filter=blob:none --single-branch"])
  func `a policy that is pinned by a commit which is not here is fetched`(options: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      "4\nexit 1\nguard: 4 errors, 0 warnings in 4 commits\nthe same\n",
      Self.pinned + """
        clone \(options) -b topic; git for-each-ref | grep -v refs/notes/guard > ../before; ci > ../all
        grep -c 'commit/message' ../all; sed -n '1p;$p' ../all
        git for-each-ref | grep -v refs/notes/guard | cmp - ../before && echo the same
        """)
  }

  @Test(arguments: [
    (
      "--single-branch", "the commit PIN is not in this clone, and nothing is fetched",
      "with: { fetch-depth: 0 } at the step actions/checkout"
    ),
    (
      "--filter=blob:none", "this partial clone does not have its object OBJECT",
      "clone without --filter"
    ),
  ])
  func `a policy that is not here lets nothing pass`(options: String, why: String, mend: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 2
      guard: error: the policy of what was there before is not here: .guard.yml: \(why)
          fix: \(mend)

      """,
      Self.pinned + """
        clone \(options) -b topic; git fetch -q origin +main:refs/remotes/origin/main
        event; GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH=../event.json \
          guard ci --no-remote --no-fetch > ../said 2>&1; echo "exit $?"
        sed "s/$id/PIN/; s/[0-9a-f]\\{40\\}/OBJECT/; s/.guard.yml:[0-9]*:/.guard.yml:/" ../said
        """)
  }
}
