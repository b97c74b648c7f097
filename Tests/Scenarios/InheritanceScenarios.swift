import Testing

/// What a commit introduces and what it inherits, and what lets it through all the same.
@Suite struct InheritedCommitScenarios {
  /// A parent whose lock is stale.
  private static let past = "stale; git commit -qam past --no-verify; "

  @Test func `what was stale before is one line, and does not stop a commit`() throws {
    try CommitSandbox().expect(
      """
      passed
      1 finding inherited from before
      guard: 0 errors, 0 warnings in what is staged

      """,
      Self.past + "echo more >> docs/page.md; commit git commit -qam x; sed 's/ (.*//' ../said")
  }

  @Test func `what is new beside what was stale before stops a commit`() throws {
    try CommitSandbox().expect(
      "stopped lock/deps\n1 finding inherited from before\n",
      Self.past + "echo '# more' >> train.py; commit git commit -qam x; sed -n 's/ (guard check.*//p' ../said"
    )
  }

  @Test(arguments: [
    (past, "sed -i 's/^lr: .*/lr: 3/' params.yaml", "lock/params"),
    (
      "echo '# 1' >> train.py; git commit -qam past --no-verify; ", "echo '# 2' >> train.py", "lock/deps"
    ),
    (
      "sed -i 's/python train/python -O train/' dvc.yaml; git commit -qam past --no-verify; ",
      "sed -i 's/python -O/python -OO/' dvc.yaml", "lock/command"
    ),
    (past, "sed -i 's/^        lr: .*/        lr: 7/' dvc.lock", "lock/params"),
  ])
  func `what was stale before and is changed again stops a commit, which says why`(
    past: String, change: String, rule: String
  ) throws {
    try CommitSandbox().expect(
      "stopped \(rule)\n1\n",
      past + """
        \(change); commit git commit -qam x; grep -c '(was so before; this commit changes it again)' ../said
        """)
  }

  @Test func `code of a stage that was never run may be edited before it is run`() throws {
    try CommitSandbox().expect(
      "passed\n1 finding inherited from before\n",
      """
      printf '  e:\\n    cmd: x\\n    deps: [e.py]\\n' >> dvc.yaml; echo 1 > e.py; git add -A
      git commit -qm past --no-verify; echo 2 > e.py; commit git commit -qam x; sed -n 's/ (guard check.*//p' ../said
      """)
  }

  @Test func `an amended commit that changes a stale place again is stopped`() throws {
    try CommitSandbox().expect(
      "stopped lock/params\n",
      Self.past + "sed -i 's/^lr: .*/lr: 3/' params.yaml; commit git commit -qa --amend --no-edit")
  }

  @Test func `a merge that takes the stale value of one side inherits it`() throws {
    try CommitSandbox().expect(
      "passed\nstopped lock/params\n",
      Self.past + """
        git checkout -qb side HEAD~; sed -i 's/^lr: .*/lr: 3/' params.yaml; git commit -qam side --no-verify
        git checkout -q main; git merge -q side -m m >/dev/null 2>&1; git checkout -q --ours params.yaml; git add -A
        commit git commit -qm m; git reset -q --hard HEAD~; git merge -q side -m m >/dev/null 2>&1
        git checkout -q --ours params.yaml; sed -i 's/^lr: .*/lr: 4/' params.yaml; git add -A; commit git commit -qm m
        """)
  }

  @Test func `a lock that goes stale again after its mend stops a commit`() throws {
    try CommitSandbox().expect(
      "passed\nstopped lock/params\n",
      Self.past + """
        repro; commit git commit -qam mend; sed -i 's/^lr: .*/lr: 5/' params.yaml; commit git commit -qam x
        """)
  }

  /// Git tells a hook nothing of `--amend`: what is replaced looks like the parent. The commit itself is judged
  /// beside its real parent.
  @Test func `an amended commit inherits from what it replaces, until it is judged as a commit`() throws {
    try CommitSandbox().expect(
      "passed\n1 finding inherited from before\n1 error\n",
      Self.past + """
        echo more >> docs/page.md; git add -A; commit git commit -q --amend --no-edit; sed -n 's/ (guard check.*//p' ../said
        guard check --rev HEAD | sed -n 's/guard: \\(.*\\), .*/\\1/p'
        """)
  }

  @Test func `policy makes what is inherited count`() throws {
    try CommitSandbox().expect(
      "stopped lock/params\n",
      Self.past + """
        printf 'version: 1\\ninherited: error\\n' > .guard.yml; git add -A; commit git commit -qm x
        """)
  }

  @Test func `GUARD_SKIP waives a rule, and the output shows it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "passed\n1\n",
      "stale; GUARD_SKIP=lock/params commit git commit -qam x; grep -c waived ../said")
    try box.expect(
      "stopped lock/outs\n",
      "echo '{}' > metrics.json; GUARD_SKIP=lock/params commit git commit -qam x")
  }

  @Test func `what a stopped commit tells of GUARD_SKIP lets it through`() throws {
    try CommitSandbox().expect(
      "stopped lock/outs lock/params\nGUARD_SKIP=lock/outs,lock/params git commit …\npassed\n",
      """
      stale; echo '{}' > metrics.json; git add -A; commit git commit -qm x
      line=$(sed -n 's/^to commit all the same: //p' ../said); echo "$line"
      skip() { eval "${line%…} -qm x"; }; commit skip
      """)
  }

  @Test func `GUARD_SKIP with a rule that does not exist stops the commit and names the nearest`() throws {
    try CommitSandbox().expect(
      "stopped\nguard: error: GUARD_SKIP: unknown rule 'lock/param': did you mean 'lock/params'?\n",
      "stale; GUARD_SKIP=lock/param commit git commit -qam x; cat ../said")
  }

  @Test func `a rule is off where the policy that is staged says so`() throws {
    let box = try CommitSandbox()
    let policy = "printf 'version: 1\\nrules:\\n  lock/params: off\\n' > .guard.yml; "
    try box.expect("stopped lock/params\n", policy + "stale; commit git commit -qam x")
    try box.expect("passed\n", "git add .guard.yml; commit git commit -qam x; cat ../said")
  }

  @Test func `a policy with an error stops the commit and says where`() throws {
    try CommitSandbox().expect(
      "stopped\nguard: error: .guard.yml:3: unknown rule 'lock/parms': did you mean 'lock/params'?\n",
      """
      printf 'version: 1\\nrules:\\n  lock/parms: off\\n' > .guard.yml; git add -A
      commit git commit -qm x; cat ../said
      """)
  }

  @Test func `a waiver in the file that is staged lets the finding through until its day`() throws {
    let box = try CommitSandbox()
    let waiver =
      "printf -- '- rule: lock/params\\n  path: params.yaml\\n  reason: tuning\\n  expires: %s\\n' "
    try box.expect(
      "stopped lock/params\n",
      "stale; \(waiver) 2020-01-01 > .guard-waivers.yml; git add -A; commit git commit -qm x")
    try box.expect(
      "passed\n", "\(waiver) 2999-01-01 > .guard-waivers.yml; git add -A; commit git commit -qm x")
  }
}
