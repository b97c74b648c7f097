import Support
import Testing

/// `guard ci` in the clone of a CI system: a pull request of `topic` into `main`, which went on meanwhile.
@Suite struct CIScenarios {
  /// A bare repository `hub`, and in `r` the branch `topic` with three commits: one that leaves the lock behind, one
  /// that mends it, one about documents.
  static let topic = """
    git init -q --bare ../hub; git remote add origin "file://$ROOT/hub"; git push -q origin main 2>/dev/null
    git checkout -q -b topic
    stale; git commit -qa --no-verify -m 'a parameter'; repro; git commit -qa --no-verify -m 'its results'
    echo more > docs/page.md; git commit -qa -m words; git push -q origin topic 2>/dev/null
    git checkout -q main; echo new > docs/other.md; git add docs; git commit -q -m 'main goes on'
    git push -q origin main 2>/dev/null; git checkout -q topic
    clone() { rm -rf ../ci; git clone -q "$@" "file://$ROOT/hub" ../ci 2>/dev/null; cd ../ci; }
    event() {
      printf '{"pull_request": {"base": {"ref": "main", "sha": "%s"}, "head": {"ref": "topic", "sha": "%s"}}}' \
        $(git -C ../r rev-parse main topic) > ../event.json
    }
    ci() {
      event; GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH=../event.json guard ci --no-remote "$@" \
        > ../said 2>&1; echo "exit $?"; sed 's/ ([0-9]* ms)//; s/[0-9a-f]\\{10,12\\}/ID/g' ../said
    }

    """

  @Test func `what a later commit mends is a note`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 0
      commit ID a parameter
      params.yaml:1: note: parameter 'lr' of stage 'train' is not the one in dvc.lock; a later commit mends it [lock/params]
      note: GitHub Actions says it is a pull request since ID
      guard: 0 errors, 0 warnings in 3 commits

      """, Self.topic + "clone -b topic; ci")
  }

  @Test func `every commit has to be right where policy of the base wants it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 1
      commit ID a parameter
      params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
      """ + "\n",
      Self.topic + """
        git checkout -q main; printf 'version: 1\\nevery-commit: error\\n' > .guard.yml; git add .guard.yml
        git commit -q -m policy; git push -q origin main; git checkout -q topic
        clone -b topic; ci | head -n 3
        """)
  }

  @Test(arguments: ["--depth 1 -b topic --no-single-branch", "--depth 2 -b topic", "--depth 1 -b topic"])
  func `a shallow clone gets what it lacks, and no ref of it moves`(options: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      "guard: 0 errors, 0 warnings in 3 commits\nthe same\n",
      Self.topic + """
        clone \(options); git for-each-ref | grep -v refs/notes/guard > ../before
        ci | tail -n 1; git for-each-ref | grep -v refs/notes/guard | cmp - ../before && test ! -e .git/FETCH_HEAD && echo the same
        """)
  }

  @Test(arguments: ["blob:none", "tree:0"])
  func `a partial clone gets the files of each commit`(filter: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 0
      params.yaml:1: note: parameter 'lr' of stage 'train' is not the one in dvc.lock; a later commit mends it [lock/params]
      guard: 0 errors, 0 warnings in 3 commits
      exit 2
          do:  clone without --filter

      """,
      Self.topic + """
        git -C ../hub config uploadpack.allowFilter true
        clone --filter=\(filter) -b topic; ci | grep -v '^commit\\|^note'; cd ../r
        clone --filter=\(filter) -b topic; git remote set-url origin "file://$ROOT/nowhere"; ci --base origin/main | sed -n '1p;$p'
        """)
  }

  @Test func `without its history and without a way to get it nothing passes`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 2
      guard: error: the branch 'main' is not in this clone, and nothing is fetched
          do:  with: { fetch-depth: 0 } at the step actions/checkout
      exit 2
          do:  with: { fetch-depth: 0 } at the step actions/checkout

      """,
      Self.topic + """
        clone --depth 1 -b topic; ci --no-fetch
        git remote set-url origin "file://$ROOT/nowhere"; ci | sed -n '1p;$p'
        """)
  }

  @Test func `where nothing could be judged every report says so`() throws {
    let box = try CommitSandbox()
    let why = "the branch 'main' is not in this clone, and nothing is fetched"
    try box.expect(
      """
      exit 2
      ::error title=not checked::what was to be judged: \(why); do: with: { fetch-depth: 0 } at the step \
      actions/checkout
      guard: could not judge all that is needed in 0 commits: see 'not checked'
      guard: error: \(why)
          do:  with: { fetch-depth: 0 } at the step actions/checkout
      1 1 1 1 1
      "what was to be judged"
      guard: error: ‘nowhere’ is not a commit: fatal: Needed a single revision
      2

      """,
      Self.topic + """
        clone --depth 1 -b topic
        ci --no-fetch --format github --report text=a --report json=b --report sarif=c --report junit=d --report markdown=e
        echo $(for file in a b c d e; do tr -d '\n' < $file | grep -c "branch .*main.* is not in this clone"; done)
        guard check --rev nowhere --format json 2>../said | grep -o '"what was[^"]*"'; cat ../said
        guard check --rev nowhere 2>/dev/null; echo $?
        """)
  }

  @Test func `a commit of which nobody says what was before it is not judged by itself`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      0
      1
      params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
      note: this change edits '.guard.yml'; it is judged by what was there before

      """,
      Self.topic + """
        echo '{}' > ../tag.json; export GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF_TYPE=tag GITHUB_EVENT_PATH=../tag.json
        guard ci --no-remote > /dev/null 2>&1; echo $?
        sed -i 's/^lr: .*/lr: 9/' params.yaml; echo 'profile: audit' > .guard.yml; git add -A; git commit -q --no-verify -m 'judges itself'
        guard ci --no-remote > ../said 2>&1; echo $?; grep 'edits\\|error:' ../said
        """)
  }

  @Test func `what the target has mended since is not the branch's`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      0
      1
      """ + "\n",
      """
      stale; git commit -qa --no-verify -m stale; git checkout -qb feature; echo x > README; git add .
      git commit -q --no-verify -m words; git checkout -q main; repro; git commit -qa --no-verify -m mended
      git checkout -q feature; guard ci --base main --no-remote --no-fetch > ../said 2>&1; echo $?
      echo 'lr: 7' > params.yaml; git commit -qa --no-verify -m 'stale anew'
      guard ci --base main --no-remote --no-fetch > ../said 2>&1; echo $?
      """)
  }

  @Test func `who may not waive is not told how to`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "1\n0\n",
      Self.topic + """
        echo 'lr: 3' > params.yaml; git commit -qa --no-verify -m 'stale again'; git push -q origin topic; clone -b topic
        ci > /dev/null; grep -c 'to let it pass' ../said; ci --no-waivers > /dev/null; grep -c 'to let it pass' ../said; true
        """)
  }

  @Test func `what is checked out as the merge of both is judged with what it merges`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 1
      commit ID the merge
      dvc.yaml:6: error: dependency 'prepare.py' of stage 'prepare' is not the one in dvc.lock [lock/deps]
      note: GitHub Actions says it is a pull request since ID
      guard: 1 error, 0 warnings in 4 commits

      """,
      Self.topic + """
        git checkout -q --detach main; git merge -q --no-ff --no-commit --no-verify topic >/dev/null 2>&1
        echo 'print(9)' > prepare.py; git add prepare.py; git commit -q --no-verify -m 'the merge'
        git push -q origin HEAD:refs/pull/7/merge; git checkout -q topic
        git init -q ../ci; cd ../ci; git remote add origin "file://$ROOT/hub"
        git fetch -q --depth 1 origin refs/pull/7/merge; git checkout -q FETCH_HEAD
        ci | grep -v '^ \\|mends it\\|a parameter\\|^to let'
        """)
  }

  @Test func `a container: another owner, nothing to write, no home and no git`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      not checked: the run records: they were not fetched
      guard: 0 errors, 0 warnings in 3 commits
      guard: 0 errors, 0 warnings in 3 commits

      """,
      Self.topic + """
        clone -b topic; [ "$(id -u)" != 0 ] || chown -R 65534 .; chmod -R a-w .git
        env -i PATH=/nowhere "$(readlink -f "$ROOT/bin/guard")" ci --base origin/main --no-remote --no-fetch 2>&1 \
          | sed 's/ ([0-9]* ms)//' | tail -n 2
        env -i PATH=/usr/bin:/bin "$(readlink -f "$ROOT/bin/guard")" ci --base origin/main --no-remote 2>&1 \
          | sed 's/ ([0-9]* ms)//' | tail -n 1
        """)
  }

  // MARK: - Trust

  @Test func `a pull request that says how to judge it is judged by what was there before`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 1
      dvc.yaml:13: error: dependency 'train.py' of stage 'train' is not the one in dvc.lock [lock/deps]
      note: this change edits '.dvc/config'; it is judged by what was there before
      note: this change edits '.guard-waivers.yml'; it is judged by what was there before
      note: this change edits '.guard.yml'; it is judged by what was there before
      guard: 1 error, 0 warnings in 4 commits

      """,
      Self.topic + """
        echo 'print(7)' > train.py; printf 'version: 1\\nrules:\\n  lock/deps: off\\n' > .guard.yml
        printf -- '- rule: lock/*\\n  reason: please\\n' > .guard-waivers.yml
        printf "['remote \\"r\\"']\\n    url = /tmp/elsewhere\\n" > .dvc/config
        cp .guard.yml guard.local.yml; git add .; git add -f guard.local.yml; git commit -q --no-verify -m 'let me in'
        git push -q origin topic
        clone -b topic; ci | grep 'exit\\|deps\\|edits\\|guard:'
        """)
  }

  @Test func `a trailer waives, and is told; with --no-waivers it does not`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 0
      dvc.yaml:13: waived: dependency 'train.py' of stage 'train' is not the one in dvc.lock [lock/deps]
          by Guard-Skip in the commit message: only a comment
      guard: 0 errors, 0 warnings in 4 commits
      exit 1
      guard: 1 error, 0 warnings in 4 commits
      exit 1

      """,
      Self.topic + """
        echo 'print(7)' > train.py
        git commit -qa --no-verify -m comment -m 'Guard-Skip: lock/deps only a comment'
        git push -q origin topic; clone -b topic
        ci | grep 'exit\\|waived\\|by \\|guard:'; ci --no-waivers | sed -n '1p;$p'
        export GUARD_SKIP='lock/deps'; ci --no-waivers | head -n 1
        """)
  }

  @Test func `the data has to be on the base's remote, wherever the change points`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 1
      data/raw.csv.dvc:2: error: 'raw.csv' (8 bytes) is neither on the remote 'storage' nor here [cache/lost]
      exit 0
      note: this change edits '.dvc/config'; it is judged by what was there before
      exit 1

      """,
      """
      mkdir ../storage ../mine
      printf "[core]\n    remote = storage\n['remote \\"storage\\"']\n    url = $ROOT/storage\n" > .dvc/config
      store() {
        for file in data/raw.csv data/prepared.csv; do
          set -- "$1" $(md5sum $file); mkdir -p $1/files/md5/${2%??????????????????????????????}
          cp $file $1/files/md5/${2%??????????????????????????????}/${2#??}
        done
      }
      store ../storage; git commit -qa --no-verify -m remote

      """ + Self.topic + """
        printf 'a,b\n3,4\n' > data/raw.csv; add data/raw.csv; repro; git add -A; git commit -q --no-verify -m data
        git push -q --no-verify origin topic
        gate() {
          clone -b topic; event; GITHUB_ACTIONS=true GITHUB_EVENT_PATH=../event.json guard ci --skip 'run/*' > ../said 2>&1
          echo "exit $?"; cd ../r
        }
        gate; grep '^data' ../said; store ../storage; gate
        printf 'a,b\n5,6\n' > data/raw.csv; add data/raw.csv; repro; store ../mine
        sed -i "s|/storage|/mine|" .dvc/config; git add -A; git commit -q --no-verify -m mine
        git push -q --no-verify origin topic; gate > ../last; grep edits ../said; cat ../last
        """)
  }

  // MARK: - Records

  @Test func `a commit made without the hooks has no record, and backfill writes it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 1
      1 run/missing
      exit 0
      note: 2 records written; records: sent to origin
      exit 0

      """,
      """
      git commit -q --allow-empty -m 'the first record'
      """ + "\n" + Self.topic + """
        git -C ../r push -q --no-verify origin 'refs/notes/guard/runs'; git checkout -q topic
        echo even more > docs/page.md; git -c core.hooksPath=/dev/null commit -qa -m 'no hooks'
        echo and more > docs/page.md; git -c core.hooksPath=/dev/null commit -qa -m 'no hooks again'
        git push -q --no-verify origin topic
        git notes --ref=guard/runs list | wc -l > ../count; clone -b topic
        ci --only 'run/*' | head -n 1; grep -o 'run/missing' ../said | sort | uniq -c | sed 's/^ *//'
        ci --only 'run/*' --backfill | grep 'exit\\|records written'; cd ../r; clone -b topic; ci --only 'run/*' | head -n 1
        """)
  }

  @Test func `nothing is judged where nobody says what it is about`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      guard: error: the environment is not that of a CI system which guard knows, so nobody says where the change starts
          fix: guard ci --base origin/main
      64
      guard: ‘nope’: not a revision
      2

      """,
      "guard ci 2>&1; echo $?; guard ci --base nope 2>&1 | sed \"s/: .*nope.*/: ‘nope’: not a revision/\"; guard ci --base nope >/dev/null 2>&1; echo $?"
    )
  }
}
