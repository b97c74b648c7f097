import Testing

/// Commits that Git makes of others. Git itself asks no `pre-commit` hook while it picks, reverts or rebases; it
/// does as soon as a person ends such a work with `git commit`.
@Suite struct MergeCommitScenarios {
  /// On `side` a stage `check` is new that reads `train.py`; on `main` `train.py` is another: each fits together, and
  /// both in one do not, though Git merges them without a conflict.
  private static let diverging = """
    git checkout -qb side; mkdir more; cat > more/dvc.yaml <<'END'
    stages:
      check:
        cmd: python check.py
        deps:
        - ../train.py
    END
    { echo "schema: '2.0'"; echo stages:; echo '  check:'; echo '    cmd: python check.py'; echo '    deps:'
      printf '    - path: ../train.py\\n      hash: md5\\n      md5: %s\\n      size: 9\\n' \
    "$(md5sum < train.py | cut -c1-32)"; } > more/dvc.lock
    git add -A; git commit -qm side; git checkout -q main; echo '# other' >> train.py; repro; git commit -qam main

    """

  @Test func `a merge of what does not fit together is stopped before its commit is made`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "stopped lock/deps\nstopped lock/deps\n",
      Self.diverging + "commit git merge -q --no-edit side; commit git commit -q --no-edit")
    try box.expect(
      "more/dvc.yaml:5: error: dependency '../train.py' of stage 'check' is not the one in dvc.lock [lock/deps]\n",
      "head -n 1 ../said")
    try box.expect(
      "passed\n2\n",
      """
      sed -i "s/md5: .*/md5: $(md5sum < train.py | cut -c1-32)/" more/dvc.lock; git add -A
      commit git commit -q --no-edit; git rev-parse HEAD^@ | wc -l
      """)
  }

  @Test func `a merge that fits together passes, and so does a fast one`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "passed\n",
      """
      git checkout -qb side; echo more >> docs/page.md; git commit -qam docs; git checkout -q main
      stale; repro; git commit -qam lr; commit git merge -q --no-edit side; cat ../said
      """)
    try box.expect(
      "passed\n",
      "git checkout -qb next; sed -i 's/^lr: .*/lr: 3/' params.yaml; repro; git commit -qam next; git checkout -q main; "
        + "commit git merge -q --ff-only next; cat ../said")
  }

  @Test func `a merge with a conflict in the lock is judged when it is committed`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      stopped
      guard: error: unresolved merge conflicts:
      stopped lock/unreadable
      stopped lock/outs lock/params
      passed

      """,
      """
      git checkout -qb side; stale; repro; git commit -qam side; git checkout -q main
      sed -i 's/^lr: .*/lr: 3/' params.yaml; repro; git commit -qam main; git merge -q side >/dev/null 2>&1
      commit git commit -qm merge; guard check --staged 2>&1 | sed -n 's/conflicts: .*/conflicts:/p'
      git checkout -q --theirs params.yaml metrics.json; git add -A; commit git commit -qm merge
      git checkout -q side -- params.yaml metrics.json; git checkout -q main -- dvc.lock; commit git commit -qm merge
      repro; git add -A; commit git commit -qm merge
      """)
  }

  @Test func `a squash and a merge without a commit are judged when they are committed`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "stopped lock/deps\nstopped lock/deps\n",
      Self.diverging + """
        git merge -q --squash side >/dev/null 2>&1; commit git commit -qm squash; git reset -q --hard
        git merge -q --no-commit side >/dev/null 2>&1; commit git commit -qm merge
        """)
  }

  @Test func `an octopus is judged`() throws {
    try CommitSandbox().expect(
      "passed\n3\n",
      """
      for side in a b; do git checkout -qb $side main; echo $side > docs/$side.md; git add -A; git commit -qm $side; done
      git checkout -q main; git commit -q --allow-empty -m main; commit git merge -q --no-edit a b
      git rev-parse HEAD^@ | wc -l
      """)
  }

  @Test(arguments: [
    "merge --no-edit side", "pull -q --no-rebase --no-edit . side", "merge --no-edit side other",
  ])
  func `a merge inherits what the merged branch has already`(merge: String) throws {
    try CommitSandbox().expect(
      "passed\n1 finding inherited from before\n",
      """
      git checkout -qb other; echo other > docs/other.md; git add -A; git commit -qm other
      git checkout -qb side main; stale; git commit -qam past --no-verify
      git checkout -q main; echo more >> docs/page.md; git commit -qam docs
      export GITHEAD_0123456789012345678901234567890123456789=elsewhere
      commit git \(merge); sed -n 's/ (guard check.*//p' ../said
      """)
  }

  /// On `side` and not on `main` a large file was added and raw data changed.
  private static let heavy = """
    mkdir raw; printf '/s.csv\\n' > raw/.gitignore; echo 1 > raw/s.csv; add raw/s.csv
    printf 'rules:\\n  data/large-file: {limit: 1 kB}\\n' > .guard.yml
    printf '  data/raw-changed: {paths: [raw], severity: error}\\n  data/modified: off\\n' >> .guard.yml
    git add -A; git commit -qm raw --no-verify; git checkout -qb side; head -c 2000 /dev/zero > big.bin
    echo 2 > raw/s.csv; add raw/s.csv; git add -A; git commit -qm heavy --no-verify
    git checkout -q main; echo more >> docs/page.md; git commit -qam docs

    """
  private static let rules = "sed -nE 's/.*\\[(data[a-z/-]*)\\]$/\\1/p' | sort"

  @Test func `a merge is not blamed for what the merged branch has already`() throws {
    try CommitSandbox().expect(
      """
      data/large-file
      data/raw-changed
      passed
      passed

      """,
      Self.heavy + """
        guard check --rev side | \(Self.rules)
        commit git merge -q --no-edit side; guard check --rev HEAD | \(Self.rules)
        git reset -q --hard HEAD~1; git merge -q --no-commit side >/dev/null 2>&1
        commit git commit -qm merge; guard check --rev HEAD | \(Self.rules)
        """)
  }

  @Test func `a merge is blamed for what no parent has`() throws {
    try CommitSandbox().expect(
      "stopped data/large-file data/raw-changed\ndata/large-file\ndata/raw-changed\n",
      Self.heavy + """
        git merge -q --no-commit side >/dev/null 2>&1; head -c 3000 /dev/zero > big.bin; echo 3 > raw/s.csv
        add raw/s.csv; git add -A; commit git commit -qm merge; git commit -qm merge --no-verify
        guard check --rev HEAD | \(Self.rules)
        """)
  }

  @Test func `cherry-pick and revert without a commit are judged when they are committed`() throws {
    let box = try CommitSandbox()
    let halves = "git checkout -qb side; stale; git commit -qam half --no-verify; git checkout -q main; "
    try box.expect(
      "stopped lock/params\n",
      halves + "git cherry-pick -n side; commit git commit -qm picked; git reset -q --hard")
    try box.expect(
      "stopped lock/params\n",
      """
      stale; repro; git commit -qam whole; git revert -n HEAD; git checkout -q HEAD dvc.lock metrics.json
      commit git commit -qm back
      """)
  }

  @Test func `cherry-pick, revert and rebase by themselves go through, and what they leave is inherited`()
    throws
  {
    let box = try CommitSandbox()
    try box.expect(
      "passed\npassed\npassed\npassed\n1 finding inherited from before\n",
      """
      git checkout -qb side; stale; git commit -qam half --no-verify; git checkout -q main
      echo more >> docs/page.md; git commit -qam docs
      commit git cherry-pick side; commit git revert --no-edit HEAD
      git checkout -q side; commit git rebase -q --reapply-cherry-picks main; echo again >> docs/page.md
      commit git commit -qam docs; head -n 1 ../said | cut -d'(' -f1 | sed 's/ *$//'
      """)
  }

  @Test func `a conflict of cherry-pick and rebase that a person ends is judged`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "stopped lock/params\npassed\n",
      """
      git checkout -qb side; stale; repro; git commit -qam side; git checkout -q main
      sed -i 's/^lr: .*/lr: 3/' params.yaml; repro; git commit -qam main
      git cherry-pick side >/dev/null 2>&1; git checkout -q HEAD -- dvc.lock metrics.json
      sed -i '/^[<=>]/d; /^lr: 3/d' params.yaml; git add -A; commit git commit -qm picked
      repro; git add -A; commit git commit -qm picked
      """)
    try box.expect(
      "stopped lock/params\npassed\n",
      """
      git reset -q --hard HEAD~1; git checkout -q side; git rebase main >/dev/null 2>&1
      git checkout -q HEAD -- dvc.lock metrics.json; sed -i '/^[<=>]/d; /^lr: 3/d' params.yaml; git add -A
      commit git commit -qm rebased; repro; git add -A; commit git commit -qm rebased
      """)
  }

  @Test func `a commit that is amended while a rebase stops there is judged`() throws {
    try CommitSandbox().expect(
      "stopped lock/params\npassed\n",
      """
      echo more >> docs/page.md; git commit -qam docs; export GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/'
      git rebase -q -i HEAD~1 2>/dev/null; stale; commit git commit -qa --amend --no-edit
      repro; commit git commit -qa --amend --no-edit
      """)
  }
}
