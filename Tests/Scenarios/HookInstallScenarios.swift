import Testing

/// Installing and taking out, with the real git.
@Suite(.serialized) struct HookInstallScenarios {
  private static let new = "git init -q r && cd r && echo 1 > a && git add a && "

  @Test func `a commit is judged, and stopped when guard says so`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(Self.new + "guard install >/dev/null && git commit -qm one && said") == """
        guard <hook> <pre-commit> <--> SAMPLE=

        """)
    #expect(
      try box.run(
        "cd r; echo 1 > ../verdict; git commit -q --allow-empty -m two; echo $?; git rev-list --count HEAD")
        == "1\n1\n")
  }

  @Test func `a merge is judged`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          git commit -qm one && git checkout -qb side && git commit -q --allow-empty -m side && git checkout -q main
          guard install >/dev/null; git merge -q --no-ff -m merge side && said
          echo 1 > ../verdict; git checkout -q side; GUARD=0 git commit -q --allow-empty -m more; git checkout -q main
          git merge -q --no-ff -m merge side; echo $?; said
          """) == """
          guard <hook> <pre-merge-commit> <--> SAMPLE=
          guard: skipped by GUARD=0: pre-commit was not judged
          Not committing merge; use 'git commit' to complete the merge.
          1
          guard <hook> <pre-merge-commit> <--> SAMPLE=

          """)
  }

  @Test(arguments: [
    "printf '#!/bin/sh\\nexit 0\\n' > H; chmod 755 H", "printf '#!/bin/sh\\nexit 0\\n' > H; chmod 700 H",
    "printf '#!/bin/sh\\nexit 1\\n' > H; chmod 640 H", ": > H; chmod 755 H",
    "printf '#!/bin/sh\\r\\nexit 0\\r\\n' > H; chmod 644 H", "cp /bin/true H; chmod 711 H",
    "printf '\\377\\376\\000' > H", "ln -s ../../a H", "ln -s /nowhere H", "ln -s pre-commit H",
    "printf '#!/usr/bin/env python3\\nprint(1)\\n' > H; chmod 4755 H",
  ])
  func `whatever was there is back after uninstall, byte for byte`(making: String) throws {
    let box = try HookSandbox()
    let made = making.replacing("H", with: ".git/hooks/pre-commit")
    let output = try box.run(
      Self.new + """
        \(made); hooks > ../before
        guard install >/dev/null && hooks > ../once && guard install >/dev/null && hooks > ../twice
        cmp ../once ../twice && git commit -qm one && said
        guard uninstall >/dev/null && hooks | diff ../before - && test ! -e .git/hooks/pre-commit.guard-previous
        """)
    #expect(output.hasSuffix("guard <hook> <pre-commit> <--> SAMPLE=\n"), "\(output)")
  }

  @Test func `--dry-run changes nothing and prints the plan`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(Self.new + "hooks > ../before; guard install --dry-run; hooks | diff ../before -") == """
        Hooks folder: \(box.root)/r/.git/hooks
        DVC: not used here yet
        To do:
          write  commit-msg (mode 0755)
          write  post-applypatch (mode 0755)
          write  post-commit (mode 0755)
          write  post-merge (mode 0755)
          write  post-rewrite (mode 0755)
          write  pre-commit (mode 0755)
          write  pre-merge-commit (mode 0755)
          write  pre-push (mode 0755)
        Nothing was changed: this was a dry run.

        """)
  }

  @Test(arguments: ["a b", "it's \"quoted\" $HOME `x`", "über–日本 🙂", "two\nlines", "-dash", "back\\slash"])
  func `a path that is hard to quote`(name: String) throws {
    let box = try HookSandbox(name)
    #expect(
      try box.run(
        Self.new
          + "guard install >/dev/null && git commit -qm one && said && guard uninstall >/dev/null; hooks")
        == "guard <hook> <pre-commit> <--> SAMPLE=\n")
  }

  @Test func `linked worktrees share the hooks`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          git commit -qm one && git worktree add -q ../w && cd ../w && guard install >/dev/null
          git commit -q --allow-empty -m two && said && cd ../r && git commit -q --allow-empty -m two && said && hooks \
          | cut -d' ' -f1
          """) == """
          guard <hook> <pre-commit> <--> SAMPLE=
          guard <hook> <pre-commit> <--> SAMPLE=
          commit-msg
          post-applypatch
          post-commit
          post-merge
          post-rewrite
          pre-commit
          pre-merge-commit
          pre-push

          """)
  }

  @Test
  func `a submodule, a separate Git directory and a worktree of a bare repository have hooks of their own`()
    throws
  {
    let box = try HookSandbox()
    let commit = "guard install >/dev/null && git commit -q --allow-empty -m two && said"
    let call = "guard <hook> <pre-commit> <--> SAMPLE=\n"
    try box.run(Self.new + "git commit -qm one")
    #expect(
      try box.run(
        "git init -q super && cd super && git submodule --quiet add ../r sub && cd sub && \(commit)") == call)
    #expect(try box.run("cd super && git commit -qm one && said") == "")
    #expect(try box.run("git init -q --separate-git-dir=elsewhere s && cd s && \(commit)") == call)
    #expect(
      try box.run(
        "git clone -q --bare r b && git -C b worktree add -q ../bw main && guard install -C b >/dev/null && "
          + "cd bw && \(commit)") == call)
    #expect(try box.run("guard -C b uninstall > /dev/null && cd bw && \(commit)") == call)
  }

  @Test func `a bare repository without a worktree is refused, with what to do instead`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          git commit -qm one && git clone -q --bare . ../b && cd ../b && hooks hooks > ../before; 
          guard install; echo $?; hooks hooks | diff ../before -; guard check --rev main && guard uninstall
          """) == """
          guard: error: this is a bare repository: nobody makes commits in it, and Git would never run \
          commit-msg, post-applypatch, post-commit, post-merge, post-rewrite, pre-commit, pre-merge-commit, pre-push here. \
          Nothing was changed. What to do instead:
            1. Install the hooks where people commit, in each clone or linked worktree:
                 guard install
            2. Judge here what was pushed, such as in the hook post-receive or in CI:
                 guard check --rev main
                 guard check --range OLD..NEW
          2
          guard: nothing to check: there is no DVC repository in 1 commit
          Hooks folder: \(box.root)/b/hooks
          Nothing to do.

          """)
  }

  @Test func `uninstall fails when it leaves a hook that was changed by hand, and says how to take it out`()
    throws
  {
    let box = try HookSandbox("it's here")
    #expect(
      try box.run(
        Self.new + """
          printf '#!/bin/sh\necho lint\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit; hooks > ../before
          guard install > /dev/null; echo '# mine' >> .git/hooks/pre-commit; hooks > ../edited
          guard uninstall --dry-run > ../plan 2>&1; echo $?; hooks | diff ../edited -
          guard uninstall > ../out 2> ../error; echo $?; cat ../error
          guard uninstall 2>&1 > ../out; echo $?; eval "$(sed -n 's/^    //p' ../out)"; hooks | diff ../before -
          guard uninstall > /dev/null; echo $?
          """) == """
          2
          2
          guard: error: still in place, because it was changed by hand: pre-commit
          guard: error: still in place, because it was changed by hand: pre-commit
          2
          0

          """)
  }

  /// The hooks of the first version, as they were written: `Tests/HooksTests/Shipped`.
  @Test func `a hook of an older guard is brought up to date and taken out`() throws {
    let box = try HookSandbox()
    let shipped = "\(#filePath)".dropLast("Scenarios/HookInstallScenarios.swift".count) + "HooksTests/Shipped"
    #expect(
      try box.run(
        Self.new + """
          printf '#!/bin/sh\necho lint\n' > .git/hooks/pre-commit; chmod 751 .git/hooks/pre-commit; hooks > ../before
          cd .git/hooks; mv pre-commit pre-commit.guard-previous
          for hook in pre-commit pre-merge-commit; do cp "\(shipped)/$hook.1" $hook; chmod 755 $hook; done; cd ../..
          guard install | grep 'up to date'; head -qn 2 .git/hooks/pre-commit .git/hooks/pre-merge-commit | cut -d' ' -f-3
          git commit -qm one; said; GUARD=0 git commit -q --allow-empty -m two; said
          guard uninstall > /dev/null; hooks | diff ../before -
          """) == """
          pre-commit: guard's hook is brought up to date.
          pre-merge-commit: guard's hook is brought up to date.
          #!/bin/sh
          # guard-shim 5
          #!/bin/sh
          # guard-shim 5
          lint
          guard <hook> <pre-commit> <--> SAMPLE=
          lint
          guard: skipped by GUARD=0: pre-commit was not judged

          """)
  }

  @Test func `GIT_DIR and a subfolder lead to the same hooks`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          mkdir sub; cd sub; guard install >/dev/null; cd ..; hooks > ../before
          cd ..; GIT_DIR=r/.git GIT_WORK_TREE=r guard install >/dev/null; cd r; hooks | diff ../before - && git commit -qm 1
          said
          """) == "guard <hook> <pre-commit> <--> SAMPLE=\n")
  }

  @Test(arguments: [".githooks", "./x/../.githooks", ".git/hooks", "\"$PWD/.githooks\""])
  func `core.hooksPath inside the repository is honoured`(value: String) throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          git config core.hooksPath \(value); mkdir x sub; (cd sub; guard install >/dev/null) && git commit -qm 1; said
          cd sub; git commit -q --allow-empty -m 2; said; guard uninstall | tail -n 3
          """) == """
          guard <hook> <pre-commit> <--> SAMPLE=
          guard <hook> <pre-commit> <--> SAMPLE=
          pre-commit: guard's hook is taken out.
          pre-merge-commit: guard's hook is taken out.
          pre-push: guard's hook is taken out.

          """)
  }

  @Test(arguments: [
    "git config --global core.hooksPath \"$ROOT/mine\"", "git config --global core.hooksPath '~/hooks'",
    "git config core.hooksPath ../mine", "git config core.hooksPath /dev/null",
    "rmdir .git/hooks; rm -rf .git/hooks; ln -s \"$ROOT/mine\" .git/hooks",
    "ln -s ../mine h; git config core.hooksPath h",
    "git config -f ../x core.hooksPath \"$ROOT/mine\"; git config include.path ../../x",
  ])
  func `a hooks folder outside is refused, and nothing is touched`(setting: String) throws {
    let box = try HookSandbox()
    let output = try box.run(
      Self.new + """
        mkdir ../mine ~/hooks; \(setting); guard install; test $? != 0; echo $?
        find ../mine ~/hooks .git/hooks/ ! -name '*.sample' -type f
        """)
    #expect(output.contains("Three ways out:"), "\(output)")
    #expect(output.hasSuffix("\n0\n"), "\(output)")
  }

  @Test func `the first way out works as it is printed`() throws {
    let box = try HookSandbox("it's here")
    #expect(
      try box.run(
        Self.new + """
          git config --global core.hooksPath "$ROOT/mine"
          guard install > ../refusal 2>&1; way=$(sed -n 's/ && guard install$//; s/^ *\\(git config --local.*\\)/\\1/p' ../refusal)
          eval "$way" && guard install >/dev/null && git commit -qm 1 && said
          """) == "guard <hook> <pre-commit> <--> SAMPLE=\n")
  }

  @Test(arguments: [
    ("", "022", "755"), ("", "077", "700"), ("group", "077", "770"), ("all", "022", "775"),
    ("0640", "022", "750"),
  ])
  func `modes follow the umask and core.sharedRepository`(shared: String, umask: String, mode: String) throws
  {
    let box = try HookSandbox()
    let setting = shared.isEmpty ? "" : "git config core.sharedRepository \(shared); "
    #expect(
      try box.run(
        Self.new + "\(setting)umask \(umask); rm -rf .git/hooks; guard install >/dev/null; "
          + "stat -c %a .git/hooks/pre-commit") == "\(mode)\n")
  }

  @Test func `a hooks folder that cannot be written is told, and nothing is changed`() throws {
    let box = try HookSandbox()
    // Root may write everywhere, so the folder is one that nobody can write.
    let output = try box.run(
      Self.new + """
        mkdir d; git config core.hooksPath d; rmdir d; ln -s /proc/self d 2>/dev/null; rm d
        chmod 555 .git/hooks; git config --unset core.hooksPath
        if [ "$(id -u)" = 0 ]; then command -v setpriv >/dev/null || exit 0
          chown -R 65534 "$ROOT"; chmod 755 "$(dirname "$ROOT")"
          ln -sf "$BUILT" "$ROOT/bin/guard"
          setpriv --reuid=65534 --clear-groups env HOME="$ROOT/home" "$ROOT/bin/guard" install
        else guard install; fi
        """)
    guard !output.isEmpty else { return }
    #expect(output.contains("cannot change the hooks folder"), "\(output)")
    #expect(output.contains("Permission denied"), "\(output)")
    #expect(output.contains("Nothing was changed."), "\(output)")
  }

  @Test func `install tells what it found`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          mkdir -p .dvc sub/deep/.dvc; touch .dvc/config sub/deep/.dvc/config lefthook.yml; git add .
          guard install | sed 's/took [0-9]* ms/took N ms/'
          """) == """
          Hooks folder: \(box.root)/r/.git/hooks
          DVC: in the root of the repository, in sub/deep
          Other hook programs: lefthook
          Done:
            write  commit-msg (mode 0755)
            write  post-applypatch (mode 0755)
            write  post-commit (mode 0755)
            write  post-merge (mode 0755)
            write  post-rewrite (mode 0755)
            write  pre-commit (mode 0755)
            write  pre-merge-commit (mode 0755)
            write  pre-push (mode 0755)
          One check took N ms.
          To undo: guard uninstall

          """)
  }

  @Test func `install finds a DVC repository that is not staged yet`() throws {
    let box = try HookSandbox()
    #expect(
      try box.run(
        Self.new + """
          mkdir -p sub/.dvc; guard install --dry-run | grep DVC; guard -C sub install | grep DVC
          mkdir .dvc; guard install | grep DVC
          """) == """
          DVC: not used here yet
          DVC: in sub (not staged yet)
          DVC: in the root of the repository (not staged yet)

          """)
  }

  @Test func `outside of any repository guard says so in Git's words`() throws {
    let box = try HookSandbox()
    #expect(try box.run("GIT_CEILING_DIRECTORIES=/ guard install").contains("not a git repository"))
  }
}
