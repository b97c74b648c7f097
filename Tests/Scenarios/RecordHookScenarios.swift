import Testing

/// When Git calls the hooks that record, with the real git.
@Suite(.serialized) struct RecordHookScenarios {
  private static let new = "git init -q r && cd r && echo 1 > a && git add a && guard install >/dev/null && "

  /// What `recorded` prints, without what is the same in each line.
  private static let brief = "recorded | sed 's/^guard <hook> <//; s/> SAMPLE=$//; s/> <--//'"

  @Test func `after a commit, a merge, a pick and a patch`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          git commit -qm one; \(Self.brief)
          git checkout -qb side && git commit -q --allow-empty -m side; \(Self.brief)
          git format-patch -q --always -1 -o .. ; git checkout -q main; git merge -q --no-ff -m merge side; \(Self.brief)
          git cherry-pick --allow-empty -m 1 HEAD >/dev/null; \(Self.brief)
          git am -q --empty=keep ../0001-side.patch; \(Self.brief)
          """) == """
          post-commit
          post-commit
          post-merge> <0
          post-commit
          post-applypatch

          """)
  }

  @Test func `an amended commit is told with the one that it replaces`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          git commit -qm one; \(Self.brief) > /dev/null; old=$(git rev-parse HEAD)
          git commit -q --amend -m two; \(Self.brief) | sed "s/$old/OLD/; s/$(git rev-parse HEAD)/NEW/"
          """) == """
          post-commit
          post-rewrite> <amend
          OLD NEW

          """)
  }

  /// An old hook gets its standard input, and guard the same one; whatever either of them ends with, Git does not care.
  @Test func `a hook that was there is called first, and fails alone`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          git commit -qm one; guard uninstall > /dev/null
          for hook in post-commit post-rewrite; do
            printf "#!/bin/sh\\necho before $hook; cat | wc -w\\nexit 3\\n" > .git/hooks/$hook
            chmod 755 .git/hooks/$hook
          done
          guard install > /dev/null; \(Self.brief) > /dev/null; echo 1 > ../verdict
          GUARD=0 git commit -q --amend -m two < /dev/null; echo "code $?"; \(Self.brief) | wc -l
          rm ../verdict; git commit -q --amend -m three < /dev/null; echo "code $?"; \(Self.brief) | cut -d'>' -f1 | head -n 2
          """) == """
          guard: skipped by GUARD=0: pre-commit was not judged
          before post-commit
          0
          before post-rewrite
          2
          code 0
          0
          before post-commit
          0
          before post-rewrite
          2
          code 0
          post-commit
          post-rewrite

          """)
  }

  /// Who was killed while it wrote leaves the lock of the ref behind. The bound is not a measurement: waiting for the lock
  /// as a person's command does would pass it.
  @Test func `a lock that was left behind holds no commit up`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      made
      amended
      1

      """,
      """
      mkdir -p .git/refs/notes/guard; touch .git/refs/notes/guard/runs.lock
      timeout 8 git commit -q --allow-empty -m two 2> ../said && echo made
      timeout 8 git commit -q --allow-empty --amend -m three 2>> ../said && echo amended
      rm .git/refs/notes/guard/runs.lock; guard record -q; git notes --ref=guard/runs show HEAD | wc -l
      """)
  }

  @Test func `without guard the commit stands, and one line says that it has no record`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          rm "$ROOT/bin/guard"; git commit -q --no-verify -m one; echo $?; git rev-list --count HEAD
          """) == """
          guard: not found: post-commit wrote no run record
          0
          1

          """)
  }
}
