import Testing

/// Results that were made in another environment, by the history that the real git has.
@Suite struct EnvironmentScenarios {
  /// `keep` commits all without a check; `drift` prints what `env/drift` says of a commit or of the work tree, with the
  /// subjects of commits in place of their names.
  private static let words = """
    keep() { git add -A; git commit -q --no-verify -m "$1"; }
    drift() {
      guard check "$@" --only env/drift 2>&1 | grep -v -e ^guard: -e '^ ' -e '^to ' > ../drift
      for id in $(git rev-list --all); do
        sed -i "s/$(git rev-parse --short=12 $id)/'$(git log -1 --format=%s $id)'/" ../drift
      done
      cat ../drift
    }
    echo 'rules: {env/drift: error}' > .guard.yml; keep policy

    """

  private func expect(_ expected: String, _ script: String) throws {
    try CommitSandbox().expect(expected, Self.words + script)
  }

  @Test func `the commit is named that brought the results, however long ago`() throws {
    let told = "requirements.txt: error: the environment changed since commit"
    try expect(
      """
      stopped env/drift
      \(told) 'one' brought the results of 'prepare', 'train' (inherited) [env/drift]
      passed
      2 findings inherited from before (guard check --inherited lists them)
      passed
      \(told) 'one' brought the results of stage 'prepare' (inherited) [env/drift]
      stopped env/drift
      \(told) 'one' brought the results of 'prepare', and since commit 'again' those of 'train' [env/drift]

      """,
      """
      echo more >> docs/page.md; keep docs; echo numpy==2 > requirements.txt; git add -A; commit git commit -qm bump
      git commit -q --no-verify -m bump; echo more >> docs/page.md; keep docs; drift --rev HEAD --inherited
      echo more >> docs/page.md; git add -A; commit git commit -qm other; drift --rev HEAD
      stale; repro; git add -A; commit git commit -qm again; drift --rev HEAD --inherited
      echo numpy==3 > requirements.txt; git add -A; commit git commit -qm bump; keep last; drift --rev HEAD --inherited
      """)
  }

  @Test func `a commit says that its environment gives the same results, and that ends it`() throws {
    let waived =
      "requirements.txt: waived: the environment changed since commit 'one' brought the results of stage"
    let told = "requirements.txt: error: the environment changed since commit 'one' brought the results of"
    try expect(
      """
      \(waived) 'prepare' [env/drift]
      \(waived) 'train' [env/drift]
      nothing
      passed
      stopped env/drift
      \(told) 'prepare', 'train' (inherited) [env/drift]
      nothing
      0 errors
      4 errors

      """,
      """
      git tag start; echo numpy==2 > requirements.txt; git add -A
      git commit -q --no-verify -m bump -m 'Guard-Skip: env/drift same results'; drift --rev HEAD
      echo more >> docs/page.md; keep docs; drift --rev HEAD --inherited; echo nothing
      touch environment.yml; git add -A; commit git commit -qm other
      echo numpy==3 > requirements.txt; git add -A; commit git commit -qm bump
      # A pattern of rules lets pass what it names, and claims nothing of environments.
      git commit -q --no-verify -m three -m 'Guard-Skip: env/* for now'; echo x >> docs/page.md; keep more
      drift --rev HEAD --inherited
      git commit -q --allow-empty --no-verify -m said -m 'Guard-Skip: env/drift same results'
      git commit -q --allow-empty --no-verify -m last; drift --rev HEAD --inherited; echo nothing
      for waivers in '' --no-waivers; do
        guard ci --base start --no-remote --no-fetch $waivers > ../said 2>&1; grep -o '^guard: [0-9]* errors' ../said | cut -c8-
      done
      """)
  }

  @Test func `results that come with a merge are those of the branch that made them`() throws {
    try expect(
      """
      requirements.txt: error: the environment changed since commit 'tuned' brought the results of stage 'train' [env/drift]
      requirements.txt: error: the environment changed since commit 'one' brought the results of stage 'prepare' (inherited) \
      [env/drift]

      """,
      """
      git checkout -qb side; stale; repro; keep tuned; echo x >> docs/page.md; keep docs; git checkout -q main
      echo numpy==2 > requirements.txt; keep bump; git merge -q --no-commit side > /dev/null 2>&1; git commit -q --no-verify -m merge
      drift --rev HEAD --inherited
      """)
  }

  @Test func `what nobody can know in a shallow clone is said`() throws {
    try expect(
      """
      not checked: in which environment the results of 'prepare' and 1 more were made: the commit that brought them, or a \
      file of it, is not in this clone, or too far back

      """,
      """
      echo numpy==2 > requirements.txt; keep bump; echo more >> docs/page.md; keep docs
      git clone -q --depth 2 "file://$PWD" ../shallow; cd ../shallow; drift --rev HEAD | grep 'in which'
      """)
  }

  @Test func `the work tree is looked at, and results that are made anew are not told`() throws {
    try expect(
      """
      requirements.txt: error: the environment changed since commit 'one' brought the results of 'prepare', 'train' [env/drift]
      requirements.txt: error: the environment changed since commit 'one' brought the results of stage 'prepare' [env/drift]

      """,
      """
      echo numpy==2 > requirements.txt; drift --worktree; stale; repro; drift --worktree
      echo '# x' >> prepare.py; repro; drift --worktree
      """)
  }
}
