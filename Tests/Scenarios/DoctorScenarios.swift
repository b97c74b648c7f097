import Support
import Testing

/// `guard doctor`: each thing that can be wrong is told with what mends it.
@Suite struct DoctorScenarios {
  /// `doctor` prints the lines that are not well, and the exit code.
  private static let words = """
    doctor() { guard doctor --offline "$@" > ../said 2>&1; code=$?; grep -v '^ok\\|dvc in PATH\\|pipx' ../said; echo "exit $code"; }

    """

  private func expect(_ expected: String, _ script: String) throws {
    let box = try CommitSandbox()
    try box.run("git init -q --bare store")
    try box.expect(
      expected,
      Self.words + "printf '[core]\\nremote = s\\n[remote \"s\"]\\nurl = ../../store\\n' > .dvc/config\n"
        + script)
  }

  @Test func `a repository that is well has no problem`() throws {
    try expect("guard: 0 problems, 1 warning\nexit 0\n", "doctor")
  }

  @Test func `hooks that Git does not run are told, and safely mended`() throws {
    try expect(
      """
      problem  hooks: pre-push may not be executed, so Git passes it over
                   fix: guard install --hook pre-push
      guard: 1 problem, 1 warning
      exit 1
      mended: hooks were written: pre-push
      guard: 0 problems, 1 warning
      exit 0
      pre-push

      """, "chmod -x .git/hooks/pre-push; doctor; doctor --fix; test -x .git/hooks/pre-push && echo pre-push")
  }

  @Test func `a hook that a person changed or another program wrote is left as it is`() throws {
    try expect(
      """
      warning  hooks: post-merge is missing
                   fix: guard install --hook post-merge
      warning  hooks: pre-commit was changed by hand, and guard leaves it as it is
                   do:  take the change out, or delete the file, then: guard install --hook pre-commit
      warning  hooks: pre-push is Git LFS's and may not call guard
                   fix: guard install --hook pre-push
      guard: 0 problems, 4 warnings
      exit 0
      the same

      """,
      """
      cd .git/hooks; echo '# mine' >> pre-commit; rm post-merge; printf '#!/bin/sh\\ngit lfs pre-push "$@"\\n' > pre-push
      cat * | md5sum > ../../../before; cd ../..; doctor --fix
      cat .git/hooks/* | md5sum | cmp - ../before && echo the same
      """)
  }

  @Test func `guard that moved away is told, since a desktop program's PATH does not find it`() throws {
    try expect(
      """
      problem  hooks: they look for guard at /nowhere/guard, where it is not; with the short PATH of a desktop program they \
      find none, and stop every commit
                   fix: guard install

      """,
      """
      for hook in .git/hooks/p*[a-z]; do case $hook in *.sample) ;; *) sed -i "s|^recorded=.*|recorded='/nowhere/guard'|" $hook ;; esac; done
      doctor | grep -A1 nowhere
      """)
  }

  @Test func `settings, policy and what waits are looked at`() throws {
    try expect(
      """
      problem  notes: notes.rewriteRef = refs/notes/* gives amended commits the records of others.
                   fix: git config --unset-all --fixed-value notes.rewriteRef 'refs/notes/*'
      problem  policy: .guard.yml:1: unknown key 'profil': did you mean 'profile'?
                   do:  edit the file that is named
      warning  policy: Git has guard.local.yml, so what it says of servers and keys is not taken for this machine's
                   fix: git rm --cached guard.local.yml && echo /guard.local.yml >> .gitignore
      warning  runs: 1 in .git/guard/spool is read by nobody, such as 'left'
                   fix: guard doctor --fix
      guard: 2 problems, 3 warnings
      exit 1
      mended: removed /ROOT/r/.git/guard/spool/left

      """,
      """
      git config notes.rewriteRef 'refs/notes/*'; echo 'profil: ci' > .guard.yml; : > guard.local.yml; git add -f guard.local.yml
      mkdir -p .git/guard/spool; echo x > .git/guard/spool/left
      doctor; doctor --fix | grep '^mended' | sed "s|$ROOT|/ROOT|"
      """)
  }

  @Test func `a cache with damage is told without reading it`() throws {
    try expect(
      """
      problem  cache: 1 without bytes, as /ROOT/r/.dvc/cache/files/md5/ab/cdefcdefcdefcdefcdefcdefcdefcd: a disk that was full \
      or lost its power
                   do:  rm them, then: dvc fetch
      problem  cache: 1 output is a link to what is not in the cache, such as data/raw.csv
                   fix: dvc fetch && dvc checkout
      exit 1

      """,
      """
      mkdir -p .dvc/cache/files/md5/ab; : > .dvc/cache/files/md5/ab/cdefcdefcdefcdefcdefcdefcdefcd
      chmod 444 .dvc/cache/files/md5/ab/*; ln -sf "$PWD/.dvc/cache/files/md5/00/00" data/raw.csv
      doctor | grep -v '^guard' | sed "s|$ROOT|/ROOT|"
      """)
  }

  @Test func `a configuration of DVC's that cannot be read is told with its line`() throws {
    try expect(
      """
      problem  dvc: /ROOT/.dvc/config:1: a line must be a [section] or 'key = value'
                   do:  mend it there, or bring back what Git has: git checkout -- .dvc/config
      problem  dvc: /ROOT/.dvc/config:1: a line must be a [section] or 'key = value'
                   do:  mend it there
      problem  dvc: /ROOT/.dvc/config.local:2: core.remotes: DVC does not know this key
                   do:  mend it there

      """,
      """
      said() { doctor | grep -A1 problem | grep -v -e ^guard -e ^exit | sed "s|$PWD|/ROOT|"; }
      git add .dvc/config; echo '[core' > .dvc/config; said; git add .dvc/config; said
      echo '[core]' > .dvc/config; printf '[core]\\nremotes = s\\n' > .dvc/config.local; said
      """)
  }

  @Test func `what may be written in the cache is for dvc to look at`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      warning  cache: 1 may be written: who changes a linked file changes the cache. dvc reads them again, makes what is whole \
      read-only, and takes away what is damaged
                   fix: dvc status

      """,
      """
      mkdir -p .dvc/cache/files/md5/ab; echo x > .dvc/cache/files/md5/ab/cdefcdefcdefcdefcdefcdefcdefcd
      guard doctor | grep -A1 'may be written'
      """)
  }

  @Test func `a cache that is not there is told, unless it is only not there yet`() throws {
    try expect(
      """
      ok       cache: /ROOT/r/.dvc/cache is not there yet
      problem  cache: /ROOT/r/.dvc/cache is a link to what is not there, and dvc can add nothing
                   do:  bring back what it leads to (mount the disk), or begin anew: rm /ROOT/r/.dvc/cache
      problem  cache: /ROOT/r/.dvc/cache is no folder, and dvc can add nothing
                   do:  move it away, or name another folder: dvc cache dir FOLDER
      warning  cache: /ROOT/disk/cache, which the configuration names, is not there: dvc makes it, and it is empty then
                   do:  mount the disk that it is on, or name another folder: dvc cache dir FOLDER

      """,
      """
      said() { guard doctor --offline | grep -A1 cache: | grep -e cache -e fix: -e do: | sed "s|$ROOT|/ROOT|g"; }
      said; ln -s ../../gone .dvc/cache; said; rm .dvc/cache; echo > .dvc/cache; said; rm .dvc/cache
      printf '[cache]\\ndir = ../../disk/cache\\n' >> .dvc/config; said
      """)
  }

  @Test func `an index that cannot be read is made anew by Git, and loses no file`() throws {
    try expect(
      """
      problem  git: the index cannot be read: git -c failed: fatal: .git/index: index file smaller than expected; \
      one that is made anew leaves the files as they are, and what was staged is to be staged again
                   fix: rm "$(git rev-parse --git-path index)" && git reset
      warning  hooks: they were not looked at, since git itself cannot read the index
       M .dvc/config
      ?? new

      """,
      """
      echo new > new; git add new; echo > .git/index; doctor | grep -v -e ^guard -e ^exit
      sh -c "$(sed -n '/git: the index/{n;s/^ *fix: //p;}' ../said)" > /dev/null; git status --short
      """)
  }

  @Test func `a hooks folder that is not there is told with both ways out`() throws {
    try expect(
      """
      problem  hooks: core.hooksPath is nowhere: Git looks for hooks in /ROOT/nowhere, which is not there: it runs none
                   fix: guard install
                   or:  git config --local --unset-all core.hooksPath && guard install
      warning  hooks: guard is not installed in this repository
                   fix: guard install
      problem  hooks: core.hooksPath is /gone/hooks: Git looks for hooks in /gone/hooks, which is not there: it runs none
                   fix: git config --local --unset-all core.hooksPath && guard install
      problem  hooks: /gone/hooks is not this repository's own, and guard writes no hooks there
                   do:  guard install tells the ways out
      warning  hooks: core.hooksPath is /dev/null: Git runs no hooks
                   fix: git config --local --unset-all core.hooksPath && guard install
      problem  hooks: /dev/null is not this repository's own, and guard writes no hooks there
                   do:  guard install tells the ways out
      0

      """,
      """
      for place in nowhere /gone/hooks /dev/null; do
        git config core.hooksPath $place; doctor | grep -A9 'hooksPath is' | grep -e hooks -e fix: -e do: -e or: | sed "s|$PWD|/ROOT|"
      done
      sh -c "$(sed -n '/hooksPath is/{n;s/^ *fix: //p;}' ../said)" > /dev/null; doctor | grep -c hooks: || :
      """)
  }

  @Test func `a remote that does not answer is a problem, and no secret is shown`() throws {
    try expect(
      """
      ok       remote: 's' answers at /ROOT/store
      problem  remote: 'h' at http://127.0.0.1:9/x, login by the remote's user: refused
      1

      """,
      """
      printf '[remote "h"]\\nurl = http://127.0.0.1:9/x\\nauth = basic\\nuser = me\\npassword = hunter2\\n' > .dvc/config.local
      guard doctor > ../said; code=$?; grep 'remote:' ../said | sed "s|$ROOT|/ROOT|; s/ Failed.*\\| Could.*/ refused/"
      ! grep hunter2 ../said; echo $code
      """)
  }

  @Test func `a tracking server that does not answer is a problem, and its login is not shown`() throws {
    try expect(
      """
      ok       mlflow: runs go to http://127.0.0.1:9, login by the tracking URI
      problem  mlflow: http://127.0.0.1:9 does not answer
                   do:  start it (mlflow server --port 9), or name another in MLFLOW_TRACKING_URI; commits go on without it, \
      and guard sync brings their runs there later
      1
      ok       mlflow: it was not asked: --offline

      """,
      """
      export MLFLOW_TRACKING_URI=http://me:hunter2@127.0.0.1:9
      guard doctor > ../said; code=$?; grep -A1 mlflow: ../said | grep -v ' runs:' | sed 's/answer: .*/answer/'; ! grep hunter2 ../said; echo $code
      guard doctor --offline | grep 'was not asked' | grep mlflow
      """)
  }

  @Test func `outside of a repository, and where nobody is known to commit, it says what to do`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        mkdir e; cd e; guard doctor > ../said; echo $?; grep -c '^problem  git: no Git repository' ../said
        git init -q .; git config --global --unset user.name; guard doctor --offline | grep -A1 'who commits'
        guard doctor --offline | grep -A1 'no DVC repository'
        """) == """
          1
          1
          problem  git: git does not know who commits
                       do:  git config --global user.name NAME && git config --global user.email ADDRESS
          warning  dvc: this is no DVC repository, so nothing is judged
                       fix: dvc init

          """)
  }

  @Test func `a program gets a document`() throws {
    try expect(
      "1 warning ok\n",
      """
      guard doctor --offline --json > ../said; python3 -c 'import json, sys
      d = json.load(open("../said")); print(d["summary"]["warnings"], d["lines"][-1]["state"] and "warning", d["lines"][0]["state"])'
      """)
  }
}
