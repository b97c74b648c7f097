import Testing

/// The merge driver, called by the real git.
@Suite struct MergeDriverScenarios {
  /// `main` changed the stage `a`, `side` the stage `b`, or what the function is told.
  private static let branches = """
    lock() { printf "schema: '2.0'\\nstages:\\n  a:\\n    cmd: $1\\n  b:\\n    cmd: $2\\n" > "sub dir/dvc.lock"; }
    git init -q r && cd r; mkdir 'sub dir'; lock 1 1
    cp .git/config ../before; guard install --merge-driver | grep 'merge=guard' > .gitattributes
    rm -r .git/hooks; git add -A; git commit -qm base
    branch() { git checkout -qb side; lock $1; git commit -qam side; git checkout -q main; lock $2; git commit -qam main; }
    # What the hooks find there is another guard.
    git config merge.guard.driver "$BUILT merge-driver --marker-size %L -- %O %A %B %P"

    """

  @Test func `neighbours merge, where lines would not`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.branches
          + "branch '1 2' '2 1'; git merge -q side >/dev/null && tail -n 4 */dvc.lock; git status -s") == """
            a:
              cmd: 2
            b:
              cmd: 2

          """)
  }

  @Test func `the same stage is a conflict, and the index says so`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.branches + "branch '1 2' '1 3'; git merge -q side; git status -s; cat */dvc.lock; ls -A") == """
          sub dir/dvc.lock:5: error: both sides changed stage 'b', not in the same way
              cmd: 3 in ours, 2 in theirs
              keep one of the two in the file, then
              fix: dvc --cd 'sub dir' repro b && git add 'sub dir/dvc.lock'
          Auto-merging sub dir/dvc.lock
          CONFLICT (content): Merge conflict in sub dir/dvc.lock
          Automatic merge failed; fix conflicts and then commit the result.
          UU "sub dir/dvc.lock"
          schema: '2.0'
          stages:
            a:
              cmd: 1
          <<<<<<< ours
            b:
              cmd: 3
          =======
            b:
              cmd: 2
          >>>>>>> theirs
          .git
          .gitattributes
          sub dir

          """)
  }

  @Test func `cherry-pick, rebase and stash merge by it too`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.branches + """
          branch '1 2' '2 1'; git cherry-pick side >/dev/null && git show HEAD:'sub dir/dvc.lock' | grep -c 'cmd: 2'
          git checkout -q side && git rebase -q main~1 && grep -c 'cmd: 2' */dvc.lock
          git checkout -q main~1; lock 2 5; git stash -q; git checkout -q HEAD^; lock 7 1; git commit -qam seven
          git stash pop -q >/dev/null; grep cmd */dvc.lock
          """) == "2\n2\n    cmd: 7\n    cmd: 5\n")
  }

  @Test func `what is told of hostile names is no command of a CI system`() throws {
    let box = try HookSandbox()
    let said = try box.run(
      """
      lock() { printf "schema: '2.0'\\nstages:\\n  '##vso[x]':\\n    cmd: $1\\n" > $1; }; lock 1; lock 2; lock 3
      guard merge-driver 1 2 3 '::a/dvc.lock' 2>&1 | head -n 1; guard merge-driver 1 2 3 '::x'
      """)
    #expect(
      said.hasPrefix(#"\u{3a}:a/dvc.lock:3: error: both sides changed stage '#\u{23}vso[x]', not in the "#),
      "\(said)")
    #expect(said.contains("\n" + #"\u{3a}:x: warning: merged line by line, as Git does it"#), "\(said)")
  }

  @Test func `a guard that is gone is a conflict`() throws {
    let box = try HookSandbox()
    let output = try box.run(
      Self.branches
        + "branch '1 2' '2 1'; git config merge.guard.driver '/gone/guard %O'; git merge side; git ls-files -u | wc -l"
    )
    #expect(output.contains("CONFLICT (content)") && output.hasSuffix("3\n"), "\(output)")
  }

  @Test func `uninstall leaves Git's configuration as it was`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        """
        git init -q r && cd r && cp .git/config ../before && guard install --merge-driver --dry-run | grep -c '  set '
        cmp .git/config ../before && guard install --merge-driver >/dev/null && guard install --merge-driver | grep 'driver is'
        git config merge.guard.driver | sed "s:$ROOT::"
        guard uninstall --hook pre-commit | grep -c unset; guard uninstall | grep unset; cmp .git/config ../before
        """) == """
          2
          The merge driver is there already.
          /bin/guard merge-driver --marker-size %L -- %O %A %B %P
          0
            unset  merge.guard

          """)
  }
}
