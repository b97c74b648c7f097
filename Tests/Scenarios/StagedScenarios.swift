import Testing

/// What is staged differs from the work tree: only what is about to be committed counts, and guard says what of the
/// work tree would mend it.
@Suite struct StagedCommitScenarios {
  /// A change that makes the tree incoherent, the files it touches, and the rules that see it.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: String
    let rules: String

    init(_ name: String, _ script: String, _ rules: String) {
      testDescription = name
      self.script = script
      self.rules = rules
    }
  }

  static let changes = [
    Change("params", "stale", "lock/params"),
    Change("a parameter taken out", "sed -i /^lr/d params.yaml", "lock/params"),
    Change("params of another kind", "sed -i 's/^lr.*/lr: [1]/' params.yaml", "lock/params"),
    Change("the code of a stage", "echo '# more' >> train.py", "lock/deps"),
    Change("dvc.yaml, a command", "sed -i 's/python train/python -O train/' dvc.yaml", "lock/command"),
    Change("dvc.yaml, a parameter more", "sed -i 's/^    - lr/&\\n    - seed/' dvc.yaml", "lock/missing"),
    Change(
      "dvc.yaml, a dependency more", "sed -i 's/^    - train.py/&\\n    - params.yaml/' dvc.yaml",
      "lock/missing"),
    Change(
      "dvc.yaml, a stage more", "printf '  e:\\n    cmd: x\\n    deps: [train.py]\\n' >> dvc.yaml",
      "lock/missing"),
    Change("dvc.yaml that is no YAML", "echo '  - x: [' >> dvc.yaml", "lock/unreadable"),
    Change(
      "the lock, a hash", "sed -i 's/md5: ..../md5: 0000/' dvc.lock", "data/modified lock/deps lock/outs"),
    Change("the lock taken out", "rm dvc.lock", "lock/missing"),
    Change(
      "the lock, conflict markers", "printf '<<<<<<< a\\n=======\\n>>>>>>> b\\n' >> dvc.lock",
      "lock/unreadable"),
    Change(
      "params, conflict markers", "printf '<<<<<<< a\\n=======\\n>>>>>>> b\\n' >> params.yaml",
      "lock/unreadable"),
    Change("a .dvc file", "echo 3,4 >> data/raw.csv; add data/raw.csv", "data/modified lock/deps"),
    Change("a .dvc file that is no YAML", "echo '}' >> data/raw.csv.dvc", "lock/unreadable"),
    Change("metrics", "echo '{}' > metrics.json", "lock/outs"),
    Change("metrics taken out", "git rm -q --cached metrics.json; rm metrics.json", "lock/outs"),
  ]

  @Test(arguments: changes)
  func `what is staged is judged, whatever the work tree has`(change: Change) throws {
    let box = try CommitSandbox()
    // The change is staged and the work tree is as before: the same verdict as with the change in both.
    try box.expect(
      "stopped \(change.rules)\n",
      "cp -r . ../clean; \(change.script); git add -A; cp ../clean/data/*.csv data/; commit git commit -qm x")
  }

  @Test(arguments: changes)
  func `what is only in the work tree does not stop a commit`(change: Change) throws {
    let box = try CommitSandbox()
    try box.expect(
      "passed\n",
      """
      echo more >> docs/page.md; git add docs; cp .git/index ../index; \(change.script)
      cp ../index .git/index; printf 'a,b\\n1,2\\n' > data/raw.csv; commit git commit -qm x
      """)
  }

  @Test func `a new dependency that DVC holds and the lock lacks stops a commit, wherever its content is`()
    throws
  {
    try CommitSandbox().expect(
      "stopped lock/missing\n",
      """
      echo 5 > data/new.csv; add data/new.csv; echo /new.csv >> data/.gitignore
      sed -i 's#^    - train.py#&\\n    - data/new.csv#' dvc.yaml; git add -A; commit git commit -qm x
      """)
  }

  @Test func `ignored files of another user's are not looked for beside one's own`() throws {
    try CommitSandbox().expect(
      "stopped data/left-behind\n",
      """
      mkdir ../homeroot; echo '*.dvc' > ../homeroot/x; git config core.excludesFile '~root/x'
      echo 5 > data/new.csv; add data/new.csv; echo /new.csv >> data/.gitignore; git add data/.gitignore
      commit git commit -qm x
      """)
  }

  @Test func `a pointer that the commit deletes is named, and the command brings it back`() throws {
    try CommitSandbox().expect(
      """
      stopped lock/deps
      git restore --staged --worktree data/raw.csv.dvc
      passed

      """,
      """
      git rm -q data/raw.csv.dvc; echo more >> docs/page.md; git add -A; commit git commit -qm x
      fix=$(sed -n 's/^    fix: //p' ../said); echo "$fix"; $fix
      commit git commit -qm x
      """)
  }

  /// Each with the code of a stage staged, whose parameters are another file here than in Git, or none.
  @Test(arguments: [
    "git sparse-checkout set --no-cone '/*' '!/params.yaml'",
    "git sparse-checkout set --sparse-index docs",
    "git update-index --skip-worktree params.yaml; stale",
    "git update-index --skip-worktree params.yaml; rm params.yaml",
    "git update-index --assume-unchanged params.yaml; stale",
  ])
  func `what Git does not show as changed was not left behind`(scene: String) throws {
    try CommitSandbox().expect(
      """
      passed lock/deps

      """,
      """
      git update-index -q --refresh; \(scene)
      echo '# more' >> train.py; git add train.py; export GUARD_PROFILE=ci; commit git commit -qm x
      """)
  }
}
