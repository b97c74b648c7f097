import Platform
import Support
import Testing

/// `guard init`, in repositories with a past and in an empty folder.
@Suite struct StartScenarios {
  @Test func `a policy says what was seen, and is never written over`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
        write  .guard.yml
      profile: ci, as .github/workflows/train.yml:4 makes the results
      next:
        git add .guard.yml
        guard install
        git commit -m 'The policy of guard'
        dvc remote add -d NAME URL
        guard check --rev HEAD --inherited
      # The last commit has findings already (1 of lock/params).
      - 'docs/scan.png'
      the same
      guard: error: .guard.yml is there already, and kept

      """,
      """
      mkdir -p .github/workflows; printf 'jobs:\\n  train:\\n    steps:\\n      - run: dvc repro\\n' > .github/workflows/train.yml
      head -c 11000000 /dev/zero > docs/scan.png; stale; git add .; git commit -q --no-verify -m two
      guard init; grep 'last commit' .guard.yml; grep -o "[-] 'docs.*" .guard.yml
      cp .guard.yml ../before; guard init --dry-run > ../said; cmp .guard.yml ../before && echo the same; guard init || true
      """)
  }

  @Test func `a lock of a checkout with other line ends is seen`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      # 1 recorded hash is that of a file with other line ends, as a checkout on Windows has them.
      line-ends: warn

      """,
      """
      sed -i 's/$/\\r/' train.py; repro; sed -i 's/\\r$//' train.py; git add .; git commit -q --no-verify -m windows
      guard init > /dev/null; grep -o '# 1 recorded .*\\|line-ends: warn' .guard.yml
      """)
  }

  @Test func `a dry run prints the policy and writes nothing`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
        write  .guard.yml
      profile: local
      nothing was written

      """,
      """
      guard init --dry-run | grep '^  write\\|^profile'
      test -e .guard.yml || echo nothing was written
      """)
  }

  @Test func `outside of a repository it says what to do`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run("mkdir e; cd e; guard init 2>&1 | tail -n 1; ls -A") == "    fix: git init\n")
  }

  @Test func `the skeleton keeps every file that is there`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; mkdir src; echo mine > src/train.py; ln -s nowhere params.yaml
        guard init --layout | grep 'keep\\|is kept'; cat src/train.py; readlink params.yaml
        guard init --layout
        """) == """
            keep   params.yaml
            keep   src/train.py
          what was there is kept; next:
          mine
          nowhere
          guard: error: all files of the skeleton are there already, and kept
          exited(2)

          """)
  }

  @Test func `nothing is written behind a link, and where something is in the way nothing at all`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; mkdir ../outside; ln -s ../outside src; guard init --layout; ls -A ../outside .
        rm src; echo > data; guard init --layout; ls -A
        """) == """
          guard: error: 'src' is a symbolic link, and nothing is written behind one: no file was written
          .:
          .git
          src

          ../outside:
          guard: error: 'data' is no folder, and the skeleton needs one: no file was written
          .git
          data

          """)
  }

  @Test func `a disk that is full is told with what was written, and leaves no half file`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; (trap '' XFSZ; ulimit -f 3; guard init --layout) 2>&1 | sed "s|$ROOT|/ROOT|"
        ls src; guard init --layout | grep -c write
        """) == """
          guard: error: /ROOT/r/src/tracking.py: File too large (write)
              these were written: .guard.yml, data/features/.gitignore, data/processed/.gitignore, data/raw/.gitignore, \
          data/raw/measurements.csv, data/raw/measurements.csv.dvc, .dvcignore, .gitignore, dvc.yaml, models/.gitignore, \
          notebooks/README.md, params.yaml, requirements.txt, src/evaluate.py, src/features.py, src/prepare.py, src/project.py
          evaluate.py
          features.py
          prepare.py
          project.py
          3

          """)
  }

  /// The real dvc of `make setup`.
  @Test func `the skeleton runs at once, and its first commit is coherent`() throws {
    let box = try CommitSandbox(isBare: true)
    let tools = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/.venv/bin"
    #expect(
      try box.run(
        """
        PATH=$PATH:'\(tools)'; command -v dvc > /dev/null || echo make setup installs dvc
        git init -q r; cd r; guard init --layout > /dev/null; dvc init -q; dvc repro -q; git add -A
        guard check --staged | sed 's/ ([0-9]* ms)//'; guard install > /dev/null
        git commit -q -m 'A pipeline'; git status --short; dvc status
        sed -i 's/rate: 0.1/rate: 0.2/' params.yaml; commit git commit -qam 'A trial'
        dvc repro -q; git add -A; commit git commit -qm 'Its results'; cat mlflow_run.json
        cd src; for stage in prepare train evaluate; do
          python -c "import tracking; print(*sorted(tracking.recorded('$stage')['stages']), '-', *sorted(tracking.versions('$stage')))"
        done
        """, seconds: 300) == """
          guard: 0 errors, 0 warnings in what is staged
          Data and pipelines are up to date.
          stopped lock/params
          passed
          {}
          - data/raw/measurements.csv
          features prepare - data/features/table.csv data/raw/measurements.csv
          features prepare train - data/features/table.csv data/raw/measurements.csv mlflow_run.json models/model.json

          """)
  }
}
