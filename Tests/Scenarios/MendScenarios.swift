import Testing

/// What guard proposes is pasted as it stands, and mends.
@Suite struct MendScenarios {
  /// The fix that guard named last, done.
  private static let paste = """
    paste() { eval "$(sed -n 's/^    fix: //p' "$ROOT/said" | head -n 1)"; }

    """

  @Test func `a forgotten lock is one command, whatever it leaves stale`() throws {
    try CommitSandbox().expect(
      "stopped data/left-behind lock/deps lock/outs lock/params\n1\npassed\n",
      Self.paste + """
        stale; echo '# x' >> prepare.py; repro; git add params.yaml prepare.py metrics.json
        commit git commit -qm x; grep -c 'fix: git add dvc.lock$' ../said; paste; commit git commit -qm x
        """)
  }

  /// `dvc commit` would make a lock that says what no run bears out.
  @Test func `metrics of another run are made again, and edited ones recorded`() throws {
    try CommitSandbox().expect(
      """
      stopped lock/outs
      dvc repro train
      passed
      stopped lock/outs
      dvc repro train
      stopped lock/outs
      dvc repro train
      stopped lock/outs
      dvc commit train -f

      """,
      """
      fix() { "$@" && sed -n 's/^    fix: //p' ../said; }; old() { git checkout -q $1 -- metrics.json; }
      stale; repro; old HEAD; fix commit git commit -qam one
      repro; commit git commit -qam two
      old HEAD~1; fix commit git commit -qm three; fix commit git commit -q --amend -m four
      old HEAD; echo '{}' > metrics.json; fix commit git commit -qam five
      """)
  }

  /// The letter that turns the direction of writing is shown as an escape, and a shell that is given the name has it.
  @Test func `a name that would turn the line around is pasted as it is`() throws {
    try CommitSandbox().expect(
      "stopped data/large-file\n0\n?? ",
      Self.paste + """
        letter=$(printf '\\342\\200\\256'); name="a$letter##[b.bin"; head -c 11000000 /dev/zero > "$name"; git add .
        commit git commit -qm x; grep -c "$letter" ../said; sed -n 's/^    fix: \\(git [^&]*\\) &&.*/\\1/p' ../said > ../fix
        bash ../fix > ../done && git status --short | cut -c1-3 | tr -d '\\n'
        """)
  }

  /// `git add` alone does not mend `git commit -- FILE`.
  @Test func `a commit of named files says that the files of the fix are to be named too`() throws {
    try CommitSandbox().expect(
      "stopped data/left-behind lock/params\n1\nstopped data/left-behind lock/params\npassed\n",
      Self.paste + """
        stale; repro; commit git commit -qm x -- params.yaml; grep -c 'name those of the fix as well' ../said
        paste; commit git commit -qm x -- params.yaml; commit git commit -qm x -- params.yaml dvc.lock metrics.json
        """)
  }

  @Test func `a pipeline that is taken out leaves its lock behind`() throws {
    try CommitSandbox().expect(
      "passed lock/orphan\npassed\n",
      Self.paste + """
        git rm -q dvc.yaml; cp .git/index ../index; commit git commit -qm x; git reset -q --hard HEAD~1
        cp ../index .git/index; rm dvc.yaml; paste >/dev/null; commit git commit -qm x; cat ../said
        """)
  }

  @Test func `a .dvc that was never added is told with the first pipeline, and added`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        "git init -q r; cd r; guard install >/dev/null; " + CommitSandbox.files + Self.paste + """
          git add -A; git reset -q -- .dvc 2>/dev/null || git rm -rq --cached .dvc
          commit git commit -qm one; paste; commit git commit -qm one; git ls-files .dvc
          """) == "stopped data/left-behind\npassed\n.dvc/.gitignore\n.dvc/config\n")
  }

  @Test func `a .dvc that is removed while its files stay stops the commit`() throws {
    try CommitSandbox().expect(
      "stopped lock/unreadable\n1\npassed\npassed\n",
      Self.paste + """
        git rm -rq .dvc; echo more >> docs/page.md; git add docs; commit git commit -qm x
        git commit -qm past --no-verify; guard check --rev HEAD | grep -c 'lock/unreadable'
        echo more >> docs/page.md; commit git commit -qam other
        git reset -q --hard HEAD~2; git rm -rq .dvc dvc.yaml dvc.lock data; commit git commit -qm left; cat ../said
        """)
  }

  @Test func `what Python leaves is not proposed for Git`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "passed lock/deps\n0\n1\n",
      """
      mkdir -p src/__pycache__; echo 1 > src/a.py; echo x > src/__pycache__/a.pyc
      files=$(printf '[{"md5": "%s", "relpath": "__pycache__/a.pyc"}, {"md5": "%s", "relpath": "a.py"}]' \
        $(md5sum < src/__pycache__/a.pyc | cut -c1-32) $(md5sum < src/a.py | cut -c1-32) | md5sum | cut -c1-32)
      printf '  s:\\n    cmd: x\\n    deps:\\n    - src\\n' >> dvc.yaml
      printf '  s:\\n    cmd: x\\n    deps:\\n    - path: src\\n      hash: md5\\n      md5: %s.dir\\n      size: 4\\n      nfiles: 2\\n' \
        $files >> dvc.lock
      git add dvc.yaml dvc.lock src/a.py; commit git commit -qm x
      grep -c 'git add.*pyc' ../said; grep -c 'fix: echo __pycache__/ >> .dvcignore' ../said
      """)
  }

  /// The real dvc of `make setup`; `mend` types the first command that guard printed.
  private static let dvc = """
    PATH=$PATH:'/\(#filePath.split(separator: "/").dropLast(3).joined(separator: "/"))/.venv/bin'
    mend() { sed -n 's/^ *fix: //p' ../said | head -n 1 > ../fix; cat ../fix; sh -e ../fix > ../done 2>&1 || cat ../done; }

    """

  /// A directory dependency with a file that Git has not, beside a module that was forgotten.
  private static let litter = """
    git init -q r; cd r; dvc init -q; guard install > /dev/null; echo dvc==3 > requirements.txt; mkdir -p src/__pycache__
    echo 1 > src/a.py; echo 2 > src/n.py; echo x > src/__pycache__/a.pyc
    printf 'stages:\\n  s:\\n    cmd: cat src/*.* > o\\n    deps: [src]\\n    outs: [o: {cache: false}]\\n' > dvc.yaml
    gate() { guard check --rev HEAD > ../said 2>&1; echo "gate: exit $?"; }

    """

  /// What the work tree proves before a commit, nobody can see in the commit.
  @Test func `the hook stops what a gate would stop, and its command gets through both`() throws {
    let box = try CommitSandbox(isBare: true)
    let said = try box.run(
      Self.dvc + Self.litter + """
        echo __pycache__/ > .gitignore; dvc repro -q; git add -A; git reset -q src/n.py; commit git commit -qm one; gate
        git add src/n.py; commit git commit -qm two; mend; commit git commit -qm two; gate; dvc status
        """, seconds: 300)
    #expect(
      said == """
        passed lock/deps
        gate: exit 0
        stopped layout/dvcignore lock/deps
        echo __pycache__/ >> .dvcignore && dvc commit s -f && git add .dvcignore dvc.lock
        passed
        gate: exit 0
        Data and pipelines are up to date.

        """)
  }

  @Test func `a file that Git ignores and the run has read is not taken out of the record`() throws {
    let box = try CommitSandbox(isBare: true)
    let said = try box.run(
      Self.dvc + Self.litter + """
        rm -r src/__pycache__; echo 3 > src/own.cfg; echo own.cfg > .gitignore; dvc repro -q; git add -A
        commit git commit -qm one; sed -n 's/^ *do:  //p' ../said
        mv src/own.cfg ..; dvc repro -q s; git add -A; commit git commit -qm two; gate; cat o
        """, seconds: 300)
    #expect(
      said == """
        passed layout/dvcignore lock/deps
        the run may have read 'src/own.cfg', which Git ignores: where the results need it, git add -f src/own.cfg; \
        else move it away, then: dvc repro s
        passed
        gate: exit 0
        1
        2

        """)
  }

  /// A stage with a directory of reports, code in a directory, and a value from a file beside the parameters.
  private static let far = """
    git init -q r; cd r; dvc init -q; guard install > /dev/null; echo dvc==3 > requirements.txt; mkdir src cfg
    echo a > src/a; echo 'lr: 1' > params.yaml; echo '{"size": 1}' > cfg/extra.json
    printf 'vars: [cfg/extra.json]\\nstages:\\n  s:\\n    cmd: mkdir -p rep && cat src/a params.yaml > rep/a.txt && echo ${size} >> rep/a.txt\\n' > dvc.yaml
    printf '    deps: [src]\\n    params: [lr]\\n    outs: [rep: {cache: false}]\\n' >> dvc.yaml
    dvc repro -q; git add -A; git commit -qm one --no-verify

    """

  @Test(arguments: [
    (
      "sed -i s/1/2/ params.yaml; dvc repro -q; git add params.yaml dvc.lock", "lock/outs",
      "git add rep/a.txt"
    ),
    (
      "echo '*.md' >> .dvcignore; echo n > src/n.md; echo b > src/a; dvc repro -q; git add src dvc.lock rep",
      "lock/deps", "git add .dvcignore"
    ),
    (
      "echo '{\"size\": 2}' > cfg/extra.json; dvc repro -q; git add dvc.lock rep", "lock/command",
      "git add cfg/extra.json"
    ),
  ])
  func `what reaches far and was only not staged is staged`(change: String, rule: String, fix: String) throws
  {
    let box = try CommitSandbox(isBare: true)
    let said = try box.run(
      Self.dvc + Self.far + """
        \(change); commit git commit -qm two; mend; commit git commit -qm two; dvc status; git status --short
        """, seconds: 300)
    #expect(said == "stopped \(rule)\n\(fix)\npassed\nData and pipelines are up to date.\n")
  }
}
