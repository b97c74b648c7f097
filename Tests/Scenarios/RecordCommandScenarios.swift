import Testing

/// Run records, from the command line.
@Suite(.serialized) struct RecordCommandScenarios {
  @Test func `a record is written once, read by git, shown and verified`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      0
      C recorded
      C up to date
      C: the run record says what the commit says
      0

      """,
      """
      name=$(git rev-parse --short=12 HEAD); git for-each-ref refs/notes | wc -l
      { guard record; guard record; guard verify; } | sed "s/$name/C/"; git status --porcelain | wc -l
      """)
    try box.expect(
      "1\nrefs/notes/guard/runs\n",
      "git notes --ref=guard/runs show | wc -l; git for-each-ref --format='%(refname)' refs/notes")
    try box.expect(
      "same\n",
      "guard show --json > ../shown; git notes --ref=guard/runs show > ../kept; "
        + "tr -d ' \\n' < ../shown | wc -c > ../a; tr -d ' \\n' < ../kept | wc -c > ../b; cmp ../a ../b && echo same"
    )
    let shown = try box.inside("guard show | sed -n '3,$p'")
    #expect(shown.contains("record: kept in refs/notes/guard/runs"))
    #expect(shown.contains("parameters\n") && shown.contains("stages\n    prepare  "))
  }

  @Test func `whether a commit can be restored`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    try box.expect(
      """
      restore: yes, from the cache of this machine
      restore: on this machine only: 5 of 6 objects (many) are not on the remote; \
      guard check --rev C --remote tells which
      restore: yes, all data is on the remote and in the cache of this machine
      restore: not known: 3 of 3 objects (data/prepared.csv) are not in the cache of this machine; \
      guard show --remote C asks the remote
      restore: yes, all data is on the remote
      restore: no: 3 of 3 objects (data/prepared.csv) are not on the remote; \
      guard check --rev C --remote tells which
      restore: not known: neither the folder /nonexistent/a/b nor the one that would hold it exists: is it mounted? \
      When the remote is new, make its folder first
      64

      """,
      """
      told() { guard show "$@" 2>&1 | grep ^restore | sed "s/$(git rev-parse --short=12 HEAD)/C/"; }
      told; told --remote; guard push > /dev/null 2>&1; told --remote
      mv .dvc/cache ../kept; told; told --remote; rm -rf ../remote; mkdir ../remote; told --remote
      rm -rf ../remote; sed -i 's,url = .*,url = /nonexistent/a/b,' .dvc/config; git commit -qam moved --no-verify
      told --remote; guard show --remote --json > /dev/null 2>&1; echo $?
      """)
  }

  @Test func `the bytes are the same in every clone, whatever is around`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "1\n",
      """
      echo 'api_token: x' >> params.yaml; git commit -qam more --no-verify
      record() { (cd "$1" && guard record -q && git notes --ref=guard/runs show HEAD | sha256sum; \\
        git update-ref -d refs/notes/guard/runs) >> ../sums; }
      record .
      git worktree add -q --detach ../linked HEAD; record ../linked
      git clone -q . ../clone; record ../clone
      git clone -q --bare . ../bare.git; record ../bare.git
      git clone -q -c core.autocrlf=true -c core.excludesFile="$ROOT/ex" . ../crlf; echo '*' > ../ex; record ../crlf
      git clone -q --depth 1000 "file://$PWD" ../shallow; record ../shallow
      printf '[core]\\n  autostage = true\\n' > .dvc/config.local; printf 'records: {redact: ["*"]}\\n' > guard.local.yml
      echo 'lr: 77' > params.yaml; echo x >> train.py; git add train.py; record .
      export LANG=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 TZ=Asia/Kolkata GUARD_PROFILE=audit; record .
      (umask 077; cd /; guard -C "$ROOT/r" record -q); git notes --ref=guard/runs show HEAD | sha256sum >> ../sums
      sort -u ../sums | wc -l
      """)
    try box.expect("9\n", "wc -l < ../sums")
  }

  @Test func `commits that git makes of others have records of their own`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      squash: 1 commit, recorded
      pick: 1 commit, recorded
      merge: 2 commits, recorded
      amend: 1 commit, recorded

      """,
      """
      guard uninstall > /dev/null; guard record -q
      git checkout -qb side; stale; repro; git commit -qam side; guard record -q
      report() { guard record --backfill | sed -n "s/.*: \\([0-9]*\\) recorded.*/$1: \\1 commits, recorded/p" \\
        | sed 's/ 1 commits/ 1 commit/'; }
      git checkout -q main; git merge -q --squash side >/dev/null 2>&1; git commit -qm squash; report squash
      git checkout -qb picked main~1; git cherry-pick side >/dev/null; git commit -q --amend -m picked; report pick
      git checkout -q main; git checkout -qb other main~1; echo x > README; git add -A; git commit -qm other
      git merge -q -m merge side; report merge
      git commit -q --amend -m amended; report amend
      """)
    try box.expect("", "git fsck --strict --no-dangling 2>&1 | grep -v '^notice'; true")
    try box.expect(
      "",
      "for c in $(git rev-list --branches); do guard verify -q $c || echo $c; done"
    )
  }

  @Test func `a wrong record is found, told in detail, and mended`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      1
      C: the run record does not say what the commit says
          params.lr
              recorded: 5
              commit:   1
          fix: guard record C
      1
      refs/notes/guard/runs: error: the run record does not say what the commit says: params [run/stale]
      C recorded anew: params
      0

      """,
      """
      guard record -q; name=$(git rev-parse --short=12 HEAD)
      git notes --ref=guard/runs show | sed 's/"lr":1,"seed"/"lr":5,"seed"/' > ../wrong
      git notes --ref=guard/runs add -f -F ../wrong 2>/dev/null
      guard verify -q; echo $?; { guard verify; echo $?; guard check --rev HEAD | head -n 1; guard record; } \\
        | sed "s/$name/C/"; guard verify -q; echo $?
      """)
  }

  @Test func `what cannot be done says so and leaves nothing`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      1
      2
      2
      64
      0

      """,
      """
      guard verify -q; echo $?; guard record nosuch 2>/dev/null; echo $?; guard show nosuch 2>/dev/null; echo $?
      guard record --nonsense 2>/dev/null; echo $?; guard record --dry-run -q; git for-each-ref refs/notes | wc -l
      """)
  }

  @Test func `guard exec hands its end on to the command, and waits for it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      7
      begun
      ended

      """,
      """
      guard exec -- sh -c 'trap "echo ended; exit 7" TERM; echo begun; while :; do sleep 0.1; done' > ../out & pid=$!
      while ! grep -q begun ../out; do sleep 0.1; done; kill -TERM $pid; wait $pid; echo $?; cat ../out
      """)
  }
}
