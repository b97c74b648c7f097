import Support
import Testing

/// `guard fix` by the real git: what was forgotten is staged, what cannot be done without a loss is left.
@Suite struct FixScenarios {
  /// `fix` prints the exit code and what was said, without the places of findings.
  private static let words = """
    fix() { guard fix "$@" > ../said 2>&1; code=$?; sed 's/ ([0-9]* ms)//' ../said | grep -v '^    \\|^params'; echo "exit $code"; }

    """

  @Test func `forgotten files are shown, and staged when somebody says so`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      to do:
        git add dvc.lock metrics.json
      guard: there is no terminal to ask at: --yes does it
      guard: nothing was changed
      exit 1
      M  params.yaml
      to do:
        git add dvc.lock metrics.json
      guard: 0 errors, 0 warnings in what is staged
      exit 0
      M  dvc.lock
      M  metrics.json
      M  params.yaml
      guard: 0 errors, 0 warnings in what is staged
      exit 0

      """,
      Self.words + """
        stale; repro; git add params.yaml; fix; git status --short | grep '^M '
        fix --yes; git status --short; fix
        """)
  }

  /// A terminal of its own for `guard fix`: `answer TEXT [COMMAND]` runs the command when it is asked, then types the text,
  /// and prints what stood there and how guard ended.
  private static let terminal = #"""
    cat > ../terminal.py <<'END'
    import os, pty, subprocess, sys
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("guard", ["guard", "--no-progress", "fix"])
    said, asked = b"", False
    while True:
        try:
            said += os.read(terminal, 4096)
        except OSError:
            break
        if not asked and b"[y/N]" in said:
            asked = True
            subprocess.run(["sh", "-c", sys.argv[2]], check=True)
            os.write(terminal, sys.argv[1].encode().decode("unicode_escape").encode())
    status = os.waitpid(process, 0)[1]
    print(said.decode().replace("\r", "").replace("^D\b\b", "").replace("^C", ""), end="")
    print("signal", os.WTERMSIG(status)) if os.WIFSIGNALED(status) else print("exit", os.WEXITSTATUS(status))
    END
    answer() { python3 ../terminal.py "$1" "${2-:}" | sed 's/ ([0-9]* ms)//'; git status --short; }

    """#

  @Test(arguments: [("y", true), ("yes", true), ("YES", true), ("n", false), ("", false), ("yep", false)])
  func `at a terminal it asks, and takes nothing but yes for yes`(typed: String, isYes: Bool) throws {
    let question = "to do:\n  git add dvc.lock metrics.json\ndo this? [y/N] \(typed)\n"
    let done = "guard: 0 errors, 0 warnings in what is staged\nexit 0\nM  dvc.lock\nM  metrics.json\n"
    let left = "guard: nothing was changed\nexit 1\n M dvc.lock\n M metrics.json\n"
    try CommitSandbox().expect(
      question + (isYes ? done : left) + "M  params.yaml\n",
      Self.terminal + "stale; repro; git add params.yaml; answer '\(typed)\\n'")
  }

  @Test func `who says nothing, or ends it, has changed nothing`() throws {
    try CommitSandbox().expect(
      """
      to do:
        git add dvc.lock metrics.json
      do this? [y/N] guard: nothing was changed
      exit 1
       M dvc.lock
       M metrics.json
      M  params.yaml
      do this? [y/N] signal 2
       M dvc.lock
       M metrics.json
      M  params.yaml

      """,
      Self.terminal + #"""
        stale; repro; git add params.yaml; answer '\x04'; answer '\x03' | sed 1,2d
        """#)
  }

  @Test func `what changes while somebody thinks is not done unseen`() throws {
    try CommitSandbox().expect(
      """
      guard: error: what is here has changed meanwhile: nothing was done, look at it again
      exit 2
       M dvc.lock
       M metrics.json
      MM params.yaml

      """,
      Self.terminal + #"""
        stale; repro; git add params.yaml
        answer 'y\n' 'sed -i "s/^lr: .*/lr: 3/" params.yaml; repro' | sed 1,3d
        """#)
  }

  @Test func `what a killed run left is not recorded as a result`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      1
      same
      guard: data/prepared.csv

      """,
      Self.words + """
        echo half > data/prepared.csv; mkdir -p .dvc/tmp; cp dvc.lock ../before
        printf '{"write": {"%s": {"pid": 999999, "cmd": "dvc repro"}}}' "$PWD/data/prepared.csv" > .dvc/tmp/rwlock
        guard fix --yes > ../said 2>&1; grep -c 'left to you: a run of dvc' ../said; cmp dvc.lock ../before && echo same
        rm .dvc/tmp/rwlock; guard fix --dry-run 2>&1 | grep -c 'dvc commit' | sed 's,^[1-9].*,guard: data/prepared.csv,'
        """)
  }

  @Test(arguments: ["echo 'exit(1)' >> train.py", "stale", "echo '{\"accuracy\": 2}' > metrics.json"])
  func `what is not staged is not recorded as what made a result`(change: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      1
          fix: dvc repro train
      same

      """,
      """
      cp dvc.lock ../before; echo '{"accuracy": 1}' > metrics.json
      guard check 2>&1 | grep -c 'fix: dvc commit train'; git add metrics.json; \(change)
      guard check --staged | grep 'fix: dvc'
      guard fix --yes > ../said 2>&1; cmp dvc.lock ../before && echo same
      """)
  }

  @Test func `a dry run changes nothing`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "  git add dvc.lock metrics.json\nexit 1\nM  params.yaml\n",
      Self.words + """
        stale; repro; git add params.yaml; fix --dry-run | grep 'exit\\|git add'; git status --short | grep '^M '
        """)
  }

  @Test func `a file that is staged in part is left to its owner`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      to do:
        git add metrics.json
        left to you: dvc.lock is staged in part, and staging it again would lose that: stage it yourself
      same

      """,
      Self.words + """
        stale; repro; git add params.yaml; cp dvc.lock ../whole; echo '# mine' >> dvc.lock; git add dvc.lock
        before=$(git rev-parse :dvc.lock); cp ../whole dvc.lock; fix --yes | head -n 3
        test $before = $(git rev-parse :dvc.lock) && echo same
        """)
  }

  @Test func `the line of an ignore file is added where the last one has no end, and keeps its mode`() throws
  {
    let box = try CommitSandbox()
    try box.expect(
      """
      to do:
        add /raw.csv to data/.gitignore
        git add data/.gitignore
      guard: 0 errors, 0 warnings in what is staged
      exit 0
      /prepared.csv
      /raw.csv
      640

      """,
      Self.words + """
        printf /prepared.csv > data/.gitignore; chmod 640 data/.gitignore; git add data/.gitignore
        fix --yes; cat data/.gitignore; stat -c %a data/.gitignore
        """)
  }

  @Test func `what needs a run of the pipeline is told and not done`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      guard: 1 error, 0 warnings in what is staged
      exit 1
      the same

      """,
      Self.words + """
        stale; git add params.yaml; git status --short > ../before; fix --yes
        git status --short | cmp - ../before && echo the same
        """)
  }

  @Test(arguments: [
    ("touch .git/index.lock", "git add dvc.lock: fatal: Unable to create '.*index.lock'"),
    ("bad 'ERROR: somebody has the lock'", "dvc commit train -f: ERROR: somebody has the lock"),
    ("bad 'no such stage'", "dvc commit train -f: see the page"), ("bad", "dvc commit train -f: exit code 3"),
  ])
  func `why a step failed is told in the words of what failed`(fault: String, reason: String) throws {
    let box = try CommitSandbox()
    try box.write("bin/dvc", "#!/bin/sh\nlock\n", mode: 0o755)
    try box.expect(
      "exit 2\n1\n",
      """
      bad() {
        printf '#!/bin/sh\\n' > ../bin/dvc; [ $# = 0 ] || echo "echo '$1' >&2; echo see the page >&2" >> ../bin/dvc
        echo 'exit 3' >> ../bin/dvc
      }
      echo '{"accuracy": "1"}' > metrics.json; git add metrics.json; \(fault); guard fix --yes > ../said 2>&1; echo "exit $?"
      grep -c "error: \(reason)" ../said || cat ../said
      """)
  }

  /// The real dvc of `make setup`.
  @Test func `dvc records an output whose inputs are the recorded ones`() throws {
    let box = try CommitSandbox(isBare: true)
    let tools = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/.venv/bin"
    let said = try box.run(
      Self.words + """
        PATH=$PATH:'\(tools)'; command -v dvc > /dev/null || echo make setup installs dvc
        git init -q r; cd r; guard init --layout > /dev/null; dvc init -q; dvc repro -q; git add -A; git commit -q -m one
        echo '{"test_mse": 0.5}' > metrics.json; git add metrics.json
        fix --yes; dvc status; git status --short
        sed -i 's/rate: 0.1/rate: 0.2/' params.yaml; echo '{"test_mse": 0.6}' > metrics.json; git add .
        fix --yes | grep 'dvc commit' || echo none
        """, seconds: 300)
    #expect(
      said == """
        to do:
          dvc commit evaluate -f
          git add dvc.lock
        guard: 0 errors, 0 warnings in what is staged
        exit 0
        Data and pipelines are up to date.
        M  dvc.lock
        M  metrics.json
        none

        """)
  }

  /// The real dvc of `make setup`.
  @Test func `what is recorded is staged with it, and what that leaves behind comes after`() throws {
    let box = try CommitSandbox(isBare: true)
    let tools = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/.venv/bin"
    let said = try box.run(
      Self.words + """
        PATH=$PATH:'\(tools)'; command -v dvc > /dev/null || echo make setup installs dvc
        git init -q r; cd r; guard init --layout > /dev/null; dvc init -q; echo 'size: 1' >> params.yaml
        dvc stage add -q -n size -p size -o size 'grep size params.yaml > size'; dvc repro -q; git add -A; git commit -q -m one
        echo '{"test_mse": 0.5}' > metrics.json; fix --yes; git status --short
        git reset -q --hard; dvc checkout -q
        sed -i 's/size: 1/size: 2/' params.yaml; dvc repro -q; echo '{"test_mse": 0.5}' > metrics.json
        fix --yes; git status --short
        git reset -q --hard; dvc checkout -q
        sed -i 's/rate: 0.1/rate: 0.2/' params.yaml; dvc repro -q; git checkout -q metrics.json
        fix --yes | grep 'dvc commit' || echo none
        """, seconds: 300)
    #expect(
      said == """
        to do:
          dvc commit evaluate -f
          git add dvc.lock metrics.json
        guard: 0 errors, 0 warnings in what is staged
        exit 0
        M  dvc.lock
        M  metrics.json
        to do:
          dvc commit evaluate -f
          git add dvc.lock metrics.json
        to do after that:
          git add params.yaml
        guard: 0 errors, 0 warnings in what is staged
        exit 0
        M  dvc.lock
        M  metrics.json
        M  params.yaml
        none

        """)
  }

  /// The real dvc of `make setup`.
  @Test func `a folder of which a file is staged in part is left to its owner`() throws {
    let box = try CommitSandbox(isBare: true)
    let tools = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/.venv/bin"
    let said = try box.run(
      Self.words + """
        PATH=$PATH:'\(tools)'; command -v dvc > /dev/null || echo make setup installs dvc
        git init -q r; cd r; dvc init -q; printf 'pandas==2.2.3\\n' > requirements.txt
        printf 'stages:\\n  t:\\n    cmd: mkdir p; echo 1 > p/a\\n    outs: [p: {cache: false}]\\n' > dvc.yaml
        dvc repro -q; git add -A; git commit -q -m one
        echo 2 > p/a; echo 3 > p/b; fix --yes; git status --short; git commit -q -m two
        echo 4 > p/a; git add p; echo 5 > p/a; fix --yes | head -n 4; git show :p/a
        """, seconds: 300)
    #expect(
      said == """
        to do:
          dvc commit t -f
          git add dvc.lock p
        guard: 0 errors, 0 warnings in what is staged
        exit 0
        M  dvc.lock
        M  p/a
        A  p/b
        to do:
          dvc commit t -f
          git add dvc.lock
          left to you: p is staged in part, and staging it again would lose that: stage it yourself
        4

        """)
  }
}
